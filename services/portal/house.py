"""The establishment's own pages stand together: who may open one sees the others beside it."""

from __future__ import annotations

from collections.abc import Collection

from contracts.access import AccessRole
from services.portal.places import may_open, menu

TABS = (
    ("/etablissement", "Établissement"),
    ("/ressources-humaines", "Ressources humaines"),
    ("/personnel", "Personnel"),
    ("/unites", "Unités"),
    ("/livraisons", "Livraisons"),
)


def tabs(roles: Collection[AccessRole]) -> list[tuple[str, str]]:
    """Addresses and words of those that these roles may open; none where the menu has them all."""
    mine = [(address, word) for address, word in TABS if may_open(address, roles)]
    shown = {address for address, _ in menu(roles)}
    return mine if any(address not in shown for address, _ in mine) else []

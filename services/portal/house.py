"""The establishment's own pages stand together: who may open one sees the others beside it."""

from __future__ import annotations

from collections.abc import Collection

from contracts.access import AccessRole
from contracts.vault import Purpose
from services.portal import reading
from services.portal.calling import Caller, Services
from services.portal.places import may_open, menu

TABS = (
    ("/etablissement", "Établissement"),
    ("/ressources-humaines", "Ressources humaines"),
    ("/personnel", "Personnel"),
    ("/unites", "Unités"),
    ("/livraisons", "Livraisons"),
)


async def names(services: Services, by: Caller, *ids: object, **known: str) -> reading.Names:
    """Of staff, and of whoever looks. Who runs the platform has no business with names."""
    if set(by.roles) == {AccessRole.OPERATOR}:
        return reading.Names(known)
    return await reading.names(services, by, Purpose.STAFF, *ids, **known)


def tabs(roles: Collection[AccessRole]) -> list[tuple[str, str]]:
    """Addresses and words of those that these roles may open; none where the menu has them all."""
    mine = [(address, word) for address, word in TABS if may_open(address, roles)]
    shown = {address for address, _ in menu(roles)}
    return mine if any(address not in shown for address, _ in mine) else []

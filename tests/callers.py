"""Who calls a service in a test, and how that is said."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from contracts.access import AccessRole
from services.chassis.tokens import Identity, Pen, Signed

OFFICE = ("advisor", "office_lead", "operator")  # a small office looks after its platform too
PENS: list[Pen] = []  # the portal's, of the servers that this run has


def somebody(
    establishment: str,
    actor: str = "staff:one",
    *,
    roles: Sequence[str] = ("advisor",),
    person: UUID | None = None,
    staff: UUID | None = None,
) -> Identity:
    return Identity(establishment, actor, tuple(map(AccessRole, roles)), person, staff)


def saying(
    to: str,
    establishment: str,
    actor: str = "staff:one",
    *,
    roles: Sequence[str] = ("advisor",),
    person: UUID | None = None,
    staff: UUID | None = None,
) -> dict[str, str]:
    """The headers of a call to the service `to`."""
    who = somebody(establishment, actor, roles=roles, person=person, staff=staff)
    return PENS[-1].headers(to, who)


def signed(establishment: str, actor: str = "staff:one", *, to: str = "", **more: Any) -> Signed:
    """For a client's `auth`: to one service, or to the one in the address."""
    return Signed(PENS[-1], somebody(establishment, actor, **more), to)

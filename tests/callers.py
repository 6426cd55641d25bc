"""Who calls a service in a test, and how that is said."""

from collections.abc import Sequence
from uuid import UUID


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
    return {"Tandem-Establishment": establishment, "Tandem-Actor": actor, "Tandem-Role": roles[0]}

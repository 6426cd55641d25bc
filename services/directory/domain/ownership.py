"""Who owns each field of a member of staff, and whose word counts where several speak."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.staff import FieldOwner

HR, HAND, LOGIN = FieldOwner.HR, FieldOwner.HAND, FieldOwner.LOGIN

# The first is the owner; whoever stands before another is believed against them. What a person
# holds by hand counts against everybody, until it is released.
WHO_WINS: Mapping[str, tuple[FieldOwner, ...]] = {
    "name": (HR, HAND, LOGIN),
    "given_name": (HR, HAND, LOGIN),
    "family_name": (HR, HAND, LOGIN),
    "title": (HR, HAND, LOGIN),
    "email": (HR, HAND, LOGIN),
    "email2": (HAND, HR, LOGIN),
    "phone": (HAND, HR, LOGIN),  # HR often knows a switchboard
    "phone2": (HAND, HR, LOGIN),
    "language": (HAND, LOGIN, HR),
}


def believed(field: str, said: FieldOwner, against: FieldOwner | None) -> bool:
    """Whether what one owner says of a field counts against what is there."""
    order = WHO_WINS.get(field, tuple(FieldOwner))
    return against is None or order.index(said) <= order.index(against)


def aside(owner: FieldOwner, field: str) -> str:
    """Where the vault keeps what an owner said and what does not count."""
    return f"said.{owner}.{field}"

"""A SCIM user in the words of the directory. Pure: what was sent in, a statement out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from contracts.staff import StaffType
from services.directory.statement import LONGEST_CODE, Assignment, Statement

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
UNITS = ("department", "costCenter", "division", "organization")
STAFF_TYPES = {
    "physician": StaffType.PHYSICIAN,
    "médecin": StaffType.PHYSICIAN,
    "medecin": StaffType.PHYSICIAN,
    "student": StaffType.STUDENT,
    "stagiaire": StaffType.STUDENT,
    "intern": StaffType.STUDENT,
    "volunteer": StaffType.VOLUNTEER,
    "bénévole": StaffType.VOLUNTEER,
    "contractor": StaffType.OTHER,
    "external": StaffType.OTHER,
}

type Sent = Mapping[str, Any]


def key_of(user: Sent) -> str:
    """How the source knows this person: HR's number if it sends one, else its own name for them."""
    number = user.get(ENTERPRISE, {}).get("employeeNumber")
    return str(number or user.get("externalId") or user["userName"])


def stated(source: str, user: Sent, manager: str | None) -> Statement:
    """What a user resource says of a member of staff; `manager` is the key of theirs."""
    return Statement(
        source=source,
        key=key_of(user),
        fields=_fields(user),
        active=user.get("active") is not False,
        assignments=_assignments(user.get(ENTERPRISE, {})),
        manager_key=manager,
        staff_type=STAFF_TYPES.get(str(user.get("userType", "")).casefold(), StaffType.EMPLOYEE),
    )


def _fields(user: Sent) -> dict[str, str]:
    name = user.get("name", {})
    given, family = name.get("givenName"), name.get("familyName")
    both = " ".join(part for part in (given, family) if part)
    emails = _in_order(user.get("emails", ()), "work")
    phones = _in_order(user.get("phoneNumbers", ()), "work")
    said = {
        "name": user.get("displayName") or name.get("formatted") or both or user["userName"],
        "given_name": given,
        "family_name": family,
        "email": emails[0] if emails else None,
        "email2": emails[1] if len(emails) > 1 else None,
        "phone": phones[0] if phones else None,
        "phone2": phones[1] if len(phones) > 1 else None,
        "title": user.get("title"),
        "language": user.get("preferredLanguage"),
    }
    return {field: value.strip() for field, value in said.items() if value and value.strip()}


def _in_order(values: Sequence[Sent], first: str) -> list[str]:
    """The one for work first, then the one they prefer, then the others."""
    ordered = sorted(values, key=lambda it: (it.get("type") != first, not it.get("primary")))
    return list(dict.fromkeys(it["value"] for it in ordered if it.get("value")))


def _assignments(work: Sent) -> tuple[Assignment, ...] | None:
    codes = ((work.get(name) or "").strip() for name in UNITS)
    unit = next((code for code in codes if 0 < len(code) <= LONGEST_CODE), None)
    return (Assignment(unit_code=unit, primary=True),) if unit else None

"""What the register leaves open, for the office to complete afterwards."""

from __future__ import annotations

from services.cli.register.consents import Consent
from services.cli.register.people import Partner
from services.cli.register.rows import Register
from services.cli.register.work import Involvement

_GONE = {"former", "deceased"}
_NOT_SIGNED_YET = {"proposed", "in_preparation", "ended"}


def to_complete(register: Register) -> dict[str, int]:
    """How many consents are to be confirmed, mandates not known to be signed, ways missing."""
    return {
        "consents_to_confirm": _consents(register),
        "mandates_not_known_to_be_signed": sum(
            row.state not in _NOT_SIGNED_YET
            and not (isinstance(row.partner_signed, str) and isinstance(row.team_signed, str))
            for row in register.of(Involvement)
        ),
        "contacts_missing": sum(it.kind == "contact_missing" for it in register.troubles),
    }


def _consents(register: Register) -> int:
    """Those that nobody knows, and those to be in the pool that nobody asked for."""
    asked = {row.partner for row in register.of(Consent) if row.purpose == "pool"}
    present = {row.code for row in register.of(Partner) if row.state not in _GONE}
    unknown = sum(row.answer == "unknown" for row in register.of(Consent))
    return unknown + len(present - asked)

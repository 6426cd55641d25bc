"""Which personal values each role may read, and whose word on who asks is believed."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.access import AUDITOR, OFFICE, OPERATOR, PEOPLE, AccessRole
from contracts.vault import Purpose

# Why each role may read personal values, and of which kinds: a value is of the kind for which it
# was kept. Who has a purpose of another kind than their own is told so, and reads nothing.
READS: Mapping[AccessRole, tuple[Purpose, ...]] = {
    **dict.fromkeys(OFFICE, tuple(one for one in Purpose if one is not Purpose.AUDIT)),
    AccessRole.PARTNER: (Purpose.RECRUITMENT, Purpose.INVOLVEMENT, Purpose.CONTACT, Purpose.STAFF),
    AccessRole.REQUESTER: (Purpose.REQUEST, Purpose.STAFF),
    AccessRole.USERS_COMMITTEE: (Purpose.STAFF,),
    AccessRole.HR_OFFICER: (Purpose.STAFF, Purpose.SOURCE),
    AccessRole.COMMUNICATIONS: (Purpose.STAFF,),
    AccessRole.AUDITOR: (Purpose.AUDIT,),  # of every kind, with the reason stated
    AccessRole.OPERATOR: (Purpose.REGISTER,),  # of every kind: the register is given back whole
    # A service asks the vault itself whether somebody is under 14, and what they let others see;
    # and what a source of HR sent, for that source.
    AccessRole.SERVICE: (Purpose.CONTACT, Purpose.STAFF, Purpose.RECRUITMENT, Purpose.SOURCE),
}
EVERY_KIND = (*OFFICE, AUDITOR, OPERATOR)

# Where a role must say why it reads, in Tandem-Reason: an auditor verifies something.
REASONED = {
    (f"vault.{route}", AUDITOR) for route in ("resolve", "know", "versions", "search", "in_order")
}

# Who may sign for whom, and to whom. The portal and the command line know who is in front of them;
# a deciding service forwards who asked it, or speaks on nobody's behalf, and to the vault alone.
SIGNERS: Mapping[str, tuple[AccessRole, ...]] = {
    "portal": tuple(AccessRole),
    "operator": PEOPLE,
}
DECIDING = ("directory", "intake", "recruitment", "training", "accompaniment", "evaluation")
FORWARDING: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(DECIDING, ("vault",)),
    "vault": ("ledger", "insights"),  # what a person's file is part of, and whether it may go
}

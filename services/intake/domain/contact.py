"""Who answers for a team: its contact, who may leave, and whoever approves."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from contracts.envelope import Fact, StaffRef
from contracts.intake import ContactNamed, NewContactAsked
from services.chassis.domain import Aggregate


class Answered(Aggregate):
    """What somebody of the establishment answers for."""

    responsible: tuple[StaffRef | None, ...] = ()  # the contact first
    contact_gone: bool = False

    def ask_for_contact(self, gone: Collection[UUID], on: date) -> None:
        """Whoever is known by these ids works here no more."""
        contact = self.responsible[0] if self.responsible else None
        if contact and contact.root in gone and not self.contact_gone:
            self.record(NewContactAsked(contact=contact, on=on))

    def name_contact(self, contact: StaffRef) -> None:
        """Also where we have answered already; what is asked for stays as it is."""
        if contact not in self.responsible[:1]:
            self.record(ContactNamed(contact=contact))

    def concerns(self, who: UUID) -> bool:
        return StaffRef(who) in self.responsible

    def answer_by(self, contact: StaffRef | None, *others: StaffRef | None) -> None:
        self.contact_gone = self.contact_gone and contact in self.responsible[:1]
        self.responsible = contact, *others

    def turn_to(self, fact: Fact) -> None:
        match fact:
            case NewContactAsked():
                self.contact_gone = True
            case ContactNamed(contact=contact):
                self.answer_by(contact, *self.responsible[1:])

"""Who is on both sides of an involvement: its partners, and whom to reach in the team."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from contracts.accompaniment import ContactNamed, NewContactAsked
from contracts.envelope import Fact, PersonRef, StaffRef
from services.accompaniment.domain.refusals import NobodyNamed
from services.chassis.domain import Aggregate


class Sides(Aggregate):
    """The two sides, as they stand."""

    partner: PersonRef | None = None
    others: tuple[PersonRef, ...] = ()
    contact: StaffRef | None = None
    contact_gone: bool = False

    @property
    def about(self) -> UUID:
        """Whom or what words about it are about."""
        return self.partner.root if self.partner else self.id

    def concerns(self, who: UUID) -> bool:
        """Its partners', and the contact's of the team."""
        holds = PersonRef(who) in (self.partner, *self.others)
        return holds or self.contact == StaffRef(who)

    def holders(self) -> tuple[PersonRef, tuple[PersonRef, ...]]:
        """The partner, and who holds it together with them. Raises NobodyNamed."""
        if self.partner is None:
            raise NobodyNamed
        return self.partner, self.others

    def ask_for_contact(self, gone: Collection[UUID], on: date) -> None:
        """Whoever is known by these ids works here no more."""
        if self.contact and self.contact.root in gone and not self.contact_gone:
            self.record(NewContactAsked(contact=self.contact, on=on))

    def name_contact(self, contact: StaffRef) -> None:
        """New terms would undo what was signed; this does not."""
        if contact != self.contact:
            self.record(ContactNamed(contact=contact))

    def reached_by(self, contact: StaffRef | None) -> None:
        self.contact_gone = self.contact_gone and contact == self.contact
        self.contact = contact

    def turn_to(self, fact: Fact) -> None:
        match fact:
            case NewContactAsked():
                self.contact_gone = True
            case ContactNamed(contact=contact):
                self.reached_by(contact)

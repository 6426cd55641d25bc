"""A file that may not be destroyed for now: a dispute, an inquiry, an order of a court."""

from __future__ import annotations

from uuid import UUID, uuid5

from contracts.envelope import Fact, PersonalRef, PersonRef
from contracts.rights import LegalHoldLifted, LegalHoldPlaced
from services.chassis.domain import Aggregate


class LegalHold(Aggregate):
    """Placed and lifted, as often as it takes; one stream a person."""

    begun_by = (LegalHoldPlaced,)

    holds: bool = False
    person: PersonRef | None = None

    @staticmethod
    def id_for(person: UUID) -> UUID:
        return uuid5(person, "legal hold")

    @classmethod
    def begun(cls, person: PersonRef, reason: PersonalRef) -> LegalHold:
        return cls.begin(cls.id_for(person.root), LegalHoldPlaced(person=person, reason=reason))

    def place(self, person: PersonRef, reason: PersonalRef) -> None:
        if not self.holds:
            self.record(LegalHoldPlaced(person=person, reason=reason))

    def lift(self, reason: PersonalRef | None = None) -> None:
        if self.holds and self.person:
            self.record(LegalHoldLifted(person=self.person, reason=reason))

    def evolve(self, fact: Fact) -> None:
        match fact:
            case LegalHoldPlaced(person=person):
                self.holds, self.person = True, person
            case LegalHoldLifted():
                self.holds = False

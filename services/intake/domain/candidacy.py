"""How somebody comes to us: they apply, or a team that knows them refers them."""

from __future__ import annotations

from dataclasses import field
from typing import Self
from uuid import UUID

from contracts.envelope import Fact, PersonalRef, PersonRef, StaffRef
from contracts.intake import CandidacySubmitted, CandidacyWithdrawn, ReferralReceived
from contracts.terms import ProfileField
from services.chassis.domain import Aggregate, Refusal


class NotAskedYet(Refusal):
    """This person must first agree to be contacted."""

    french = "Cette personne doit d’abord accepter qu’on la joigne."


class NobodyToReach(Refusal):
    """Give a name, and one way to reach this person."""

    french = "Donnez un nom, et un moyen de joindre cette personne."


NAMES = {ProfileField.GIVEN_NAME, ProfileField.FAMILY_NAME}
WAYS = {
    ProfileField.EMAIL,
    ProfileField.PHONE,
    ProfileField.PHONE2,
    ProfileField.ADDRESS,
    ProfileField.GUARDIAN,
}


class Candidacy(Aggregate):
    """One person at the door."""

    begun_by = (CandidacySubmitted, ReferralReceived)

    person: PersonRef = field(init=False)
    referrer: StaffRef | None = None
    withdrawn: bool = False

    @classmethod
    def submit(cls, id: UUID, candidacy: CandidacySubmitted) -> Self:
        return cls.begin(id, candidacy)

    @classmethod
    def refer(cls, id: UUID, referral: ReferralReceived) -> Self:
        return cls.begin(id, referral)

    def withdraw(self, note: PersonalRef | None = None) -> None:
        if not self.withdrawn:
            self.record(CandidacyWithdrawn(person=self.person, note=note))

    def concerns(self, who: UUID) -> bool:
        return self.person == PersonRef(who) or self.referrer == StaffRef(who)

    def evolve(self, fact: Fact) -> None:
        match fact:
            case CandidacySubmitted(person=person):
                self.person = person
            case ReferralReceived(person=person, referrer=referrer):
                self.person, self.referrer = person, referrer
            case CandidacyWithdrawn():
                self.withdrawn = True


def require_reachable(profile: set[ProfileField]) -> None:
    """Raises NobodyToReach; everything else about a person may stay unsaid."""
    if not (profile & NAMES and profile & WAYS):
        raise NobodyToReach


def require_asked(consented: bool) -> None:
    if not consented:
        raise NotAskedYet

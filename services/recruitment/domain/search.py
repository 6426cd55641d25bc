"""How the partners of one request are looked for: interest first, then the team's choice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from enum import StrEnum
from typing import Self
from uuid import UUID, uuid5

from contracts.consent import ProfileWithdrawn
from contracts.envelope import Envelope, Fact, PersonalRef, PersonRef
from contracts.recruitment import (
    CandidateNotRetained,
    CandidateShortlisted,
    CloseReason,
    InterestDeclined,
    InterestExpressed,
    MatchAgreed,
    SearchClosed,
    SearchOpened,
    SearchReopened,
)
from contracts.terms import Role
from services.chassis.domain import Aggregate, Refusal
from services.recruitment.domain.partner import Partner


class SearchIsClosed(Refusal):
    """This search is closed: nobody else is looked for."""

    french = "Cette recherche est close : on ne cherche plus personne."


class NotShortlisted(Refusal):
    """This person is not on the short list of this search."""

    french = "Cette personne n’est pas sur la liste courte de cette recherche."


class NotInterestedYet(Refusal):
    """A match is agreed once the person has said yes."""

    french = "Le jumelage se fait une fois que la personne a dit oui."


class AlreadyMatched(Refusal):
    """This person was matched already. Annul the match first."""

    french = "Cette personne est déjà jumelée. Annulez d’abord le jumelage."


class EnoughPartners(Refusal):
    """As many partners were matched as the team asked for."""

    french = "Autant de partenaires que l’équipe en demandait sont déjà jumelés."


class SomebodyWasMatched(Refusal):
    """A match was agreed already: the search cannot be taken back as if nothing had been."""

    french = "Un jumelage est déjà convenu : la recherche ne peut être retirée sans plus."


class Place(StrEnum):
    """How far it went with one person."""

    SHORTLISTED = "shortlisted"
    INTERESTED = "interested"
    DECLINED = "declined"
    NOT_RETAINED = "not_retained"
    WITHDRAWN = "withdrawn"
    MATCHED = "matched"


class Search(Aggregate):
    """The search for the partners of one request."""

    begun_by = (SearchOpened,)
    loose = (MatchAgreed, SearchClosed, SearchReopened, InterestDeclined, CandidateNotRetained,
             ProfileWithdrawn)  # fmt: skip

    opening: SearchOpened = field(init=False)
    closed: CloseReason | None = None
    candidates: dict[PersonRef, Place] = field(default_factory=dict)

    @staticmethod
    def id_for(request: UUID) -> UUID:
        """One search a request, however often we hear that it was accepted."""
        return uuid5(request, "search")

    @classmethod
    def open(cls, opening: SearchOpened) -> Self:
        return cls.begin(cls.id_for(opening.request), opening)

    @staticmethod
    def match_id(search: UUID, partner: PersonRef) -> UUID:
        return uuid5(search, str(partner))

    @property
    def matched(self) -> int:
        return list(self.candidates.values()).count(Place.MATCHED)

    @property
    def full(self) -> bool:
        return self.matched >= self.opening.partners_sought

    def shortlist(self, partner: Partner, note: PersonalRef | None = None) -> None:
        """Who said no, or was not retained, may be thought of again."""
        self._require_open()
        self._require_free(partner)
        place = self.candidates.get(partner.person)
        if place not in (Place.SHORTLISTED, Place.INTERESTED, Place.MATCHED):
            self.record(
                CandidateShortlisted(
                    request=self.opening.request, partner=partner.person, note=note
                )
            )

    def express_interest(self, partner: PersonRef) -> None:
        if self._place_of(partner) in (Place.INTERESTED, Place.MATCHED):
            return
        self._require_open()
        if self._place_of(partner) in (Place.NOT_RETAINED, Place.WITHDRAWN):
            raise NotShortlisted
        self.record(InterestExpressed(request=self.opening.request, partner=partner))

    def decline_interest(self, partner: PersonRef, reason: PersonalRef | None = None) -> None:
        if self._unmatched_place_of(partner) is not Place.DECLINED:
            self.record(
                InterestDeclined(request=self.opening.request, partner=partner, reason=reason)
            )

    def not_retain(self, partner: PersonRef, reason: PersonalRef | None = None) -> None:
        """Also once the search is closed: every candidate hears the outcome."""
        if self._unmatched_place_of(partner) in (Place.SHORTLISTED, Place.INTERESTED):
            self.record(
                CandidateNotRetained(request=self.opening.request, partner=partner, reason=reason)
            )

    def withdraw_profile(self, partner: PersonRef) -> None:
        """They no longer allow it: the team sees nothing of them any more."""
        if self.candidates.get(partner) in (Place.SHORTLISTED, Place.INTERESTED):
            self.record(ProfileWithdrawn(request=self.opening.request, partner=partner))

    def match(self, partner: Partner, role: Role) -> None:
        person, opening = partner.person, self.opening
        if self._place_of(person) is Place.MATCHED:
            return
        if self.full:
            raise EnoughPartners
        self._require_open()
        if self._place_of(person) is not Place.INTERESTED:
            raise NotInterestedYet
        self._require_free(partner)
        self.record(
            MatchAgreed(
                match=self.match_id(self.id, person),
                request=opening.request,
                partner=person,
                role=role,
                level=opening.level,
                system_level=opening.system_level,
                title=opening.title,
                project=opening.project,
            )
        )
        self.settle()

    def settle(self) -> None:
        """Closed once all are found, and open again where one of them is missing after all."""
        if self.full and self.closed is None:
            self.record(SearchClosed(request=self.opening.request, reason=CloseReason.FILLED))
        elif not self.full and self.closed is CloseReason.FILLED:
            self.record(SearchReopened(request=self.opening.request))

    def close(self, reason: CloseReason) -> None:
        if self.closed is not None:
            return
        if reason is CloseReason.WITHDRAWN and self.matched:
            raise SomebodyWasMatched
        self.record(SearchClosed(request=self.opening.request, reason=reason))

    def withdraw(self) -> None:
        """The team asks no longer, be it that the search was closed for another reason."""
        if self.matched:
            raise SomebodyWasMatched
        self.close(CloseReason.WITHDRAWN)

    def reopen(self) -> None:
        if self.closed is None:
            return
        if self.full:
            raise EnoughPartners
        self.record(SearchReopened(request=self.opening.request))

    def _place_of(self, partner: PersonRef) -> Place:
        if partner not in self.candidates:
            raise NotShortlisted
        return self.candidates[partner]

    def _unmatched_place_of(self, partner: PersonRef) -> Place:
        place = self._place_of(partner)
        if place is Place.MATCHED:
            raise AlreadyMatched
        return place

    def _require_free(self, partner: Partner) -> None:
        partner.require_available()
        if any(self.candidates.get(one) is Place.MATCHED for one in partner.files.others):
            raise AlreadyMatched

    def _require_open(self) -> None:
        if self.closed is not None:
            raise SearchIsClosed

    @classmethod
    def require_annullable(cls, history: Sequence[Envelope], fact: UUID) -> Envelope:
        """What was decided about one person rests on nothing that was decided about others."""
        about = next((one.persons for one in history if one.id == fact), "")
        own = [one for one in history if not about or one.persons == about]
        return super().require_annullable(own, fact)

    def evolve(self, fact: Fact) -> None:
        match fact:
            case SearchOpened():
                self.opening = fact
            case SearchClosed(reason=reason):
                self.closed = reason
            case SearchReopened():
                self.closed = None
            case (
                CandidateShortlisted(partner=partner)
                | InterestExpressed(partner=partner)
                | InterestDeclined(partner=partner)
                | CandidateNotRetained(partner=partner)
                | MatchAgreed(partner=partner)
                | ProfileWithdrawn(partner=partner)
            ):
                self.candidates[partner] = PLACES[type(fact)]


PLACES: dict[type[Fact], Place] = {
    CandidateShortlisted: Place.SHORTLISTED,
    InterestExpressed: Place.INTERESTED,
    InterestDeclined: Place.DECLINED,
    CandidateNotRetained: Place.NOT_RETAINED,
    MatchAgreed: Place.MATCHED,
    ProfileWithdrawn: Place.WITHDRAWN,
}

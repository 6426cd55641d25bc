"""What one person allows: given on a text, for a scope and a time, and taken back as easily."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from contracts.consent import (
    AgreementCountersigned,
    ConsentExpired,
    ConsentGivenV2,
    ConsentRefused,
    ConsentRenewalDue,
    ConsentTo,
    ConsentWithdrawnV2,
    Reach,
    Scope,
    consent_id,
    upcast,
)
from contracts.envelope import Fact, StaffRef
from contracts.recruitment import ConsentGiven, ConsentWithdrawn
from services.chassis.domain import Refusal
from services.chassis.moments import last_instant

BEFORE_IT_ENDS = timedelta(days=30)
AGREEMENTS = frozenset({ConsentTo.CONFIDENTIALITY, ConsentTo.CHARTER})

ABOUT_CONSENT = (
    ConsentGiven,
    ConsentGivenV2,
    ConsentWithdrawn,
    ConsentWithdrawnV2,
    ConsentRefused,
    ConsentRenewalDue,
    ConsentExpired,
    AgreementCountersigned,
)


class ConsentIsWithdrawn(Refusal):
    """This person took back their consent, or it is over: ask them again first."""

    french = "Cette personne a retiré son consentement, ou il est échu : demandez-le-lui d’abord."
    passing = True


class NotAgreedYet(Refusal):
    """The person has not agreed to this yet: the establishment signs after them."""

    french = "La personne ne s’y est pas encore engagée : l’établissement signe après elle."


class OnlyAgreementsAreSigned(Refusal):
    """A consent is the person's alone: only an agreement is signed by both sides."""

    french = "Un consentement n’engage que la personne : seule une entente se signe à deux."


@dataclass(eq=False)
class Consents:
    """How each consent of one person stands. What was never asked is neither yes nor no."""

    given: dict[UUID, ConsentGivenV2] = field(default_factory=dict)
    said_no: dict[ConsentTo, Fact] = field(default_factory=dict)
    asked_again: set[UUID] = field(default_factory=set)
    signed: dict[UUID, AgreementCountersigned] = field(default_factory=dict)

    def standing(self, purpose: ConsentTo, at: datetime) -> list[ConsentGivenV2]:
        """The consents to this that hold at this moment, whatever their scope."""
        return [
            one
            for one in self.given.values()
            if one.purpose is purpose and not (one.expires and last_instant(one.expires) < at)
        ]

    def of(self, purpose: ConsentTo) -> list[ConsentGivenV2]:
        return [one for one in self.given.values() if one.purpose is purpose]

    def is_closed(self, purpose: ConsentTo) -> bool:
        """Whether it was allowed or asked, and is now refused, withdrawn or over."""
        return purpose in self.said_no and not self.of(purpose)

    def lets_see(self, request: UUID, at: datetime) -> bool:
        """Whether a search that thought of this person may go on showing them."""
        if self.is_closed(ConsentTo.POOL):
            return False
        if shown := self.standing(ConsentTo.SHOW_PROFILE, at):
            return any(one.scope.covers(Reach.REQUEST, str(request)) for one in shown)
        return not self.is_closed(ConsentTo.SHOW_PROFILE)

    def lets_share(self, establishment: str, at: datetime) -> bool:
        """Whether another establishment may know of this person."""
        return any(
            one.scope.covers(Reach.ESTABLISHMENT, establishment)
            for one in self.standing(ConsentTo.SHARING, at)
        )

    def require_not_closed(self, *purposes: ConsentTo) -> None:
        """Raises ConsentIsWithdrawn."""
        if any(self.is_closed(one) for one in purposes):
            raise ConsentIsWithdrawn

    def giving(self, said: ConsentGivenV2) -> list[Fact]:
        return [] if self.given.get(said.consent) == said else [said]

    def refusing(self, said: ConsentRefused) -> list[Fact]:
        return [] if self.said_no.get(said.purpose) == said else [said]

    def withdrawing(self, said: ConsentWithdrawnV2, all_of_it: bool) -> list[Fact]:
        """Also what was given before we kept record of it. `all_of_it`: whatever its scope."""
        if all_of_it and (standing := self.of(said.purpose)):
            return [said.model_copy(update={"consent": one.consent}) for one in standing]
        if said.consent in self.given or not self.is_closed(said.purpose):
            return [said]
        return []

    def renewing(self, consent: UUID, at: datetime) -> list[Fact]:
        """Ask again a month before it ends, once for each end."""
        it = self.given.get(consent)
        if it is None or not it.expires or consent in self.asked_again:
            return []
        if at < last_instant(it.expires) - BEFORE_IT_ENDS:
            return []
        return [
            ConsentRenewalDue(
                partner=it.partner, consent=consent, purpose=it.purpose, expires=it.expires
            )
        ]

    def expiring(self, consent: UUID, at: datetime) -> list[Fact]:
        it = self.given.get(consent)
        if it is None or not it.expires or last_instant(it.expires) >= at:
            return []
        return [ConsentExpired(partner=it.partner, consent=consent, purpose=it.purpose)]

    def signing(self, purpose: ConsentTo, staff: StaffRef) -> list[Fact]:
        """Raises OnlyAgreementsAreSigned, NotAgreedYet."""
        if purpose not in AGREEMENTS:
            raise OnlyAgreementsAreSigned
        standing = self.of(purpose)
        if not standing:
            raise NotAgreedYet
        return [
            AgreementCountersigned(
                partner=one.partner, consent=one.consent, purpose=purpose,
                text_hash=one.text_hash, signed_by=staff,
            )
            for one in standing
            if one.consent not in self.signed
        ]  # fmt: skip

    def evolve(self, fact: Fact) -> None:
        match fact:
            case ConsentGiven():
                self.evolve(upcast(fact))
            case ConsentGivenV2():
                self.given[fact.consent] = fact
                self.said_no.pop(fact.purpose, None)
                self.asked_again.discard(fact.consent)
                self.signed.pop(fact.consent, None)
            case ConsentWithdrawn(partner=partner, purpose=purpose):
                of = ConsentTo(purpose)
                self._end(consent_id(partner.root, of, Scope()), of, fact)
            case ConsentWithdrawnV2() | ConsentExpired():
                self._end(fact.consent, fact.purpose, fact)
            case ConsentRefused():
                self.said_no[fact.purpose] = fact
            case ConsentRenewalDue():
                self.asked_again.add(fact.consent)
            case AgreementCountersigned():
                self.signed[fact.consent] = fact

    def _end(self, consent: UUID, purpose: ConsentTo, how: Fact) -> None:
        self.given.pop(consent, None)
        self.signed.pop(consent, None)
        self.said_no[purpose] = how

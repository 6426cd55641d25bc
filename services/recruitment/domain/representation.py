"""Who may speak for a partner: a parent under 14, a tutor, a mandatary, within their limits."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import Self
from uuid import UUID, uuid5

from contracts.capacity import CONSENTS_ALONE_AT, OF_AGE_AT, REACHING_MANDATES
from contracts.consent import (
    ConsentTo,
    PartnerAccessGiven,
    PartnerAccessWithdrawn,
    RepresentativeAppointed,
    RepresentativeEnded,
    RepresentativeKind,
    Speaker,
)
from contracts.envelope import Fact, PersonalRef, PersonRef
from services.chassis.domain import Aggregate, Refusal
from services.chassis.moments import last_instant

GUARDIANS = frozenset({RepresentativeKind.PARENT, RepresentativeKind.GUARDIAN})


class CannotSpeakForThem(Refusal):
    """This person has no power to consent to this in the partner’s place."""

    french = "Cette personne n’a pas le pouvoir de consentir à ceci à la place du partenaire."
    passing = True


class Representation(Aggregate):
    """One person who speaks for one partner, or helps them to decide."""

    begun_by = (RepresentativeAppointed,)
    loose = (PartnerAccessGiven, PartnerAccessWithdrawn)

    appointed: RepresentativeAppointed = field(init=False)
    ended: bool = False
    may_sign_in: bool = False
    words: tuple[UUID, ...] = ()  # what the vault keeps of them for this, by reference

    @staticmethod
    def id_for(partner: PersonRef, representative: PersonRef) -> UUID:
        return uuid5(partner.root, f"represented by {representative}")

    @classmethod
    def appoint(cls, said: RepresentativeAppointed) -> Self:
        return cls.begin(cls.id_for(said.partner, said.representative), said)

    @property
    def guards(self) -> bool:
        """Whether it is a parent or guardian of a child."""
        return self.appointed.kind in GUARDIANS

    def concerns(self, who: UUID) -> bool:
        return who in (self.appointed.partner.root, self.appointed.representative.root)

    def stands(self, at: datetime) -> bool:
        until = self.appointed.until
        return not self.ended and not (until and last_instant(until) < at)

    def require_power(self, purpose: ConsentTo, speaker: Speaker, at: datetime) -> None:
        """Raises CannotSpeakForThem. An assistant never consents in the person's place."""
        limits, kind = self.appointed.limits, self.appointed.kind
        if (
            not self.stands(at)
            or kind is RepresentativeKind.ASSISTANT
            or self.guards != (speaker is Speaker.GUARDIAN)
            or (limits and purpose not in limits)
        ):
            raise CannotSpeakForThem

    def may_consent_at(self, years: int | None, at: datetime) -> bool:
        """Whether they consent in the person's place, to what their limits leave them."""
        if self.guards:
            return self.stands(at) and (years is None or years < CONSENTS_ALONE_AT)
        return self.stands(at) and self.appointed.kind is not RepresentativeKind.ASSISTANT

    def may_sign_at(self, years: int | None, at: datetime) -> bool:
        """Whether they sign mandates; limited, a power reaches them as it reaches an agreement."""
        limits = self.appointed.limits
        if limits and not REACHING_MANDATES & set(limits):
            return False
        if self.guards:
            return self.stands(at) and (years is None or years < OF_AGE_AT)
        return self.may_consent_at(years, at)

    def appoint_anew(self, said: RepresentativeAppointed) -> None:
        """With other limits, another end, or again after it had ended."""
        if self.ended or said != self.appointed:
            self.record(said)

    def end(self, reason: PersonalRef | None = None) -> None:
        if not self.ended:
            one = self.appointed
            self.record(
                RepresentativeEnded(
                    partner=one.partner, representative=one.representative, reason=reason
                )
            )

    def give_access(self, at: datetime) -> None:
        """Raises CannotSpeakForThem."""
        if not self.stands(at):
            raise CannotSpeakForThem
        if not self.may_sign_in:
            self.record(PartnerAccessGiven(person=self.appointed.representative))

    def withdraw_access(self) -> None:
        if self.may_sign_in:
            self.record(PartnerAccessWithdrawn(person=self.appointed.representative))

    def evolve(self, fact: Fact) -> None:
        match fact:
            case RepresentativeAppointed():
                self.appointed, self.ended = fact, False
                self.words += tuple(one.ref for one in fact.personal.values())
            case RepresentativeEnded():
                self.ended, self.may_sign_in = True, False
            case PartnerAccessGiven():
                self.may_sign_in = True
            case PartnerAccessWithdrawn():
                self.may_sign_in = False

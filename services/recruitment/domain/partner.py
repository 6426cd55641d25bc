"""The people of the pool: how they come into it, rest, agree, and leave."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from enum import StrEnum
from typing import Self
from uuid import UUID

from contracts.consent import (
    ConsentTo,
    PartnerAccessGiven,
    PartnerAccessWithdrawn,
    SharedPartnerClosed,
    SharedPartnerReceived,
)
from contracts.envelope import Fact, PersonalRef
from contracts.recruitment import (
    CandidateRegistered,
    Outcome,
    PartnerEngaged,
    PartnerLeft,
    PartnerPaused,
    PartnerRecorded,
    PartnerReleased,
    PartnerResumed,
    PartnerState,
    PreselectionDecided,
    PreselectionPlanned,
    ProfileUpdated,
    StatusGiven,
)
from services.chassis.domain import Refusal
from services.recruitment.domain.consents import ABOUT_CONSENT, Consents
from services.recruitment.domain.merging import ABOUT_MERGING, Mergeable


class NotInThePool(Refusal):
    """This person was not kept in the pool: decide on the preselection first."""

    french = "Cette personne n’est pas dans le bassin : décidez d’abord de sa présélection."


class IsPaused(Refusal):
    """This person is on a pause: nothing is asked of them until it ends."""

    french = "Cette personne est en pause : on ne lui demande rien d’ici là."


class HasLeft(Refusal):
    """This person is no longer with us."""

    french = "Cette personne n’est plus avec nous."


class Standing(StrEnum):
    """Before the pool, in it, or beside it."""

    CANDIDATE = "candidate"
    KEPT = "kept"
    IN_RESERVE = "in_reserve"
    NOT_KEPT = "not_kept"


AFTER = {
    Outcome.KEPT: Standing.KEPT,
    Outcome.IN_RESERVE: Standing.IN_RESERVE,
    Outcome.NOT_KEPT: Standing.NOT_KEPT,
}


class Partner(Mergeable):
    """One person, from the first meeting on. Its id is the person's own."""

    begun_by = (CandidateRegistered, PartnerRecorded, SharedPartnerReceived)
    loose = (
        ProfileUpdated,
        PreselectionPlanned,
        PartnerPaused,
        PartnerResumed,
        PartnerEngaged,
        PartnerReleased,
        StatusGiven,
        PartnerAccessGiven,
        PartnerAccessWithdrawn,
        *ABOUT_CONSENT,
        *ABOUT_MERGING,
    )

    standing: Standing = Standing.CANDIDATE
    paused: bool = False
    silent: bool = False
    pause: PartnerPaused | None = None
    preselection: PreselectionDecided | None = None
    planned: PreselectionPlanned | None = None
    status_label: str = ""
    engaged: frozenset[UUID] = frozenset()
    released: frozenset[UUID] = frozenset()
    consents: Consents = field(default_factory=Consents)
    may_sign_in: bool = False
    was_shared: bool = False

    @classmethod
    def register(cls, candidate: CandidateRegistered) -> Self:
        return cls.begin(candidate.person.root, candidate)

    def concerns(self, who: UUID) -> bool:
        return self.id == who

    @property
    def opens_a_space(self) -> bool:
        """Whether this person signs in by this file, as the office allowed."""
        return self.may_sign_in and not self.silent and not self.files.kept_as

    def require_available(self) -> None:
        """Raises MergedWithAnother, HasLeft, NotInThePool, IsPaused or ConsentIsWithdrawn."""
        self._require_here()
        if self.standing is not Standing.KEPT:
            raise NotInThePool
        if self.paused:
            raise IsPaused
        self.consents.require_not_closed(ConsentTo.POOL, ConsentTo.SHOW_PROFILE)

    def plan_preselection(self, planned: PreselectionPlanned) -> None:
        self._require_here()
        if planned != self.planned:
            self.record(planned)

    def decide_preselection(self, decided: PreselectionDecided) -> None:
        self._require_here()
        if decided != self.preselection:
            self.record(decided)

    def give_status(self, label: str) -> None:
        self._require_here()
        if label != self.status_label:
            self.record(StatusGiven(partner=self.person, status_label=label))

    def update_profile(self, update: ProfileUpdated) -> None:
        self.files.require_own()
        if update != ProfileUpdated(partner=self.person):
            self.record(update)

    def take_pause(self, until: str | None, reason: PersonalRef | None = None) -> None:
        self._require_here()
        if self.paused and not reason and self.pause and self.pause.until == until:
            return
        self.record(PartnerPaused(partner=self.person, until=until, reason=reason))

    def resume(self) -> None:
        """Back from a pause, or into the pool after having left it."""
        self.files.require_own()
        if self.silent:
            raise HasLeft
        if self.paused or self.left:
            self.record(PartnerResumed(partner=self.person))

    def leave(self, silent: bool = False, reason: PersonalRef | None = None) -> None:
        if not self.left or (silent and not self.silent):
            self.record(PartnerLeft(partner=self.person, silent=silent, reason=reason))

    def say(self, facts: Iterable[Fact]) -> None:
        """Record what was decided about consents. Raises MergedWithAnother."""
        self.files.require_own()
        for fact in facts:
            self.record(fact)

    def receive(self, shared: SharedPartnerReceived) -> None:
        """Shared with us again, or otherwise."""
        if shared != self.shared:
            self.record(shared)

    def close_shared(self) -> None:
        """Their consent to be known here no longer holds."""
        if self.shared:
            self.record(SharedPartnerClosed(person=self.person, giver=self.shared.giver))

    def give_access(self) -> None:
        self._require_here()
        if not self.may_sign_in:
            self.record(PartnerAccessGiven(person=self.person))

    def withdraw_access(self) -> None:
        if self.may_sign_in:
            self.record(PartnerAccessWithdrawn(person=self.person))

    def engage(self, involvement: UUID) -> None:
        if involvement not in self.engaged:
            self.record(PartnerEngaged(partner=self.person, involvement=involvement))

    def release(self, involvement: UUID) -> None:
        """Also from an involvement that the register brought."""
        if involvement not in self.released:
            self.record(PartnerReleased(partner=self.person, involvement=involvement))

    def _require_here(self) -> None:
        self.files.require_own()
        if self.left:
            raise HasLeft

    def evolve(self, fact: Fact) -> None:
        match fact:
            case PartnerRecorded(state=state, status_label=label):
                self.status_label = label
                candidate = state is PartnerState.CANDIDATE
                self.standing = Standing.CANDIDATE if candidate else Standing.KEPT
                self.paused = state in (PartnerState.PAUSED, PartnerState.INACTIVE)
                self.left = state is PartnerState.FORMER
            case StatusGiven(status_label=label):
                self.status_label = label
            case PreselectionPlanned():
                self.planned = fact
            case PreselectionDecided(outcome=outcome):
                self.standing, self.preselection = AFTER[outcome], fact
            case PartnerPaused():
                self.paused, self.pause = True, fact
            case PartnerResumed():
                self.paused = self.left = False
            case PartnerLeft(silent=silent):
                self.left, self.silent = True, silent
            case PartnerEngaged(involvement=involvement):
                self.engaged |= {involvement}
                self.released -= {involvement}
            case PartnerReleased(involvement=involvement):
                self.engaged -= {involvement}
                self.released |= {involvement}
            case SharedPartnerReceived():
                self.standing, self.shared, self.left = Standing.KEPT, fact, False
                self.was_shared = True
            case SharedPartnerClosed():
                self.shared, self.left = None, True
            case PartnerAccessGiven():
                self.may_sign_in = True
            case PartnerAccessWithdrawn():
                self.may_sign_in = False
            case _ if isinstance(fact, ABOUT_MERGING):
                self.files.evolve(fact)
            case _ if isinstance(fact, ABOUT_CONSENT):
                self.consents.evolve(fact)

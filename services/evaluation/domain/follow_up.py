"""How an involvement goes, as both sides say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from uuid import UUID, uuid5

from contracts.envelope import Fact, PersonalRef, PersonRef
from contracts.evaluation import (
    Appointment,
    CheckInHeld,
    ConcernRaised,
    ExitInterviewHeld,
    ExitInterviewProposed,
    FollowUpCancelled,
    FollowUpScheduled,
    Occasion,
    PartnerAskedAgain,
    PartnerNotAsked,
    SurveyAnswered,
)
from contracts.terms import Side
from services.chassis.domain import Aggregate
from services.evaluation.domain.instruments import REGISTRY
from services.evaluation.domain.refusals import (
    AlreadyHeld,
    AnswersDoNotFit,
    NoSuchAppointment,
    NoSuchInstrument,
    NothingAnswered,
)
from services.evaluation.domain.schedule import appointments


class FollowUp(Aggregate):
    """What was asked of both sides of one involvement, and what they answered."""

    begun_by = (FollowUpScheduled,)
    loose = (
        CheckInHeld,
        SurveyAnswered,
        ConcernRaised,
        ExitInterviewProposed,
        ExitInterviewHeld,
        FollowUpCancelled,
        PartnerNotAsked,
        PartnerAskedAgain,
    )

    partner: PersonRef = field(init=False)
    involvement: UUID = field(init=False)
    request: UUID | None = None
    project: UUID | None = None
    since: str | None = None
    due: Mapping[UUID, Appointment] = field(default_factory=dict)
    held: frozenset[UUID] = frozenset()
    exit_proposed: bool = False
    exit_held: bool = False
    left_alone: bool = False

    @staticmethod
    def id_for(involvement: UUID) -> UUID:
        """One follow-up an involvement."""
        return uuid5(involvement, "follow-up")

    @classmethod
    def follow(cls, scheduled: FollowUpScheduled) -> FollowUp:
        return cls.begin(cls.id_for(scheduled.involvement), scheduled)

    def concerns(self, who: UUID) -> bool:
        return self.partner == PersonRef(who)

    def reschedule(self, since: date | None, ends: str | None) -> None:
        """It began on that day, or will end on another; what was held stays so."""
        since = since or (date.fromisoformat(self.since) if self.since else None)
        if since is None:
            return  # nobody said when it began: nothing can be planned
        asked = appointments(self.id, since, ends)
        open_ones = tuple(one for one in asked if one.id not in self.held)
        if open_ones == tuple(self.due.values()):
            return
        self.record(
            FollowUpScheduled(
                involvement=self.involvement,
                partner=self.partner,
                request=self.request,
                project=self.project,
                since=since.isoformat(),
                appointments=open_ones,
            )
        )

    def check_in(
        self,
        side: Side,
        satisfaction: int | None,
        note: PersonalRef | None,
        appointment: UUID | None,
    ) -> None:
        self._require_due(appointment, Occasion.CHECK_IN, side)
        self.record(
            CheckInHeld(
                involvement=self.involvement,
                partner=self.partner,
                appointment=appointment,
                side=side,
                satisfaction=satisfaction,
                note=note,
            )
        )

    def answer(
        self,
        side: Side,
        instrument: str,
        answers: dict[str, int],
        comment: PersonalRef | None,
        appointment: UUID | None,
    ) -> None:
        self._require_due(appointment, Occasion.SURVEY, side)
        asked = REGISTRY.get(instrument)
        if asked is None or asked.side is not side:
            raise NoSuchInstrument
        if not answers.keys() <= set(asked.items):
            raise AnswersDoNotFit
        if not answers and comment is None:
            raise NothingAnswered
        self.record(
            SurveyAnswered(
                involvement=self.involvement,
                partner=self.partner,
                appointment=appointment,
                side=side,
                instrument=instrument,
                answers=answers,
                comment=comment,
            )
        )

    def raise_concern(self, side: Side, concern: PersonalRef) -> None:
        self.record(
            ConcernRaised(
                involvement=self.involvement, partner=self.partner, side=side, concern=concern
            )
        )

    def stop(self) -> None:
        """What is still due will not be asked."""
        if self.due:
            self.record(FollowUpCancelled(involvement=self.involvement, partner=self.partner))

    def leave_partner_alone(self) -> None:
        """They no longer allow messages. The team is asked all the same."""
        if not self.left_alone:
            self.record(PartnerNotAsked(involvement=self.involvement, partner=self.partner))

    def ask_partner_again(self) -> None:
        if self.left_alone:
            self.record(PartnerAskedAgain(involvement=self.involvement, partner=self.partner))

    def conclude(self, silent: bool) -> None:
        """The involvement ended; a conversation is proposed, unless nobody is to be written to."""
        self.stop()
        if not (silent or self.left_alone or self.exit_proposed or self.exit_held):
            self.record(
                ExitInterviewProposed(
                    involvement=self.involvement, partner=self.partner, request=self.request
                )
            )

    def hold_exit_interview(
        self, satisfaction: int | None, would_return: bool | None, note: PersonalRef | None
    ) -> None:
        if self.exit_held:
            raise AlreadyHeld
        self.record(
            ExitInterviewHeld(
                involvement=self.involvement,
                partner=self.partner,
                satisfaction=satisfaction,
                would_return=would_return,
                note=note,
            )
        )

    def _require_due(self, appointment: UUID | None, occasion: Occasion, side: Side) -> None:
        """Without an appointment, it simply happened."""
        if appointment is None:
            return
        if appointment in self.held:
            raise AlreadyHeld
        due = self.due.get(appointment)
        if due is None or (due.occasion, due.side) != (occasion, side):
            raise NoSuchAppointment

    def evolve(self, fact: Fact) -> None:
        match fact:
            case FollowUpScheduled():
                self.involvement, self.partner = fact.involvement, fact.partner
                self.request, self.project, self.since = fact.request, fact.project, fact.since
                self.due = {one.id: one for one in fact.appointments}
            case CheckInHeld(appointment=held) | SurveyAnswered(appointment=held):
                self.held |= {held} if held else set()
                self.due = {key: one for key, one in self.due.items() if key != held}
            case FollowUpCancelled():
                self.due = {}
            case PartnerNotAsked() | PartnerAskedAgain():
                self.left_alone = isinstance(fact, PartnerNotAsked)
            case ExitInterviewProposed():
                self.exit_proposed = True
            case ExitInterviewHeld():
                self.exit_held = True

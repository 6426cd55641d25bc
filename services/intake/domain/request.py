"""How a team's request for partners is written, sent and answered."""

from __future__ import annotations

from enum import StrEnum
from typing import Self
from uuid import UUID

from contracts.envelope import Fact, PersonalRef, StaffRef
from contracts.intake import (
    ContactNamed,
    DeclineReason,
    Detail,
    Need,
    NewContactAsked,
    RequestAccepted,
    RequestDeclined,
    RequestDrafted,
    RequestRecorded,
    RequestRedirected,
    RequestResubmitted,
    RequestReturned,
    RequestRevised,
    RequestState,
    RequestSubmitted,
    RequestTriaged,
    RequestWithdrawn,
)
from services.chassis.domain import Refusal
from services.intake.domain.contact import Answered


class Stage(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    TRIAGED = "triaged"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REDIRECTED = "redirected"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


OVER = (Stage.DECLINED, Stage.REDIRECTED, Stage.WITHDRAWN, Stage.CLOSED)
AS_RECORDED = {
    RequestState.DRAFT: Stage.DRAFT,
    RequestState.SUBMITTED: Stage.SUBMITTED,
    RequestState.TO_COMPLETE: Stage.RETURNED,
    RequestState.TAKEN_IN_CHARGE: Stage.TRIAGED,
    RequestState.ACCEPTED: Stage.ACCEPTED,
    RequestState.SEARCHING: Stage.ACCEPTED,
    RequestState.PARTLY_FILLED: Stage.ACCEPTED,
    RequestState.FILLED: Stage.ACCEPTED,
    RequestState.DECLINED: Stage.DECLINED,
    RequestState.REDIRECTED: Stage.REDIRECTED,
    RequestState.WITHDRAWN: Stage.WITHDRAWN,
    RequestState.CLOSED_WITHOUT_RESULT: Stage.CLOSED,
}


class AlreadyAnswered(Refusal):
    """This request has already been answered."""

    french = "Cette demande a déjà reçu une réponse."


class NotYetSubmitted(Refusal):
    """The team is still writing this request: it has not been submitted yet."""

    french = "L’équipe rédige encore cette demande : elle n’est pas soumise."


class NotYetTriaged(Refusal):
    """A request is accepted once an advisor has taken charge of it."""

    french = "Une demande est acceptée une fois prise en charge par le Bureau."


class NothingAsked(Refusal):
    """Say what is missing, so that the team can complete it."""

    french = "Précisez ce qui manque, pour que l’équipe puisse le compléter."


class NotDescribed(Refusal):
    """The register does not say what is sought here. Revise the request first."""

    french = "Le registre ne dit pas ce qui est recherché. Révisez d’abord la demande."


class NoSuchProject(Refusal):
    """There is no such project or committee here."""

    french = "Ce projet ou ce comité n’existe pas ici."


class Request(Answered):
    """A team asks for partners, from the first draft to our answer."""

    begun_by = (RequestDrafted, RequestRecorded)
    loose = (RequestReturned, RequestResubmitted, NewContactAsked, ContactNamed)

    stage: Stage = Stage.DRAFT
    need: Need | None = None
    number: str | None = None
    advisor: StaffRef | None = None
    missing: tuple[Detail, ...] = ()

    @classmethod
    def draft(cls, id: UUID, need: RequestDrafted) -> Self:
        return cls.begin(id, need)

    def revise(self, need: RequestRevised) -> None:
        self._require_unanswered()
        if self.need is None or need.model_dump() != self.need.model_dump():
            self.record(need)

    def submit(self, number: str) -> None:
        if self.stage is not Stage.DRAFT:
            self._require_unanswered()
            return  # it is in our hands already
        need = self._described()
        self.record(
            RequestSubmitted(
                number=number,
                title=need.title,
                department=need.department,
                contact=need.contact,
                partners_sought=need.partners_sought,
            )
        )

    def return_for_detail(
        self, missing: tuple[Detail, ...], note: PersonalRef | None = None
    ) -> None:
        self._require_in_hand()
        if self.stage is Stage.RETURNED and self.missing == missing and not note:
            return  # the team already knows
        if not missing and not note:
            raise NothingAsked
        self.record(RequestReturned(missing=missing, note=note))

    def resubmit(self) -> None:
        self._require_in_hand()
        if self.stage is Stage.RETURNED:
            self.record(RequestResubmitted())

    def triage(self, advisor: StaffRef) -> None:
        self._require_in_hand()
        if self.stage is not Stage.TRIAGED or self.advisor != advisor:
            self.record(RequestTriaged(advisor=advisor))

    def accept(self) -> None:
        if self.stage is Stage.ACCEPTED:
            return  # saying yes twice changes nothing
        self._require_in_hand()
        if self.stage is not Stage.TRIAGED:
            raise NotYetTriaged
        need = self._described()
        self.record(
            RequestAccepted(
                title=need.title,
                partners_sought=need.partners_sought,
                level=need.level,
                system_level=need.system_level,
                project=need.project,
            )
        )

    def decline(self, reason: DeclineReason, note: PersonalRef | None = None) -> None:
        if self.stage is Stage.DECLINED:
            return
        self._require_in_hand()
        self.record(RequestDeclined(reason=reason, note=note))

    def redirect(self, note: PersonalRef | None = None) -> None:
        if self.stage is Stage.REDIRECTED:
            return
        self._require_in_hand()
        self.record(RequestRedirected(note=note))

    def withdraw(self, note: PersonalRef | None = None) -> None:
        """A team may stop asking at any time, even once we have begun to look."""
        if self.stage is Stage.WITHDRAWN:
            return
        if self.stage in OVER:
            raise AlreadyAnswered
        self.record(RequestWithdrawn(note=note))

    def _described(self) -> Need:
        if self.need is None:
            raise NotDescribed
        return self.need

    def _require_in_hand(self) -> None:
        if self.stage is Stage.DRAFT:
            raise NotYetSubmitted
        self._require_unanswered()

    def _require_unanswered(self) -> None:
        if self.stage is Stage.ACCEPTED or self.stage in OVER:
            raise AlreadyAnswered

    def evolve(self, fact: Fact) -> None:
        match fact:
            case RequestDrafted() | RequestRevised():
                self.need = fact
                self.answer_by(fact.contact, fact.approver)
            case RequestRecorded(state=state, number=number, advisor=advisor):
                self.stage, self.number, self.advisor = AS_RECORDED[state], number, advisor
                self.answer_by(fact.contact, fact.approver)
            case NewContactAsked():
                self.turn_to(fact)
            case ContactNamed(contact=contact):
                self.need = self.need and self.need.model_copy(update={"contact": contact})
                self.turn_to(fact)
            case RequestSubmitted(number=number):
                self.stage, self.number = Stage.SUBMITTED, number
            case RequestReturned(missing=missing):
                self.stage, self.missing = Stage.RETURNED, missing
            case RequestResubmitted():
                self.stage = Stage.TRIAGED if self.advisor else Stage.SUBMITTED
            case RequestTriaged(advisor=advisor):
                self.stage, self.advisor = Stage.TRIAGED, advisor
            case _:
                self.stage = ANSWERS.get(type(fact), self.stage)


ANSWERS: dict[type[Fact], Stage] = {
    RequestAccepted: Stage.ACCEPTED,
    RequestDeclined: Stage.DECLINED,
    RequestRedirected: Stage.REDIRECTED,
    RequestWithdrawn: Stage.WITHDRAWN,
}

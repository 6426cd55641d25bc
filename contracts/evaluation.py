"""What evaluation announces: how it goes, as both sides say, and how practice is assessed."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from contracts.envelope import (
    Annulment,
    Correction,
    Fact,
    Loss,
    PartialDate,
    PersonalRef,
    PersonRef,
    StaffRef,
)
from contracts.terms import Label, Minutes, Personal, RegisterLine, Satisfaction, Side


class Occasion(StrEnum):
    CHECK_IN = "check_in"
    SURVEY = "survey"
    EXIT_INTERVIEW = "exit_interview"


class Appointment(BaseModel):
    """One thing to ask of one side, on a day."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: UUID
    occasion: Occasion
    side: Side
    due: PartialDate
    instrument: Label | None = None


class FollowUpScheduled(Fact, type="evaluation.FollowUpScheduled.v1"):
    """Both sides of an involvement will be asked how it goes; without appointments, only noted."""

    involvement: UUID
    partner: PersonRef
    request: UUID | None = None
    project: UUID | None = None
    since: PartialDate | None = None
    appointments: tuple[Appointment, ...]  # all that is due from now on; said again, it replaces


class CheckInHeld(Fact, type="evaluation.CheckInHeld.v1"):
    involvement: UUID
    partner: PersonRef
    appointment: UUID | None = None
    side: Side
    satisfaction: Satisfaction | None = None
    note: PersonalRef | None = None


class ConcernRaised(Fact, type="evaluation.ConcernRaised.v1"):
    """Something worries one side. Only the office reads what."""

    involvement: UUID
    partner: PersonRef
    side: Side
    concern: PersonalRef


type Points = Annotated[int, Field(ge=1, le=5)]


class SurveyAnswered(Fact, type="evaluation.SurveyAnswered.v1"):
    involvement: UUID
    partner: PersonRef
    appointment: UUID | None = None
    side: Side
    instrument: Label
    answers: dict[Label, Points]
    comment: PersonalRef | None = None


class ExitInterviewProposed(Fact, type="evaluation.ExitInterviewProposed.v1"):
    """The involvement ended: the advisor may propose a conversation. Nothing is sent by itself."""

    involvement: UUID
    partner: PersonRef
    request: UUID | None = None


class ExitInterviewHeld(Fact, type="evaluation.ExitInterviewHeld.v1"):
    involvement: UUID
    partner: PersonRef
    satisfaction: Satisfaction | None = None
    would_return: bool | None = None
    note: PersonalRef | None = None


class FollowUpCancelled(Fact, type="evaluation.FollowUpCancelled.v1"):
    """What was still due will not be asked."""

    involvement: UUID
    partner: PersonRef


class PartnerNotAsked(Fact, type="evaluation.PartnerNotAsked.v1"):
    """The person allows no messages any more: from now on only the team is asked how it goes."""

    involvement: UUID
    partner: PersonRef


class PartnerAskedAgain(Fact, type="evaluation.PartnerAskedAgain.v1"):
    """The person allows messages again: what is still due is asked of both sides."""

    involvement: UUID
    partner: PersonRef


class About(StrEnum):
    """What a contact was about."""

    PARTNER = "partner"
    INVOLVEMENT = "involvement"
    PROJECT = "project"
    REQUEST = "request"


class ContactKind(StrEnum):
    CALL = "call"
    MAIL = "mail"
    MEETING = "meeting"
    INTERVIEW = "interview"
    CHECK_IN = "check_in"
    REVIEW = "review"
    LETTER = "letter"
    VISIT = "visit"


class ContactLogged(Fact, type="evaluation.ContactLogged.v1"):
    """A call, a meeting, a letter: that it happened; what was said is in the vault."""

    about: About
    subject: UUID
    partner: PersonRef | None = None
    date: PartialDate
    kind: ContactKind
    side: Side | None = None
    staff: StaffRef | None = None
    satisfaction: Satisfaction | None = None
    call_back: PartialDate | None = None
    minutes: Minutes | None = None
    personal: Personal = {}
    line: RegisterLine | None = None


class Finding(StrEnum):
    """Where the organisation stands with partnership, by the assessment's own words."""

    NOT_OPTIMAL = "not_optimal"
    DEVELOPING = "developing"
    ESTABLISHED = "established"


class OrganizationAssessed(Fact, type="evaluation.OrganizationAssessed.v1"):
    """The practice of partnership was assessed; repeated over time it shows a trend."""

    instrument: Label
    date: PartialDate
    finding: Finding
    score: Annotated[int, Field(ge=0, le=100)] | None = None
    personal: Personal = {}


class FactAnnulled(Annulment, type="evaluation.FactAnnulled.v1"): ...


class FactCorrected(Correction, type="evaluation.FactCorrected.v1"): ...


class FactsLost(Loss, type="evaluation.FactsLost.v1"): ...

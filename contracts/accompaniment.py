"""What accompaniment announces: mandates and involvements, hours, contributions and answers."""

from __future__ import annotations

import datetime
from enum import StrEnum
from uuid import UUID

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
from contracts.terms import (
    Cents,
    Compensation,
    Level,
    Minutes,
    Mode,
    Personal,
    RegisterLine,
    Role,
    Side,
    SystemLevel,
    Title,
)


class MandateProposed(Fact, type="accompaniment.MandateProposed.v1"):
    """The terms of one involvement are on the table, after a match or without a request."""

    match: UUID
    request: UUID | None = None
    partner: PersonRef
    role: Role
    level: Level
    system_level: SystemLevel | None = None
    title: Title
    project: UUID | None = None


class TermsSet(Fact, type="accompaniment.TermsSet.v1"):
    """What both sides are about to sign. New terms undo signatures."""

    starts: PartialDate
    ends: PartialDate | None = None
    monthly_minutes: Minutes | None = None
    compensation: Compensation = Compensation.NOT_OFFERED
    contact: StaffRef | None = None
    personal: Personal = {}


class MandateSigned(Fact, type="accompaniment.MandateSigned.v1"):
    side: Side


class PlanSize(StrEnum):
    LIGHT = "light"
    STANDARD = "standard"
    FULL = "full"


class Step(StrEnum):
    """What may have to happen before and at the start of an involvement."""

    MANDATE_SIGNED = "mandate_signed"
    PARTNER_TRAINED = "partner_trained"
    TEAM_TRAINED = "team_trained"
    CONFIDENTIALITY_SIGNED = "confidentiality_signed"
    WELCOME_CALL = "welcome_call"
    SITE_VISIT = "site_visit"
    COACH_NAMED = "coach_named"
    FIRST_MEETING = "first_meeting"


class IntegrationPlanPrepared(Fact, type="accompaniment.IntegrationPlanPrepared.v1"):
    """The steps this role needs, and never more.

    MANDATE_SIGNED is done while both sides have signed the last terms (MandateSigned), and
    FIRST_MEETING once it was held (FirstMeetingHeld); StepCompleted tells of the others.
    """

    size: PlanSize
    steps: tuple[Step, ...]


class StepCompleted(Fact, type="accompaniment.StepCompleted.v1"):
    step: Step


class FirstMeetingHeld(Fact, type="accompaniment.FirstMeetingHeld.v1"):
    """Partner and team have met."""


class Held(Fact):
    """Who holds the involvement; `others` hold it together with the partner: a family, a group."""

    partner: PersonRef
    others: tuple[PersonRef, ...] = ()


class InvolvementStarted(Held, type="accompaniment.InvolvementStarted.v1"):
    request: UUID | None = None
    project: UUID | None = None
    ends: PartialDate | None = None


class InvolvementPaused(Held, type="accompaniment.InvolvementPaused.v1"):
    until: PartialDate | None = None
    reason: PersonalRef | None = None


class InvolvementResumed(Held, type="accompaniment.InvolvementResumed.v1"):
    """The pause is over."""


class InvolvementExtended(Held, type="accompaniment.InvolvementExtended.v1"):
    until: PartialDate


class InvolvementEnded(Held, type="accompaniment.InvolvementEnded.v1"):
    """`silent`: neither survey nor exit interview is to be proposed."""

    request: UUID | None = None
    project: UUID | None = None
    silent: bool = False
    reason: PersonalRef | None = None


class InvolvementState(StrEnum):
    PROPOSED = "proposed"
    IN_PREPARATION = "in_preparation"
    ACTIVE = "active"
    PAUSED = "paused"
    EXTENDED = "extended"
    ENDED = "ended"


class InvolvementRecorded(Fact, type="accompaniment.InvolvementRecorded.v1"):
    """An involvement from the office's register. A missing signature is not known, not absent."""

    partner: PersonRef | None = None  # none where a family or group holds it together
    partners: tuple[PersonRef, ...] = ()
    project: UUID
    request: UUID | None = None
    state: InvolvementState
    starts: PartialDate
    ends: PartialDate | None = None
    planned_end: PartialDate | None = None
    partner_signed: PartialDate | None = None
    team_signed: PartialDate | None = None
    contact: StaffRef | None = None
    known_minutes: Minutes | None = None
    compensation: Compensation | None = None
    personal: Personal = {}
    line: RegisterLine | None = None


class InvolvementPauseRecorded(Fact, type="accompaniment.InvolvementPauseRecorded.v1"):
    """A pause of one involvement, from the office's register, in a stream of its own."""

    involvement: UUID
    partner: PersonRef | None = None
    since: PartialDate
    until: PartialDate | None = None
    reason: PersonalRef | None = None
    personal: Personal = {}
    line: RegisterLine | None = None


class Attendance(StrEnum):
    PRESENT = "present"
    EXCUSED = "excused"
    ABSENT = "absent"


class HoursLogged(Fact, type="accompaniment.HoursLogged.v1"):
    """A meeting or another activity of one partner, in a stream of its own."""

    partner: PersonRef
    involvement: UUID | None = None
    project: UUID | None = None
    date: PartialDate
    minutes: Minutes
    attendance: Attendance = Attendance.PRESENT
    mode: Mode | None = None
    expenses: Cents | None = None
    compensation: Cents | None = None
    activity: PersonalRef | None = None
    personal: Personal = {}
    line: RegisterLine | None = None


class ContributionMade(Fact, type="accompaniment.ContributionMade.v1"):
    """A partner gave an input; somebody owes it an answer."""

    partner: PersonRef | None = None
    involvement: UUID | None = None
    project: UUID | None = None
    text: PersonalRef


class Decision(StrEnum):
    ADOPTED = "adopted"
    PARTLY = "partly"
    NOT_RETAINED = "not_retained"


class ContributionAnswered(Fact, type="accompaniment.ContributionAnswered.v1"):
    """What came of the input, and why."""

    partner: PersonRef | None = None
    decision: Decision
    why: PersonalRef | None = None


class ContributionRecorded(Fact, type="accompaniment.ContributionRecorded.v1"):
    """An input and perhaps its answer, from the office's register."""

    partner: PersonRef | None = None
    project: UUID
    date: PartialDate
    decision: Decision | None = None
    answered: PartialDate | None = None
    personal: Personal = {}
    line: RegisterLine | None = None


class NewContactAsked(Fact, type="accompaniment.NewContactAsked.v1"):
    """The team’s contact works here no more: somebody else is to be named."""

    contact: StaffRef
    on: datetime.date


class ContactNamed(Fact, type="accompaniment.ContactNamed.v1"):
    """Who answers for the team from now on. The terms that were signed stay."""

    contact: StaffRef


class SignedAs(StrEnum):
    """In what capacity somebody signed the partner's side of a mandate."""

    SELF = "self"
    REPRESENTATIVE = "representative"


class SignatureForm(StrEnum):
    PAPER = "paper"
    PORTAL = "portal"


class SignatureGiven(Fact, type="accompaniment.SignatureGiven.v1"):
    """One of those who sign the partner's side has signed, where it takes more than the partner.

    In a stream of its own, so that who signs for others has no more of their story than that.
    `draft` counts the terms of the involvement; `completes`: the side is signed with it.
    """

    involvement: UUID
    draft: int
    partner: PersonRef
    signer: PersonRef
    capacity: SignedAs
    form: SignatureForm
    completes: bool
    collected_by: StaffRef | None = None
    paper: PersonalRef | None = None  # where the paper is kept


class Stop(StrEnum):
    """What an involvement rests on, and that is no more."""

    LEFT = "left"
    POOL = "pool"
    CONFIDENTIALITY = "confidentiality"
    CHARTER = "charter"
    SHARING = "sharing"


class StopToTell(Fact, type="accompaniment.StopToTell.v1"):
    """It ended or waits because of what was decided elsewhere: these sides are to hear it."""

    why: Stop
    sides: tuple[Side, ...]


class StopTold(Fact, type="accompaniment.StopTold.v1"):
    """This side has heard that it ended or waits."""

    side: Side


class StopLifted(Fact, type="accompaniment.StopLifted.v1"):
    """What it rests on was given again: it may be taken up."""

    why: Stop


class FactAnnulled(Annulment, type="accompaniment.FactAnnulled.v1"): ...


class FactCorrected(Correction, type="accompaniment.FactCorrected.v1"): ...


class FactsLost(Loss, type="accompaniment.FactsLost.v1"): ...

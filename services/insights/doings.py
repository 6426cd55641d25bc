"""What partners take part in, learn, give and are asked: what the other services say of them."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from contracts.accompaniment import (
    ContributionAnswered,
    ContributionMade,
    ContributionRecorded,
    FirstMeetingHeld,
    HoursLogged,
    IntegrationPlanPrepared,
    InvolvementEnded,
    InvolvementExtended,
    InvolvementPaused,
    InvolvementPauseRecorded,
    InvolvementRecorded,
    InvolvementResumed,
    InvolvementStarted,
    MandateProposed,
    MandateSigned,
    StepCompleted,
    TermsSet,
)
from contracts.evaluation import (
    CheckInHeld,
    ConcernRaised,
    ContactLogged,
    ExitInterviewHeld,
    ExitInterviewProposed,
    FollowUpCancelled,
    FollowUpScheduled,
    PartnerAskedAgain,
    PartnerNotAsked,
    SurveyAnswered,
)
from contracts.intake import SeatFilled, SeatRecorded, SeatVacated
from contracts.training import (
    ModuleCompleted,
    PlanCancelled,
    PlanCompleted,
    PlanPrepared,
    TrainingRecorded,
)
from services.chassis.folding import Entry, Of
from services.insights.partners import PARTNER, Involved, Partner, Training, partners
from services.insights.pieces import given
from services.insights.pool import settled

STATES = {
    MandateProposed.type: "proposed",
    IntegrationPlanPrepared.type: "in_preparation",
    InvolvementStarted.type: "active",
    InvolvementPaused.type: "paused",
    InvolvementResumed.type: "active",
    InvolvementExtended.type: "extended",
    InvolvementEnded.type: "ended",
}


@partners.on(
    MandateProposed, InvolvementStarted, InvolvementPaused, InvolvementResumed,
    InvolvementExtended, InvolvementEnded, of=PARTNER, adds_up=True,
)  # fmt: skip
def involved(it: Partner, entry: Entry) -> Partner:
    return _involvement(it, entry, STATES[entry.type])


@partners.on(InvolvementRecorded, of=(PARTNER, "partners"), adds_up=True)
def involvement_recorded(it: Partner, entry: Entry) -> Partner:
    # Hours known only as a total are a person's own where nobody shares the involvement.
    people = {entry.data.get("partner"), *entry.data.get("partners", ())} - {None}
    alone = len(people) <= 1
    minutes = (entry.data.get("known_minutes") or 0) * alone
    it = replace(it, minutes=it.minutes + minutes)
    return _involvement(it, entry, entry.data["state"], since=entry.data["starts"])


@partners.on(IntegrationPlanPrepared, of=Of.WHOM_ITS_STREAM_FEEDS, adds_up=True)
def prepared(it: Partner, entry: Entry) -> Partner:
    return _involvement(it, entry, "in_preparation")


def _involvement(it: Partner, entry: Entry, state: str, **more: Any) -> Partner:
    known = {one.id: one for one in it.involvements}
    line = known.get(entry.subject, Involved(id=entry.subject, state=""))
    said = {"since": entry.when, **given(entry.data, "project", "request"), **more}
    known[entry.subject] = replace(line, state=state, **said)
    if state == "ended":
        it = replace(it, engaged_in=tuple(one for one in it.engaged_in if one != entry.subject))
    return settled(replace(it, involvements=tuple(known.values())), entry)


@partners.on(HoursLogged, of=PARTNER, adds_up=True)
def logged(it: Partner, entry: Entry) -> Partner:
    present = entry.data.get("attendance", "present") == "present"
    return replace(it, minutes=it.minutes + entry.data["minutes"] * present)


@partners.on(ContributionMade, ContributionRecorded, of=PARTNER, adds_up=True)
def contributed(it: Partner, entry: Entry) -> Partner:
    answered = it.contributions_answered + bool(entry.data.get("decision"))
    return replace(it, contributions=it.contributions + 1, contributions_answered=answered)


@partners.on(ContributionAnswered, of=Of.WHOM_ITS_STREAM_FEEDS, adds_up=True)
def answered(it: Partner, _: Entry) -> Partner:
    return replace(it, contributions_answered=it.contributions_answered + 1)


@partners.on(PlanPrepared, of=PARTNER, adds_up=True)
def plan_prepared(it: Partner, entry: Entry) -> Partner:
    modules = tuple(entry.data["modules"])
    known = {one.id: one for one in it.trainings}
    plan = known.get(entry.subject, Training(id=entry.subject, state="prepared"))
    said = {"request": entry.data["request"], "when": entry.when}
    together = (*plan.modules, *(one for one in modules if one not in plan.modules))
    known[entry.subject] = replace(plan, state="prepared", modules=together, **said)
    return replace(it, trainings=tuple(known.values()))


@partners.on(ModuleCompleted, PlanCompleted, PlanCancelled, of=PARTNER, adds_up=True)
def learnt(it: Partner, entry: Entry) -> Partner:
    trainings = tuple(
        _further(one, entry) if one.id == entry.subject else one for one in it.trainings
    )
    return replace(it, trainings=trainings)


def _further(plan: Training, entry: Entry) -> Training:
    if entry.type == ModuleCompleted.type:
        return replace(plan, completed=(*plan.completed, entry.data["module"]))
    state = "completed" if entry.type == PlanCompleted.type else "cancelled"
    return replace(plan, state=state, when=entry.when)


@partners.on(TrainingRecorded, of=PARTNER, adds_up=True)
def training_recorded(it: Partner, entry: Entry) -> Partner:
    data = entry.data
    said = given(data, "title", "valid_until")
    training = Training(id=entry.subject, state=data["result"], when=data["date"], **said)
    return replace(it, trainings=(*it.trainings, training))


@partners.on(SeatFilled, SeatVacated, SeatRecorded, of=PARTNER, adds_up=True)
def seated(it: Partner, entry: Entry) -> Partner:
    seat = entry.data.get("seat", entry.subject)
    others = tuple(one for one in it.seats if one != seat)
    return replace(it, seats=others if entry.type == SeatVacated.type else (*others, seat))


@partners.on(CheckInHeld, ExitInterviewHeld, of=PARTNER, adds_up=True)
def asked(it: Partner, entry: Entry) -> Partner:
    return replace(it, last_contact=max(it.last_contact or "", entry.when))


@partners.on(ContactLogged, of=PARTNER, adds_up=True)
def contacted(it: Partner, entry: Entry) -> Partner:
    last = max(it.last_contact or "", entry.data["date"])
    return replace(it, last_contact=last, call_back=entry.data.get("call_back") or it.call_back)


@partners.on(
    FollowUpScheduled, FollowUpCancelled, ConcernRaised, SurveyAnswered, ExitInterviewProposed,
    InvolvementPauseRecorded, PartnerNotAsked, PartnerAskedAgain, of=PARTNER,
)  # fmt: skip
def told(it: Partner, _: Entry) -> Partner:
    """It belongs to this person's story; what it changes, others show."""
    return it


@partners.on(MandateSigned, TermsSet, StepCompleted, FirstMeetingHeld, of=Of.WHOM_ITS_STREAM_FEEDS)
def along(it: Partner, _: Entry) -> Partner:
    return it

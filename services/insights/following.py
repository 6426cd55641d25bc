"""What happens along an involvement, in streams of its own: hours, contributions, follow-up."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from contracts.accompaniment import (
    ContributionAnswered,
    ContributionMade,
    HoursLogged,
    InvolvementPauseRecorded,
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
from contracts.intake import SeatFilled
from services.chassis.folding import Entry, Of
from services.insights.involvements import (
    INVOLVEMENT,
    Contribution,
    Heard,
    Involvement,
    involvements,
)
from services.insights.pieces import Appointment, Span, given, ref


@involvements.on(InvolvementPauseRecorded, of=INVOLVEMENT)
def pause_recorded(it: Involvement, entry: Entry) -> Involvement:
    data = entry.data
    reason = ref(data, "reason")
    span = Span(since=data["since"], until=data.get("until"), reason=reason, id=entry.subject)
    return replace(it, pauses=(*it.pauses, span))


@involvements.on(HoursLogged, of=INVOLVEMENT)
def logged(it: Involvement, entry: Entry) -> Involvement:
    present = entry.data.get("attendance", "present") == "present"
    minutes = it.minutes + entry.data["minutes"] * present
    return replace(it, minutes=minutes, meetings=it.meetings + present)


@involvements.on(SeatFilled, of=INVOLVEMENT)
def seated(it: Involvement, entry: Entry) -> Involvement:
    return replace(it, seat=entry.data["seat"])


@involvements.on(ContributionMade, of=INVOLVEMENT)
def contributed(it: Involvement, entry: Entry) -> Involvement:
    made = Contribution(
        id=entry.subject,
        version=entry.version,
        partner=entry.data.get("partner"),
        made=entry.when,
        text=ref(entry.data, "text"),
    )
    return replace(it, contributions=(*it.contributions, made))


@involvements.on(ContributionAnswered, of=Of.WHOM_ITS_STREAM_FEEDS)
def answered(it: Involvement, entry: Entry) -> Involvement:
    said = {
        "version": entry.version,
        "decision": entry.data["decision"],
        "answered": entry.when,
        "why": ref(entry.data, "why"),
    }
    contributions = tuple(
        replace(one, **said) if one.id == entry.subject else one for one in it.contributions
    )
    return replace(it, contributions=contributions)


def _follow_up(it: Involvement, entry: Entry, **more: Any) -> Involvement:
    """Decisions about the follow-up go to its own stream, and show its version."""
    return replace(it, follow_up_stream=entry.subject, follow_up_version=entry.version, **more)


@involvements.on(FollowUpScheduled, of=INVOLVEMENT)
def scheduled(it: Involvement, entry: Entry) -> Involvement:
    due = tuple(
        Appointment(**given(one, "id", "occasion", "side", "due", "instrument"))
        for one in entry.data["appointments"]
    )
    it = _follow_up(it, entry, follow_up=(*it.follow_up, *due))
    return _of_partner(it, cancelled=True) if it.partner_not_asked else it


@involvements.on(PartnerNotAsked, PartnerAskedAgain, of=INVOLVEMENT)
def asked_or_not(it: Involvement, entry: Entry) -> Involvement:
    silent = entry.type == PartnerNotAsked.type
    it = _follow_up(it, entry, partner_not_asked=silent)
    return _of_partner(it, cancelled=silent)


def _of_partner(it: Involvement, *, cancelled: bool) -> Involvement:
    """What was due of the partner is not asked, or is again; what was done stays."""
    follow_up = tuple(
        replace(one, cancelled=cancelled) if one.side == "partner" and not one.done else one
        for one in it.follow_up
    )
    return replace(it, follow_up=follow_up)


@involvements.on(CheckInHeld, SurveyAnswered, ConcernRaised, ExitInterviewHeld, of=INVOLVEMENT)
def heard(it: Involvement, entry: Entry) -> Involvement:
    data = entry.data
    kind = KINDS[entry.type]
    words = next(filter(None, (ref(data, name) for name in ("note", "comment", "concern"))), None)
    said = given(data, "side", "satisfaction", "instrument")
    line = Heard(id=entry.id, kind=kind, when=entry.when, words=words, **said)
    it = _follow_up(it, entry, heard=(*it.heard, line), last_contact=entry.when)
    if kind == "exit_interview":
        it = replace(it, exit_interview_done=entry.when)
    return _done(it, data.get("appointment"), entry.when)


KINDS = {
    CheckInHeld.type: "check_in",
    SurveyAnswered.type: "survey",
    ConcernRaised.type: "concern",
    ExitInterviewHeld.type: "exit_interview",
}


def _done(it: Involvement, appointment: str | None, when: str) -> Involvement:
    follow_up = tuple(
        replace(one, done=when) if one.id == appointment else one for one in it.follow_up
    )
    return replace(it, follow_up=follow_up)


@involvements.on(FollowUpCancelled, of=INVOLVEMENT)
def cancelled(it: Involvement, entry: Entry) -> Involvement:
    follow_up = tuple(one if one.done else replace(one, cancelled=True) for one in it.follow_up)
    return _follow_up(it, entry, follow_up=follow_up)


@involvements.on(ExitInterviewProposed, of=INVOLVEMENT)
def exit_proposed(it: Involvement, entry: Entry) -> Involvement:
    return _follow_up(it, entry, exit_interview=entry.when)


@involvements.on(ContactLogged, of="subject", about="involvement")
def contacted(it: Involvement, entry: Entry) -> Involvement:
    data = entry.data
    words = next((value["ref"] for value in data.get("personal", {}).values()), None)
    said = given(data, "side", "satisfaction")
    line = Heard(id=entry.id, kind=data["kind"], when=data["date"], words=words, **said)
    last = max(it.last_contact or "", data["date"])
    return replace(it, heard=(*it.heard, line), last_contact=last)

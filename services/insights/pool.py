"""How somebody comes to the pool, stays, pauses and leaves: what recruitment and intake say."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from contracts.intake import CandidacySubmitted, CandidacyWithdrawn, ReferralReceived
from contracts.recruitment import (
    CandidateRegistered,
    PartnerEngaged,
    PartnerLeft,
    PartnerPaused,
    PartnerRecorded,
    PartnerReleased,
    PartnerResumed,
    PauseRecorded,
    PreselectionDecided,
    PreselectionPlanned,
    ProfileUpdated,
    StatusGiven,
)
from services.chassis.folding import Entry
from services.insights.partners import (
    PARTNER,
    PERSON,
    Candidacy,
    Partner,
    partners,
)
from services.insights.pieces import Span, given, noted, ref, refs

RUNNING = ("active", "paused", "extended")


def into(it: Partner, entry: Entry, state: str, **more: Any) -> Partner:
    return replace(it, state=state, since=entry.when, **more)


def in_pool(it: Partner) -> str:
    return "engaged" if it.load else "available"


@partners.on(CandidacySubmitted, ReferralReceived, of=PERSON)
def came(it: Partner, entry: Entry) -> Partner:
    data = entry.data
    candidacy = Candidacy(
        id=entry.subject,
        version=entry.version,
        origin="referral" if "referrer" in data else "candidacy",
        door=data["door"],
        referrer=data.get("referrer"),
        consented=data.get("consented_to_be_contacted"),
        request=data.get("request"),
        received=entry.when,
    )
    said = given(data, "role", "capacity")
    if data.get("languages"):
        said["languages"] = tuple(data["languages"])
    state = it.state or "candidate"
    personal = {**it.personal, **refs(data)}
    since = it.since or entry.when
    return replace(it, candidacy=candidacy, state=state, since=since, personal=personal, **said)


@partners.on(CandidacyWithdrawn, of=PERSON)
def stepped_back(it: Partner, entry: Entry) -> Partner:
    it = at_door(it, entry, "withdrawn")
    if it.state == "candidate":
        it = replace(it, state="former", left=entry.when, since=entry.when)
    return replace(it, notes=noted(it.notes, entry, "candidacy_withdrawn"))


def at_door(it: Partner, entry: Entry, state: str, **more: Any) -> Partner:
    door = it.candidacy or Candidacy(id=entry.data.get("candidacy") or entry.subject)
    version = entry.version if entry.subject == door.id else door.version
    return replace(it, candidacy=replace(door, state=state, version=version, **more))


@partners.on(CandidateRegistered, of=PERSON)
def registered(it: Partner, entry: Entry) -> Partner:
    said = given(entry.data, "role", "capacity", "origin")
    it = at_door(it, entry, "to_be_reached", origin=entry.data["origin"])
    return into(it, entry, "candidate" if it.state in ("", "former") else it.state, **said)


@partners.on(PreselectionPlanned, of=PERSON)
def planned(it: Partner, entry: Entry) -> Partner:
    interviewers = tuple(entry.data.get("interviewers", ()))
    when = entry.data["planned"]
    return at_door(it, entry, "interview_planned", planned=when, interviewers=interviewers)


@partners.on(PreselectionDecided, of=PERSON)
def preselected(it: Partner, entry: Entry) -> Partner:
    """Who is kept enters the pool; who is in reserve may still be asked."""
    outcome = entry.data["outcome"]
    it = at_door(it, entry, outcome, competencies=entry.data.get("competencies", {}))
    it = replace(it, notes=noted(it.notes, entry, "preselection"), role=entry.data["role"])
    if outcome == "kept":
        return into(it, entry, in_pool(it), entered=it.entered or entry.when)
    return into(it, entry, "candidate" if outcome == "in_reserve" else "former")


@partners.on(PartnerRecorded, of=PARTNER)
def recorded(it: Partner, entry: Entry) -> Partner:
    """What the register says, and no more."""
    data = entry.data
    said = given(
        data, "status_label", "role", "capacity", "entered", "paused_until", "left", "origin",
        "advisor", "mode", "monthly_minutes",
    )  # fmt: skip
    personal = {**it.personal, **refs(data)}
    languages = tuple(data.get("languages", ()))
    it = into(it, entry, data["state"], **said)
    return replace(it, personal=personal, languages=languages, imported=True)


@partners.on(ProfileUpdated, of=PARTNER)
def updated(it: Partner, entry: Entry) -> Partner:
    said = given(entry.data, "mode", "monthly_minutes")
    languages = tuple(entry.data.get("languages") or it.languages)
    return replace(it, languages=languages, personal={**it.personal, **refs(entry.data)}, **said)


@partners.on(StatusGiven, of=PARTNER)
def called(it: Partner, entry: Entry) -> Partner:
    return replace(it, status_label=entry.data["status_label"])


@partners.on(PartnerPaused, of=PARTNER)
def paused(it: Partner, entry: Entry) -> Partner:
    until = entry.data.get("until")
    span = Span(since=entry.when, until=until, reason=ref(entry.data, "reason"))
    return into(it, entry, "paused", paused_until=until, pauses=(*it.pauses, span))


@partners.on(PartnerResumed, of=PARTNER)
def resumed(it: Partner, entry: Entry) -> Partner:
    """Back from a pause, or into the pool after having left it."""
    pauses = it.pauses
    if it.state == "paused" and pauses:
        pauses = (*pauses[:-1], replace(pauses[-1], until=entry.when))
    return into(it, entry, in_pool(it), paused_until=None, left=None, silent=False, pauses=pauses)


@partners.on(PauseRecorded, of=PARTNER)
def pause_recorded(it: Partner, entry: Entry) -> Partner:
    data = entry.data
    reason = ref(data, "reason")
    span = Span(since=data["since"], until=data.get("until"), reason=reason, id=entry.subject)
    return replace(it, pauses=(*it.pauses, span))


@partners.on(PartnerLeft, of=PARTNER)
def left(it: Partner, entry: Entry) -> Partner:
    notes = noted(it.notes, entry, "left", "reason")
    silent = entry.data.get("silent", False)
    return into(it, entry, "former", left=entry.when, silent=silent, notes=notes)


@partners.on(PartnerEngaged, PartnerReleased, of=PARTNER, adds_up=True)
def loaded(it: Partner, entry: Entry) -> Partner:
    involvement = entry.data["involvement"]
    others = tuple(one for one in it.engaged_in if one != involvement)
    begun = entry.type == PartnerEngaged.type
    engaged_in = (*others, involvement) if begun else others
    return settled(replace(it, engaged_in=engaged_in), entry)


def settled(it: Partner, entry: Entry) -> Partner:
    """The load, and a state that goes with it."""
    running = {one.id for one in it.involvements if one.state in RUNNING}
    load = len(running | set(it.engaged_in))
    state = it.state
    if state in ("available", "engaged"):
        state = "engaged" if load else "available"
    since = it.since if state == it.state else entry.when
    return replace(it, load=load, state=state, since=since)

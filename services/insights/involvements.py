"""How is each involvement going: its terms, its plan, its hours, its contributions and answers?"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from contracts.accompaniment import (
    FirstMeetingHeld,
    IntegrationPlanPrepared,
    InvolvementEnded,
    InvolvementExtended,
    InvolvementPaused,
    InvolvementRecorded,
    InvolvementResumed,
    InvolvementStarted,
    MandateProposed,
    MandateSigned,
    StepCompleted,
    TermsSet,
)
from services.chassis.folding import Document, Entry, Listed, ReadModel
from services.insights.pieces import (
    Appointment,
    Note,
    Span,
    facets,
    given,
    noted,
    plain,
    ref,
    refs,
)

SORTS = ("started", "since", "title", "ends", "state")
INVOLVEMENT = "involvement"


class Step(msgspec.Struct, frozen=True, kw_only=True):
    step: str
    done: str | None = None


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    version: int
    partner: str | None
    made: str
    text: str | None
    decision: str | None = None
    answered: str | None = None
    why: str | None = None


class Heard(msgspec.Struct, frozen=True, kw_only=True):
    """A check-in, survey, concern, interview or contact, and its words in the vault."""

    id: str
    kind: str
    when: str
    side: str | None = None
    satisfaction: int | None = None
    instrument: str | None = None
    words: str | None = None


class Signer(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who signed the partner's side, where it took more than the partner."""

    signer: str
    partner: str
    capacity: str
    form: str
    when: str
    paper: str | None = None


class Involvement(Document, frozen=True, kw_only=True):
    title: str | None = None
    partners: tuple[str, ...] = ()
    request: str | None = None
    project: str | None = None
    match: str | None = None
    role: str | None = None
    level: str | None = None
    since: str = ""
    starts: str | None = None
    started: str | None = None
    ends: str | None = None
    ended: str | None = None
    silent: bool = False
    monthly_minutes: int | None = None
    compensation: str | None = None
    contact: str | None = None
    contact_asked: str | None = None  # the last day of a contact who left
    signatures: dict[str, str] = {}
    signers: tuple[Signer, ...] = ()
    stops: tuple[str, ...] = ()  # what it rests on and was taken back
    to_tell: tuple[str, ...] = ()  # the sides that are to hear it
    plan_size: str | None = None
    plan: tuple[Step, ...] = ()
    first_meeting: str | None = None
    paused_until: str | None = None
    pauses: tuple[Span, ...] = ()
    minutes: int = 0
    meetings: int = 0
    seat: str | None = None
    contributions: tuple[Contribution, ...] = ()
    follow_up: tuple[Appointment, ...] = ()
    heard: tuple[Heard, ...] = ()
    exit_interview: str | None = None
    exit_interview_done: str | None = None
    partner_not_asked: bool = False
    follow_up_stream: str | None = None
    follow_up_version: int = 0
    last_contact: str | None = None
    personal: dict[str, str] = {}
    notes: tuple[Note, ...] = ()
    imported: bool = False

    def listed(self) -> Listed:
        unanswered = any(one.answered is None for one in self.contributions)
        return Listed(
            self.state,
            facets(
                partner=self.partners,
                request=self.request,
                project=self.project,
                contact=self.contact,
                contact_asked="yes" if self.contact_asked else None,
                role=self.role,
                level=self.level,
                unanswered=str(unanswered).lower(),
                to_tell=self.to_tell,
            ),
            plain(self.title or ""),
            (self.started or self.starts or "", self.since, plain(self.title or ""),
             self.ends or "", self.state),
        )  # fmt: skip


involvements = ReadModel("involvements", Involvement)


def into(it: Involvement, entry: Entry, state: str, **more: Any) -> Involvement:
    return replace(it, state=state, since=entry.when, **more)


@involvements.on(MandateProposed)
def proposed(it: Involvement, entry: Entry) -> Involvement:
    said = given(entry.data, "match", "request", "role", "level", "title", "project")
    return into(it, entry, "proposed", partners=(entry.data["partner"],), **said)


@involvements.on(TermsSet)
def terms_set(it: Involvement, entry: Entry) -> Involvement:
    """New terms undo signatures."""
    fields = ("starts", "ends", "monthly_minutes", "compensation", "contact")
    said = {field: entry.data.get(field) for field in fields}
    said["contact_asked"] = it.contact_asked if said["contact"] == it.contact else None
    plan = tuple(replace(one, done=None) if one.step == "mandate_signed" else one
                 for one in it.plan)  # fmt: skip
    personal = {**it.personal, **refs(entry.data)}
    return replace(it, **said, personal=personal, signatures={}, signers=(), plan=plan)


@involvements.on(MandateSigned)
def signed(it: Involvement, entry: Entry) -> Involvement:
    """The mandate is signed once both sides have."""
    it = replace(it, signatures={**it.signatures, entry.data["side"]: entry.when})
    return _ticked(it, "mandate_signed", entry.when) if len(it.signatures) == 2 else it


@involvements.on(IntegrationPlanPrepared)
def plan_prepared(it: Involvement, entry: Entry) -> Involvement:
    done = {one.step: one.done for one in it.plan}
    plan = tuple(Step(step=step, done=done.get(step)) for step in entry.data["steps"])
    it = replace(it, plan_size=entry.data["size"], plan=plan)
    return into(it, entry, "in_preparation") if it.state == "proposed" else it


@involvements.on(StepCompleted)
def step_completed(it: Involvement, entry: Entry) -> Involvement:
    return _ticked(it, entry.data["step"], entry.when)


def _ticked(it: Involvement, step: str, when: str) -> Involvement:
    plan = tuple(replace(one, done=one.done or when) if one.step == step else one
                 for one in it.plan)  # fmt: skip
    return replace(it, plan=plan)


@involvements.on(FirstMeetingHeld)
def met(it: Involvement, entry: Entry) -> Involvement:
    return _ticked(replace(it, first_meeting=entry.when), "first_meeting", entry.when)


@involvements.on(InvolvementStarted)
def started(it: Involvement, entry: Entry) -> Involvement:
    said = given(entry.data, "request", "project", "ends")
    partners = it.partners or (entry.data["partner"],)
    return into(it, entry, "active", started=entry.when, partners=partners, **said)


@involvements.on(InvolvementPaused)
def paused(it: Involvement, entry: Entry) -> Involvement:
    until = entry.data.get("until")
    span = Span(since=entry.when, until=until, reason=ref(entry.data, "reason"))
    return into(it, entry, "paused", paused_until=until, pauses=(*it.pauses, span))


@involvements.on(InvolvementResumed)
def resumed(it: Involvement, entry: Entry) -> Involvement:
    pauses = it.pauses
    if it.state == "paused" and pauses:
        pauses = (*pauses[:-1], replace(pauses[-1], until=entry.when))
    return into(it, entry, "active", paused_until=None, pauses=pauses)


@involvements.on(InvolvementExtended)
def extended(it: Involvement, entry: Entry) -> Involvement:
    return into(it, entry, "extended", ends=entry.data["until"])


@involvements.on(InvolvementEnded)
def ended(it: Involvement, entry: Entry) -> Involvement:
    notes = noted(it.notes, entry, "ended", "reason")
    silent = entry.data.get("silent", False)
    return into(it, entry, "ended", ended=entry.when, silent=silent, notes=notes)


@involvements.on(InvolvementRecorded)
def recorded(it: Involvement, entry: Entry) -> Involvement:
    data = entry.data
    said = given(data, "project", "request", "state", "starts", "contact", "compensation")
    signed = {
        side: when
        for side, field in (("partner", "partner_signed"), ("team", "team_signed"))
        if (when := data.get(field))
    }
    over = data["state"] == "ended"
    people = tuple(dict.fromkeys([*filter(None, [data.get("partner")]), *data.get("partners", ())]))
    begun = None if data["state"] in ("proposed", "in_preparation") else data["starts"]
    return replace(
        it, **said, partners=people, signatures=signed, since=data["starts"], started=begun,
        ends=data.get("planned_end"), ended=data.get("ends") if over else None,
        minutes=it.minutes + (data.get("known_minutes") or 0), personal=refs(data), imported=True,
    )  # fmt: skip

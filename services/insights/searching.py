"""How a request is answered once it is accepted: its search, its candidates, its involvements."""

from __future__ import annotations

from msgspec.structs import replace

from contracts.accompaniment import (
    FirstMeetingHeld,
    InvolvementEnded,
    InvolvementRecorded,
    InvolvementStarted,
    MandateProposed,
    MandateSigned,
)
from contracts.consent import ProfileWithdrawn
from contracts.evaluation import ContactLogged
from contracts.recruitment import (
    CandidateNotRetained,
    CandidateShortlisted,
    InterestDeclined,
    InterestExpressed,
    MatchAgreed,
    SearchClosed,
    SearchOpened,
    SearchReopened,
)
from contracts.training import ModuleCompleted, PlanCancelled, PlanCompleted, PlanPrepared
from services.chassis.folding import Entry, Of
from services.insights.pieces import Person, ref
from services.insights.requests import Request, Search, moved, requests

CLOSED = {"filled": "filled", "withdrawn": "withdrawn", "nobody_found": "closed_without_result"}


@requests.on(SearchOpened, SearchReopened, SearchClosed, of="request")
def searched(it: Request, entry: Entry) -> Request:
    closed = entry.data.get("reason")
    search = Search(id=entry.subject, version=entry.version, closed=closed)
    step = entry.type.split(".")[1].removeprefix("Search").lower()
    if it.state in ("withdrawn", "declined"):
        return replace(it, search=search)
    state = CLOSED[closed] if closed else _filling(it)
    return moved(it, entry, state, f"search_{step}", search=search)


def _filling(it: Request) -> str:
    if it.found and it.found >= (it.partners_sought or 1):
        return "filled"
    return "partly_filled" if it.found else "searching"


CANDIDATES = {
    CandidateShortlisted.type: "shortlisted",
    InterestExpressed.type: "interested",
    InterestDeclined.type: "declined",
    CandidateNotRetained.type: "not_retained",
    MatchAgreed.type: "matched",
    ProfileWithdrawn.type: "withdrawn",
}


@requests.on(
    CandidateShortlisted, InterestExpressed, InterestDeclined, CandidateNotRetained, MatchAgreed,
    ProfileWithdrawn, of="request",
)  # fmt: skip
def considered(it: Request, entry: Entry) -> Request:
    """A candidate keeps one line, in the state that was reached last: A, B, C to the team."""
    data = entry.data
    note = ref(data, "note") or ref(data, "reason")
    state = CANDIDATES[entry.type]
    line = Person(person=data["partner"], state=state, since=entry.when, note=note)
    known = {one.person: one for one in it.candidates}
    known[line.person] = line  # each keeps their place
    candidates = tuple(known.values())
    found = [one.state for one in candidates].count("matched")
    closed = it.search.closed if it.search else None
    search = Search(id=entry.subject, version=entry.version, closed=closed)
    it = replace(it, candidates=candidates, search=search, found=found)
    return moved(it, entry, _filling(it)) if state == "matched" and it.open else it


@requests.on(MandateProposed, InvolvementRecorded, of="request")
def involved(it: Request, entry: Entry) -> Request:
    return replace(it, involvements=(*it.involvements, entry.subject))


@requests.on(PlanPrepared, PlanCompleted, of="request")
def trained(it: Request, entry: Entry) -> Request:
    if entry.data["audience"] != "team":
        return it
    if entry.type == PlanCompleted.type:
        return replace(it, team_trained=entry.when)
    return replace(it, team_training=tuple(entry.data["modules"]), team_trained=None)


@requests.on(
    ModuleCompleted, PlanCancelled, MandateSigned, FirstMeetingHeld, InvolvementStarted,
    InvolvementEnded, of=Of.WHOM_ITS_STREAM_FEEDS,
)  # fmt: skip
def told(it: Request, _: Entry) -> Request:
    """It belongs to the story of this request; what it changes, others show."""
    return it


@requests.on(ContactLogged, of="subject", about="request")
def contacted(it: Request, entry: Entry) -> Request:
    return replace(it, last_contact=max(it.last_contact or "", entry.data["date"]))

"""What was born or has changed in Tandem, told as the rows of a register: what teams ask."""

from __future__ import annotations

from contracts.envelope import Envelope
from contracts.intake import (
    ProjectClosed,
    ProjectOpened,
    RequestAccepted,
    RequestDeclined,
    RequestDrafted,
    RequestRedirected,
    RequestResubmitted,
    RequestReturned,
    RequestRevised,
    RequestSubmitted,
    RequestTriaged,
    RequestWithdrawn,
    SeatFilled,
    SeatOpened,
    SeatVacated,
)
from contracts.recruitment import (
    MatchAgreed,
    SearchClosed,
    SearchOpened,
    SearchReopened,
)
from services.cli.exchange.recalling import Memory, Named, Ref, day_of, tells, worded
from services.cli.exchange.shapes import PROJECT, REQUEST
from services.cli.register.work import Project, Request, Seat

_DECIDED = {
    RequestAccepted.type: "accepted",
    RequestDeclined.type: "declined",
    RequestRedirected.type: "redirected",
    RequestWithdrawn.type: "withdrawn",
}
_CLOSED = {
    "filled": "filled",
    "withdrawn": "withdrawn",
    "nobody_found": "closed_without_result",
}


@tells(RequestDrafted, RequestRevised)
def drafted(memory: Memory, envelope: Envelope) -> None:
    data = envelope.data
    tale = memory.tale(Request, str(envelope.subject))
    if envelope.type == RequestDrafted.type:
        tale.values |= {"state": "draft", "received": day_of(envelope)}
    tale.values |= {
        "title": data["title"],
        "department": Named("department", data["department"]),
        "requester": Named("staff", data["contact"]),
        "approving_manager": Named("staff", data["approver"]) if data.get("approver") else None,
        "project": Ref("projects", data["project"]) if data.get("project") else None,
        "partners_sought": data["partners_sought"],
    }
    tale.learn(REQUEST, data.get("personal", {}))
    memory.titles[str(envelope.subject)] = data["title"]


@tells(RequestSubmitted, RequestReturned, RequestResubmitted, RequestTriaged)
def handled(memory: Memory, envelope: Envelope) -> None:
    tale = memory.known(Request, str(envelope.subject))
    match envelope.type:
        case RequestSubmitted.type:
            number = envelope.data["number"]
            tale.values |= {"state": "submitted", "received": day_of(envelope), "code": number}
        case RequestReturned.type:
            tale.values["state"] = "to_complete"
        case RequestResubmitted.type:
            tale.values["state"] = "submitted"
        case _:
            advisor = Named("staff", envelope.data["advisor"])
            tale.values |= {"state": "taken_in_charge", "advisor": advisor}


@tells(RequestAccepted, RequestDeclined, RequestRedirected, RequestWithdrawn)
def decided(memory: Memory, envelope: Envelope) -> None:
    tale = memory.known(Request, str(envelope.subject))
    tale.values |= {"state": _DECIDED[envelope.type], "decided": day_of(envelope)}
    if code := envelope.data.get("reason"):
        tale.values["reason"] = code
    tale.values |= worded(envelope, "reason", "note")


@tells(SearchOpened, SearchReopened, MatchAgreed, SearchClosed)
def searched(memory: Memory, envelope: Envelope) -> None:
    tale = memory.known(Request, envelope.data["request"])
    match envelope.type:
        case MatchAgreed.type:
            tale.values["state"] = "partly_filled"
        case SearchClosed.type:
            tale.values["state"] = _CLOSED[envelope.data["reason"]]
            if tale.values["state"] == "filled":
                tale.values["filled"] = day_of(envelope)
        case _:
            tale.values |= {"state": "searching", "filled": None}


@tells(ProjectOpened, ProjectClosed)
def projects(memory: Memory, envelope: Envelope) -> None:
    data = envelope.data
    if envelope.type == ProjectClosed.type:
        closed = memory.known(Project, str(envelope.subject)).values
        closed["state"] = "abandoned" if data.get("abandoned") else "finished"
        closed.setdefault("ends", day_of(envelope))
        return
    tale = memory.tale(Project, str(envelope.subject))
    same = ("title", "kind", "system_level", "level", "starts", "participants_without_file")
    tale.values |= {name: data[name] for name in same if data.get(name) is not None}
    if ends := data.get("ends"):
        tale.values["ends"] = ends
    tale.values |= {"state": "running", "department": Named("department", data["department"])}
    described = {name if name != "description" else "aim": ref for name, ref in
                 data.get("personal", {}).items()}  # fmt: skip
    tale.learn(PROJECT, described)
    memory.titles[str(envelope.subject)] = data["title"]


@tells(SeatOpened, SeatFilled, SeatVacated)
def seats(memory: Memory, envelope: Envelope) -> None:
    """A seat of a project stands in the project's stream; a recorded one in its own."""
    data = envelope.data
    own = ("seats", str(envelope.subject)) in memory.tales
    tale = memory.tale(Seat, str(envelope.subject) if own else data["seat"], envelope.subject)
    match envelope.type:
        case SeatOpened.type:
            tale.values |= {"project": Ref("projects", str(envelope.subject))}
            tale.values |= {"seat": data["title"], "reserved_for": data["reserved_for"]}
        case SeatFilled.type:
            tale.values |= {"partner": Ref("partners", data["partner"])}
            tale.values |= {"since": day_of(envelope), "until": data.get("until")}
        case _:
            tale.values |= {"partner": None, "since": None, "until": None}

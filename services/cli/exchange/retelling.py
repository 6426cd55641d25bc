"""What was born or has changed in Tandem, told as the rows of a register: people and requests."""

from __future__ import annotations

from contracts.envelope import Envelope
from contracts.intake import (
    CandidacySubmitted,
    ProjectClosed,
    ProjectOpened,
    ReferralReceived,
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
    CandidateRegistered,
    ConsentGiven,
    ConsentWithdrawn,
    MatchAgreed,
    PartnerEngaged,
    PartnerLeft,
    PartnerPaused,
    PartnerReleased,
    PartnerResumed,
    PreselectionDecided,
    ProfileUpdated,
    SearchClosed,
    SearchOpened,
    SearchReopened,
    StatusGiven,
)
from services.cli.exchange.recalling import Memory, Named, Ref, Tale, Word, day_of, tells
from services.cli.exchange.shapes import PARTNER, PROJECT, REQUEST
from services.cli.register.consents import Consent
from services.cli.register.people import Partner, Pause
from services.cli.register.work import Project, Request, Seat

_AFTER = {"kept": "available", "in_reserve": "candidate", "not_kept": "inactive"}
_PLAIN = ("role", "languages", "mode", "monthly_minutes", "origin")
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


@tells(CandidacySubmitted, ReferralReceived)
def at_the_door(memory: Memory, envelope: Envelope) -> None:
    """They are a row once recruitment has registered them."""
    person = envelope.data["person"]
    new = ("partners", person) not in memory.tales
    tale = memory.tale(Partner, person)
    if new:
        tale.shown = False
        tale.values |= {
            "state": "candidate",
            "local_status": "partner",
            "entered": day_of(envelope),
        }
    _take(tale, envelope)
    if referrer := envelope.data.get("referrer"):
        tale.values["referred_by"] = Named("staff", referrer)


@tells(CandidateRegistered)
def registered(memory: Memory, envelope: Envelope) -> None:
    tale = memory.tale(Partner, envelope.data["person"])
    tale.shown = True
    _take(tale, envelope)
    tale.values |= {"state": "candidate", "entered": tale.values.get("entered", day_of(envelope))}
    tale.values.setdefault("local_status", "partner")
    if tale.values.get("origin") == "unknown":
        del tale.values["origin"]


def _take(tale: Tale, envelope: Envelope) -> None:
    for name in _PLAIN:
        if value := envelope.data.get(name):
            tale.values[name] = tuple(value) if isinstance(value, list) else value
    if capacity := envelope.data.get("capacity"):
        tale.values["capacity"] = capacity
    tale.learn(PARTNER, envelope.data.get("personal", {}))


@tells(ProfileUpdated)
def updated(memory: Memory, envelope: Envelope) -> None:
    _take(memory.tale(Partner, envelope.data["partner"]), envelope)


@tells(PreselectionDecided)
def preselected(memory: Memory, envelope: Envelope) -> None:
    tale = memory.tale(Partner, envelope.data["person"])
    tale.values |= {"state": _AFTER[envelope.data["outcome"]], "role": envelope.data["role"]}


@tells(StatusGiven)
def status(memory: Memory, envelope: Envelope) -> None:
    tale = memory.tale(Partner, envelope.data["partner"])
    tale.values["local_status"] = envelope.data["status_label"]


@tells(PartnerPaused, PartnerResumed)
def paused(memory: Memory, envelope: Envelope) -> None:
    """A pause is also a row of its own, which ends when the person is back."""
    data = envelope.data
    tale = memory.tale(Partner, data["partner"])
    if envelope.type == PartnerPaused.type:
        tale.values |= {"state": "paused", "paused_until": data.get("until")}
        since = {"partner": Ref("partners", data["partner"]), "since": day_of(envelope)}
        rest = memory.tale(Pause, str(envelope.id), envelope.subject)
        rest.values |= since | {"until": data.get("until")} | _reason(envelope, "reason")
    else:
        state = "engaged" if tale.engaged else "available"
        tale.values |= {"state": state, "paused_until": None, "left": None}
        end_pause(memory, envelope)


def end_pause(memory: Memory, envelope: Envelope) -> None:
    """The last pause of this stream is over on that day."""
    of_stream = [it for it in memory.of(Pause) if it.stream == envelope.subject]
    if of_stream:
        of_stream[-1].values["until"] = day_of(envelope)


@tells(PartnerLeft)
def left(memory: Memory, envelope: Envelope) -> None:
    tale = memory.tale(Partner, envelope.data["partner"])
    tale.values |= {"state": "former", "left": day_of(envelope), "paused_until": None}
    tale.values |= _reason(envelope, "leaving_reason")


@tells(PartnerEngaged, PartnerReleased)
def engaged(memory: Memory, envelope: Envelope) -> None:
    tale = memory.tale(Partner, envelope.data["partner"])
    if envelope.type == PartnerEngaged.type:
        tale.engaged.add(envelope.data["involvement"])
    else:
        tale.engaged.discard(envelope.data["involvement"])
    if tale.values.get("state") in ("available", "engaged"):
        tale.values["state"] = "engaged" if tale.engaged else "available"


@tells(ConsentGiven, ConsentWithdrawn)
def consented(memory: Memory, envelope: Envelope) -> None:
    """Each answer is a row; a withdrawal ends the last one of its purpose."""
    data = envelope.data
    subject, purpose = Ref("partners", data["partner"]), data["purpose"]
    if envelope.type == ConsentWithdrawn.type:
        said = {"partner": subject, "purpose": purpose, "answer": "yes"}
        given = [it for it in memory.of(Consent) if said.items() <= it.values.items()]
        tale = given[-1] if given else memory.tale(Consent, str(envelope.id), envelope.subject)
        tale.values |= said | {"answer": "withdrawn", "withdrawn": day_of(envelope)}
        return
    tale = memory.tale(Consent, str(envelope.id), envelope.subject)
    tale.values |= {"partner": subject, "purpose": purpose, "answer": "yes", "form": data["form"]}
    tale.values |= {"given": day_of(envelope), "text_version": data.get("text_version")}
    tale.values["expires"] = data.get("expires")
    if by := data.get("collected_by"):
        tale.values["collected_by"] = Named("staff", by)


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
    tale = memory.tale(Request, str(envelope.subject))
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
    tale = memory.tale(Request, str(envelope.subject))
    tale.values |= {"state": _DECIDED[envelope.type], "decided": day_of(envelope)}
    if code := envelope.data.get("reason"):
        tale.values["reason"] = code
    tale.values |= _reason(envelope, "reason", "note")


@tells(SearchOpened, SearchReopened, MatchAgreed, SearchClosed)
def searched(memory: Memory, envelope: Envelope) -> None:
    tale = memory.tale(Request, envelope.data["request"])
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
    tale = memory.tale(Project, str(envelope.subject))
    if envelope.type == ProjectClosed.type:
        tale.values["state"] = "abandoned" if data.get("abandoned") else "finished"
        tale.values.setdefault("ends", day_of(envelope))
        return
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


def _reason(envelope: Envelope, column: str, field: str = "reason") -> dict[str, Word]:
    reason = envelope.data.get(field)
    return {column: Word(reason["ref"])} if reason else {}

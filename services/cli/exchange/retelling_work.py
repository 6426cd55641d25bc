"""What was born or has changed in Tandem, told as the rows of a register: involvements."""

from __future__ import annotations

from contracts.accompaniment import (
    ContributionAnswered,
    ContributionMade,
    InvolvementEnded,
    InvolvementExtended,
    InvolvementPaused,
    InvolvementResumed,
    InvolvementStarted,
    MandateProposed,
    MandateSigned,
    TermsSet,
)
from contracts.envelope import Envelope
from contracts.evaluation import CheckInHeld, ExitInterviewHeld
from contracts.training import ModuleCompleted
from services.cli.exchange.recalling import Memory, Named, Ref, Word, day_of, tells
from services.cli.exchange.retelling import end_pause
from services.cli.register.columns import UNKNOWN
from services.cli.register.consents import Contact
from services.cli.register.people import Pause
from services.cli.register.work import Contribution, Involvement, Training

_SIGNED = {"partner": "partner_signed", "team": "team_signed"}


@tells(MandateProposed)
def proposed(memory: Memory, envelope: Envelope) -> None:
    data = envelope.data
    tale = memory.tale(Involvement, str(envelope.subject))
    tale.values |= {"state": "proposed", "starts": day_of(envelope)}
    tale.values["partner"] = Ref("partners", data["partner"])
    for name in ("request", "project"):
        if data.get(name):
            tale.values[name] = Ref(f"{name}s", data[name])
    memory.titles[str(envelope.subject)] = data["title"]


@tells(TermsSet)
def terms_set(memory: Memory, envelope: Envelope) -> None:
    """New terms undo signatures."""
    data = envelope.data
    tale = memory.known(Involvement, str(envelope.subject))
    tale.values |= {"partner_signed": None, "team_signed": None}
    tale.values |= {"starts": data["starts"], "planned_end": data.get("ends")}
    tale.values["compensation"] = data["compensation"]
    if contact := data.get("contact"):
        tale.values["contact_person"] = Named("staff", contact)
    if tale.values.get("state") == "proposed":
        tale.values["state"] = "in_preparation"


@tells(MandateSigned)
def signed(memory: Memory, envelope: Envelope) -> None:
    tale = memory.known(Involvement, str(envelope.subject))
    tale.values[_SIGNED[envelope.data["side"]]] = day_of(envelope)


@tells(InvolvementStarted)
def started(memory: Memory, envelope: Envelope) -> None:
    tale = memory.known(Involvement, str(envelope.subject))
    tale.values |= {"state": "active", "starts": day_of(envelope), "ends": None}


@tells(InvolvementPaused, InvolvementResumed)
def paused(memory: Memory, envelope: Envelope) -> None:
    tale = memory.known(Involvement, str(envelope.subject))
    if envelope.type == InvolvementResumed.type:
        tale.values["state"] = "active"
        end_pause(memory, envelope)
        return
    tale.values["state"] = "paused"
    rest = memory.tale(Pause, str(envelope.id), envelope.subject)
    rest.values["involvement"] = Ref("involvements", str(envelope.subject))
    rest.values |= {"since": day_of(envelope), "until": envelope.data.get("until")}
    if reason := envelope.data.get("reason"):
        rest.values["reason"] = Word(reason["ref"])


@tells(InvolvementExtended)
def extended(memory: Memory, envelope: Envelope) -> None:
    tale = memory.known(Involvement, str(envelope.subject))
    tale.values["planned_end"] = envelope.data["until"]
    if tale.values.get("state") != "paused":
        tale.values["state"] = "extended"


@tells(InvolvementEnded)
def ended(memory: Memory, envelope: Envelope) -> None:
    tale = memory.known(Involvement, str(envelope.subject))
    tale.values |= {"state": "ended", "ends": day_of(envelope)}
    if reason := envelope.data.get("reason"):
        tale.values["ending_reason"] = Word(reason["ref"])


@tells(ContributionMade)
def contributed(memory: Memory, envelope: Envelope) -> None:
    data = envelope.data
    tale = memory.tale(Contribution, str(envelope.subject))
    tale.values |= {"date": day_of(envelope), "text": Word(data["text"]["ref"])}
    tale.values["decision"] = "pending"
    if data.get("partner"):
        tale.values["partner"] = Ref("partners", data["partner"])
    if data.get("project"):
        tale.values["project"] = Ref("projects", data["project"])
    elif data.get("involvement"):
        # The involvement's project; which one, is only known once all has been told.
        tale.values["project"] = Ref("involvements", data["involvement"])


@tells(ContributionAnswered)
def answered(memory: Memory, envelope: Envelope) -> None:
    tale = memory.known(Contribution, str(envelope.subject))
    tale.values |= {"decision": envelope.data["decision"], "answered": day_of(envelope)}
    if why := envelope.data.get("why"):
        tale.values["why"] = Word(why["ref"])


@tells(ModuleCompleted)
def trained(memory: Memory, envelope: Envelope) -> None:
    data = envelope.data
    tale = memory.tale(Training, str(envelope.id), envelope.subject)
    tale.values |= {"date": day_of(envelope), "training": data["module"]}
    tale.values |= {"minutes": data.get("minutes"), "result": data["completion"]}
    if data.get("partner"):
        tale.values |= {"audience": "partner", "partner": Ref("partners", data["partner"])}
    else:
        tale.values |= {"audience": "team", "email": UNKNOWN}  # a team learns as one


@tells(CheckInHeld, ExitInterviewHeld)
def checked_in(memory: Memory, envelope: Envelope) -> None:
    data = envelope.data
    tale = memory.tale(Contact, str(envelope.id), envelope.subject)
    kind = "check_in" if envelope.type == CheckInHeld.type else "interview"
    tale.values |= {"date": day_of(envelope), "kind": kind, "side": data.get("side", "partner")}
    tale.values |= {"involvement": Ref("involvements", data["involvement"])}
    tale.values["satisfaction"] = data.get("satisfaction")
    if note := data.get("note"):
        tale.values["summary"] = Word(note["ref"])

"""What was born or has changed in Tandem, told as the rows of a register: people."""

from __future__ import annotations

from contracts.consent import ConsentGivenV2, ConsentWithdrawnV2
from contracts.envelope import Envelope
from contracts.intake import (
    CandidacySubmitted,
    ReferralReceived,
)
from contracts.recruitment import (
    CandidateRegistered,
    ConsentGiven,
    ConsentPurpose,
    ConsentWithdrawn,
    PartnerEngaged,
    PartnerLeft,
    PartnerPaused,
    PartnerReleased,
    PartnerResumed,
    PreselectionDecided,
    ProfileUpdated,
    StatusGiven,
)
from services.cli.exchange.recalling import Memory, Named, Ref, Tale, day_of, tells, worded
from services.cli.exchange.shapes import PARTNER
from services.cli.register.consents import Consent
from services.cli.register.people import Partner, Pause

_AFTER = {"kept": "available", "in_reserve": "candidate", "not_kept": "inactive"}
_PLAIN = ("role", "languages", "mode", "monthly_minutes", "origin")


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
    _take(memory.known(Partner, envelope.data["partner"]), envelope)


@tells(PreselectionDecided)
def preselected(memory: Memory, envelope: Envelope) -> None:
    tale = memory.known(Partner, envelope.data["person"])
    tale.values |= {"state": _AFTER[envelope.data["outcome"]], "role": envelope.data["role"]}


@tells(StatusGiven)
def status(memory: Memory, envelope: Envelope) -> None:
    tale = memory.known(Partner, envelope.data["partner"])
    tale.values["local_status"] = envelope.data["status_label"]


@tells(PartnerPaused, PartnerResumed)
def paused(memory: Memory, envelope: Envelope) -> None:
    """A pause is also a row of its own, which ends when the person is back."""
    data = envelope.data
    tale = memory.known(Partner, data["partner"])
    if envelope.type == PartnerPaused.type:
        tale.values |= {"state": "paused", "paused_until": data.get("until")}
        since = {"partner": Ref("partners", data["partner"]), "since": day_of(envelope)}
        rest = memory.tale(Pause, str(envelope.id), envelope.subject)
        rest.values |= since | {"until": data.get("until")} | worded(envelope, "reason")
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
    tale = memory.known(Partner, envelope.data["partner"])
    tale.values |= {"state": "former", "left": day_of(envelope), "paused_until": None}
    tale.values |= worded(envelope, "leaving_reason")


@tells(PartnerEngaged, PartnerReleased)
def engaged(memory: Memory, envelope: Envelope) -> None:
    tale = memory.known(Partner, envelope.data["partner"])
    if envelope.type == PartnerEngaged.type:
        tale.engaged.add(envelope.data["involvement"])
    else:
        tale.engaged.discard(envelope.data["involvement"])
    if tale.values.get("state") in ("available", "engaged"):
        tale.values["state"] = "engaged" if tale.engaged else "available"


@tells(ConsentGiven, ConsentGivenV2, ConsentWithdrawn, ConsentWithdrawnV2)
def consented(memory: Memory, envelope: Envelope) -> None:
    """Each answer is a row; a withdrawal ends the last one of its purpose."""
    data = envelope.data
    subject, purpose = Ref("partners", data["partner"]), data["purpose"]
    if purpose not in set(ConsentPurpose):
        return  # the office's register has no word for it
    if envelope.type in (ConsentWithdrawn.type, ConsentWithdrawnV2.type):
        said = {"partner": subject, "purpose": purpose, "answer": "yes"}
        given = [it for it in memory.of(Consent) if said.items() <= it.values.items()]
        tale = given[-1] if given else memory.tale(Consent, str(envelope.id), envelope.subject)
        tale.values |= said | {"answer": "withdrawn", "withdrawn": day_of(envelope)}
        return
    tale = memory.tale(Consent, str(envelope.id), envelope.subject)
    form = "verbal" if data["form"] == "verbal" else "written"
    tale.values |= {"partner": subject, "purpose": purpose, "answer": "yes", "form": form}
    tale.values |= {"given": day_of(envelope), "text_version": data.get("text_version")}
    tale.values["expires"] = data.get("expires")
    if by := data.get("collected_by"):
        tale.values["collected_by"] = Named("staff", by)

"""What did persons ask of us, which files are to be destroyed, and which incidents were there?"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from contracts.rights import (
    DispositionApproved,
    DispositionCertified,
    DispositionProposed,
    DispositionRefused,
    DispositionWithdrawn,
    ErasureOrdered,
    IncidentNotified,
    IncidentRecorded,
    IncidentRevised,
    LegalHoldLifted,
    LegalHoldPlaced,
    PersonErased,
    RightsRequestAnswered,
    RightsRequestExtended,
    RightsRequestReceived,
    RightsRequestRefused,
    RightsRequestWithdrawn,
)
from services.chassis.folding import Document, Entry, Listed, ReadModel
from services.insights.partners import Partner, partners
from services.insights.pieces import facets, given, ref

PERSON, FILES = "person", "files"


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """Who did what, and the words they gave, in the vault."""

    what: str
    actor: str
    when: str
    words: str | None = None


class Disposition(Document, frozen=True, kw_only=True):
    files: tuple[str, ...] = ()
    ground: str = ""
    rule: str = ""
    request: str | None = None
    since: str = ""
    acts: tuple[Act, ...] = ()
    alone: bool = False
    erased: int = 0
    destroyed: dict[str, int] = {}
    certificate: str | None = None
    gone_by: str | None = None

    def listed(self) -> Listed:
        said = facets(ground=self.ground, person=self.files)
        return Listed(self.state, said, self.rule, (self.since, self.state))


class RightsRequest(Document, frozen=True, kw_only=True):
    right: str = ""
    person: str | None = None
    received: str = ""
    due: str = ""
    extended: bool = False
    since: str = ""
    acts: tuple[Act, ...] = ()

    def listed(self) -> Listed:
        said = facets(right=self.right, person=self.person)
        return Listed(self.state, said, "", (self.due, self.received, self.state))


class Hold(Document, frozen=True, kw_only=True):
    person: str | None = None
    since: str = ""
    acts: tuple[Act, ...] = ()

    def listed(self) -> Listed:
        return Listed(self.state, facets(person=self.person), "", (self.since,))


class Incident(Document, frozen=True, kw_only=True):
    information: str | None = None
    circumstances: str | None = None
    occurred: str = ""
    occurred_until: str | None = None
    aware: str = ""
    persons_affected: int = 0
    approximate: bool = False
    assessment: str | None = None
    serious: bool = False
    measures: str | None = None
    notices: tuple[tuple[str, str, str | None], ...] = ()  # to whom, when, and why in public

    def listed(self) -> Listed:
        return Listed(self.state, facets(serious=str(self.serious).lower()), "", (self.aware,))


dispositions = ReadModel("dispositions", Disposition)
rights_requests = ReadModel("rights-requests", RightsRequest)
holds = ReadModel("holds", Hold)
incidents = ReadModel("incidents", Incident)
SORTS = {
    "dispositions": ("since", "state"),
    "rights-requests": ("due", "received", "state"),
    "holds": ("since",),
    "incidents": ("aware",),
}
STATES = {
    DispositionProposed.type: "proposed",
    DispositionApproved.type: "approved",
    DispositionRefused.type: "refused",
    DispositionWithdrawn.type: "withdrawn",
    ErasureOrdered.type: "ordered",
    DispositionCertified.type: "certified",
    RightsRequestReceived.type: "open",
    RightsRequestExtended.type: "open",
    RightsRequestAnswered.type: "answered",
    RightsRequestRefused.type: "refused",
    RightsRequestWithdrawn.type: "withdrawn",
    LegalHoldPlaced.type: "holds",
    LegalHoldLifted.type: "lifted",
}


def moved[D: (Disposition, RightsRequest, Hold)](it: D, entry: Entry) -> D:
    """Into the state that follows, with who did it."""
    data, state = entry.data, STATES[entry.type]
    words = ref(data, "reason") or ref(data, "answer") or ref(data, "words")
    act = Act(what=entry.type.split(".")[1], actor=entry.actor, when=entry.when, words=words)
    return replace(it, state=state, since=entry.when, acts=(*it.acts, act))


@dispositions.on(
    DispositionProposed, DispositionApproved, DispositionRefused, DispositionWithdrawn,
    ErasureOrdered, DispositionCertified,
)  # fmt: skip
def decided(it: Disposition, entry: Entry) -> Disposition:
    said = given(entry.data, "ground", "rule", "request", "certificate", "gone_by", "alone")
    files = tuple(entry.data.get("files", ())) or it.files
    return replace(moved(it, entry), files=files, **said)


@dispositions.on(PersonErased)
def destroyed(it: Disposition, entry: Entry) -> Disposition:
    counts = dict(it.destroyed)
    for name, count in entry.data.get("destroyed", {}).items():
        counts[name] = counts.get(name, 0) + count
    return replace(it, erased=it.erased + 1, destroyed=counts)


@rights_requests.on(
    RightsRequestReceived, RightsRequestExtended, RightsRequestAnswered, RightsRequestRefused,
    RightsRequestWithdrawn,
)  # fmt: skip
def asked(it: RightsRequest, entry: Entry) -> RightsRequest:
    said = given(entry.data, "right", "person", "received", "due")
    extended = it.extended or entry.type == RightsRequestExtended.type
    return replace(moved(it, entry), extended=extended, **said)


@holds.on(LegalHoldPlaced, LegalHoldLifted)
def held(it: Hold, entry: Entry) -> Hold:
    return replace(moved(it, entry), person=entry.data["person"])


@incidents.on(IncidentRecorded, IncidentRevised)
def known(it: Incident, entry: Entry) -> Incident:
    data = entry.data
    fields = ("information", "circumstances", "assessment", "measures")
    said = given(data, "occurred", "aware", "persons_affected", "approximate", "serious")
    words = {name: ref(data, name) for name in fields}
    until = data.get("occurred_until")
    return replace(it, state="recorded", occurred_until=until, **said, **words)


@incidents.on(IncidentNotified)
def notified(it: Incident, entry: Entry) -> Incident:
    notice = entry.data["to"], entry.data["date"], ref(entry.data, "reason")
    return replace(it, notices=(*it.notices, notice))


@partners.on(PersonErased, of=PERSON, adds_up=True)  # all files of one person go at once
def erased(it: Partner, entry: Entry) -> Partner:
    """What was counted stays as it was; who it was is known nowhere any more."""
    return replace(it, erased=entry.when)


@partners.on(DispositionProposed, ErasureOrdered, of=FILES)
@partners.on(RightsRequestReceived, LegalHoldPlaced, LegalHoldLifted, of=PERSON)
def told(it: Partner, _: Entry) -> Partner:
    """It belongs to this person's story."""
    return it

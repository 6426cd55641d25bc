"""Who is in the pool, what may be asked of them, and what are they taking part in?"""

from __future__ import annotations

import msgspec

from services.chassis.folding import Document, Listed, ReadModel
from services.insights.pieces import Note, Span, facets, plain

SORTS = ("entered", "since", "state", "load")


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """One yes, for a scope: everything, or only what `of` names."""

    id: str
    reach: str = "everything"
    of: tuple[str, ...] = ()
    expires: str | None = None


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """`yes`, `no`, `withdrawn`, `expired` or `unknown`, as of a date; `given` are those that stand.

    `renewal`: since when it is to be asked again; `signed`: when the establishment signed too.
    """

    answer: str
    since: str | None = None
    form: str | None = None
    expires: str | None = None
    text_version: str | None = None
    text_hash: str | None = None
    language: str | None = None
    given_by: str | None = None
    collected_by: str | None = None
    renewal: str | None = None
    signed: str | None = None
    given: tuple[Given, ...] = ()
    recorded: bool = False


class PastConsent(msgspec.Struct, frozen=True, kw_only=True):
    """How a consent stood until then."""

    purpose: str
    until: str
    was: Consent


class Representative(msgspec.Struct, frozen=True, kw_only=True):
    """Who may speak for this person, for what, and until when."""

    id: str
    kind: str
    since: str
    limits: tuple[str, ...] = ()
    until: str | None = None
    ended: str | None = None


class Clearance(msgspec.Struct, frozen=True, kw_only=True):
    kind: str
    outcome: str
    issued: str
    expires: str | None = None


class Considered(msgspec.Struct, frozen=True, kw_only=True):
    """A search this person was thought of in, and how far it went."""

    search: str
    request: str
    state: str
    since: str


class Involved(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    state: str
    project: str | None = None
    request: str | None = None
    since: str = ""


class Candidacy(msgspec.Struct, frozen=True, kw_only=True):
    """At the door: the candidacy and what preselection made of it."""

    id: str
    version: int = 0
    state: str = "received"
    origin: str | None = None
    door: str | None = None
    referrer: str | None = None
    consented: bool | None = None
    request: str | None = None
    received: str | None = None
    planned: str | None = None
    interviewers: tuple[str, ...] = ()
    competencies: dict[str, int] = {}


class Training(msgspec.Struct, frozen=True, kw_only=True):
    """A plan with its modules, or one training from the register."""

    id: str
    state: str
    title: str | None = None
    modules: tuple[str, ...] = ()
    completed: tuple[str, ...] = ()
    request: str | None = None
    when: str = ""
    valid_until: str | None = None


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """With which other establishment, of what, and until when; `received`: from it to us."""

    id: str
    other: str
    until: str
    since: str
    fields: tuple[str, ...] = ()
    received: bool = False
    ended: str | None = None


class Merged(msgspec.Struct, frozen=True, kw_only=True):
    """Another file of this person, and since when it goes by this one."""

    id: str
    since: str
    reason: str | None = None


class Partner(Document, frozen=True, kw_only=True):
    status_label: str | None = None
    role: str | None = None
    capacity: str | None = None
    origin: str | None = None
    advisor: str | None = None
    entered: str | None = None
    since: str = ""
    paused_until: str | None = None
    left: str | None = None
    silent: bool = False
    languages: tuple[str, ...] = ()
    mode: str | None = None
    monthly_minutes: int | None = None
    load: int = 0
    engaged_in: tuple[str, ...] = ()
    minutes: int = 0
    candidacy: Candidacy | None = None
    consents: dict[str, Consent] = {}
    consents_past: tuple[PastConsent, ...] = ()
    representatives: tuple[Representative, ...] = ()
    may_sign_in: bool = False
    shared: tuple[Shared, ...] = ()
    merged: tuple[Merged, ...] = ()
    clearances: tuple[Clearance, ...] = ()
    pauses: tuple[Span, ...] = ()
    searches: tuple[Considered, ...] = ()
    involvements: tuple[Involved, ...] = ()
    trainings: tuple[Training, ...] = ()
    seats: tuple[str, ...] = ()
    contributions: int = 0
    contributions_answered: int = 0
    last_contact: str | None = None
    call_back: str | None = None
    personal: dict[str, str] = {}
    notes: tuple[Note, ...] = ()
    imported: bool = False
    erased: str | None = None  # when the file was destroyed; the state stays what it was

    def listed(self) -> Listed:
        entered = self.entered or ""
        return Listed(
            self.state,
            facets(
                role=self.role,
                capacity=self.capacity,
                advisor=self.advisor or "none",
                status_label=self.status_label,
                language=self.languages,
                candidacy=self.candidacy.state if self.candidacy else None,
                consent=[name for name, one in self.consents.items() if one.answer == "yes"],
                renewal=[name for name, one in self.consents.items() if one.renewal],
                project=[one.project for one in self.involvements if one.project],
                request=[one.request for one in self.searches],
            ),
            plain(self.status_label or ""),
            (entered, self.since, self.state, f"{self.load:03}"),
        )


partners = ReadModel("partners", Partner)
PERSON = "person"
PARTNER = "partner"

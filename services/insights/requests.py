"""Which teams ask for partners, what state is each request in, and who could answer it?"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from contracts.intake import (
    RequestAccepted,
    RequestDeclined,
    RequestDrafted,
    RequestRecorded,
    RequestRedirected,
    RequestResubmitted,
    RequestReturned,
    RequestRevised,
    RequestSubmitted,
    RequestTriaged,
    RequestWithdrawn,
)
from services.chassis.folding import Document, Entry, Listed, ReadModel
from services.insights.pieces import Note, Person, facets, given, noted, plain, refs

OPEN = ("draft", "submitted", "to_complete", "taken_in_charge", "accepted", "searching",
        "partly_filled")  # fmt: skip
NEED = ("title", "department", "contact", "approver", "level", "system_level", "kind", "project",
        "partners_sought", "languages", "mode", "starts", "ends", "first_meeting", "closes",
        "preparation_minutes", "compensation")  # fmt: skip


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """The search for a request: decisions about it show this version."""

    id: str
    version: int = 0
    closed: str | None = None


class Request(Document, frozen=True, kw_only=True):
    number: str | None = None
    title: str = ""
    department: str | None = None
    contact: str | None = None
    contact_asked: str | None = None  # the last day of a contact who left
    approver: str | None = None
    advisor: str | None = None
    level: str | None = None
    system_level: str | None = None
    kind: str | None = None
    project: str | None = None
    partners_sought: int | None = None
    found: int = 0
    languages: tuple[str, ...] = ()
    mode: str | None = None
    starts: str | None = None
    ends: str | None = None
    first_meeting: str | None = None
    closes: str | None = None
    preparation_minutes: int | None = None
    compensation: str | None = None
    missing: tuple[str, ...] = ()
    decline_reason: str | None = None
    received_by: str | None = None
    dates: dict[str, str] = {}
    since: str = ""
    personal: dict[str, str] = {}
    notes: tuple[Note, ...] = ()
    search: Search | None = None
    candidates: tuple[Person, ...] = ()
    involvements: tuple[str, ...] = ()
    team_training: tuple[str, ...] = ()
    team_trained: str | None = None
    last_contact: str | None = None
    imported: bool = False

    @property
    def open(self) -> bool:
        return self.state in OPEN

    def listed(self) -> Listed:
        asked = self.dates.get("submitted") or self.dates.get("drafted") or ""
        return Listed(
            self.state,
            facets(
                department=self.department,
                advisor=self.advisor or "none",
                contact=self.contact,
                contact_asked="yes" if self.contact_asked else None,
                project=self.project,
                level=self.level,
                kind=self.kind,
                open=str(self.open).lower(),
                candidate=[one.person for one in self.candidates],
            ),
            plain(f"{self.number or ''} {self.title}"),
            (asked, self.since, plain(self.title), self.number or "", self.state),
        )


SORTS = ("submitted", "since", "title", "number", "state")
requests = ReadModel("requests", Request)


def moved(it: Request, entry: Entry, state: str, step: str = "", **more: Any) -> Request:
    """Into a state, on a date that its steps show."""
    when = entry.when
    return replace(it, state=state, since=when, dates={**it.dates, step or state: when}, **more)


@requests.on(RequestDrafted)
def drafted(it: Request, entry: Entry) -> Request:
    return moved(written(it, entry), entry, "draft", "drafted")


@requests.on(RequestRevised)
def written(it: Request, entry: Entry) -> Request:
    asked = {field: entry.data.get(field) for field in NEED}
    asked["languages"] = tuple(asked["languages"] or ())
    asked["contact_asked"] = it.contact_asked if asked["contact"] == it.contact else None
    return replace(it, **asked, personal={**it.personal, **refs(entry.data)})


@requests.on(RequestSubmitted)
def submitted(it: Request, entry: Entry) -> Request:
    said = given(entry.data, "number", "title", "department", "contact", "partners_sought")
    return moved(it, entry, "submitted", **said)


@requests.on(RequestReturned)
def returned(it: Request, entry: Entry) -> Request:
    notes = noted(it.notes, entry, "returned")
    missing = tuple(entry.data["missing"])
    return moved(it, entry, "to_complete", "returned", missing=missing, notes=notes)


@requests.on(RequestResubmitted)
def completed(it: Request, entry: Entry) -> Request:
    state = "taken_in_charge" if it.advisor else "submitted"
    return moved(it, entry, state, "resubmitted", missing=())


@requests.on(RequestTriaged)
def triaged(it: Request, entry: Entry) -> Request:
    advisor = entry.data["advisor"]
    return moved(it, entry, "taken_in_charge", "triaged", advisor=advisor, missing=())


@requests.on(RequestAccepted)
def accepted(it: Request, entry: Entry) -> Request:
    said = given(entry.data, "title", "partners_sought", "level", "project")
    return moved(it, entry, "accepted", **said)


@requests.on(RequestDeclined)
def declined(it: Request, entry: Entry) -> Request:
    notes = noted(it.notes, entry, "declined")
    return moved(it, entry, "declined", decline_reason=entry.data["reason"], notes=notes)


@requests.on(RequestRedirected)
def redirected(it: Request, entry: Entry) -> Request:
    return moved(it, entry, "redirected", notes=noted(it.notes, entry, "redirected"))


@requests.on(RequestWithdrawn)
def withdrawn(it: Request, entry: Entry) -> Request:
    return moved(it, entry, "withdrawn", notes=noted(it.notes, entry, "withdrawn"))


@requests.on(RequestRecorded)
def recorded(it: Request, entry: Entry) -> Request:
    said = given(
        entry.data, "number", "title", "department", "project", "advisor", "partners_sought",
        "received_by", "state",
    )  # fmt: skip
    dates = {"submitted": entry.data["received"]}
    dates |= {
        step: when
        for step, field in (("decided", "decided"), ("filled", "filled"))
        if (when := entry.data.get(field))
    }
    since = list(dates.values())[-1]
    return replace(it, **said, dates=dates, since=since, personal=refs(entry.data), imported=True)

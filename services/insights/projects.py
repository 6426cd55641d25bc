"""Which projects and committees are there, which seats do they keep, and who takes part?"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace

from contracts.accompaniment import (
    ContributionAnswered,
    ContributionMade,
    ContributionRecorded,
    HoursLogged,
    InvolvementEnded,
    InvolvementRecorded,
    InvolvementStarted,
    MandateProposed,
)
from contracts.evaluation import ContactLogged
from contracts.intake import (
    ProjectClosed,
    ProjectOpened,
    ProjectRecorded,
    RequestAccepted,
    RequestRecorded,
    SeatFilled,
    SeatOpened,
    SeatRecorded,
    SeatVacated,
)
from services.chassis.folding import Document, Entry, Listed, Of, ReadModel
from services.insights.pieces import Note, facets, given, noted, plain, ref, refs

SORTS = ("starts", "title", "state", "ends")
PROJECT = "project"


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """A place for users: vacant where nobody has it. A registered one has its own stream."""

    id: str
    title: str
    reserved_for: str
    partner: str | None = None
    involvement: str | None = None
    since: str | None = None
    until: str | None = None
    stream: str = ""
    version: int = 0


class Taking(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody's part in it."""

    involvement: str
    partners: tuple[str, ...] = ()
    ended: bool = False
    begun: bool = False


class Contribution(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    partner: str | None
    made: str
    version: int = 0
    decision: str | None = None
    answered: str | None = None
    text: str | None = None
    why: str | None = None


class Project(Document, frozen=True, kw_only=True):
    title: str = ""
    kind: str | None = None
    department: str | None = None
    service: str | None = None
    site: str | None = None
    system_level: str | None = None
    level: str | None = None
    starts: str | None = None
    ends: str | None = None
    user_seats: int | None = None
    participants_without_file: int | None = None
    seats: tuple[Seat, ...] = ()
    taking_part: tuple[Taking, ...] = ()
    involved: int = 0  # involvements that go on
    requests: tuple[str, ...] = ()
    contributions: tuple[Contribution, ...] = ()
    minutes: int = 0
    last_contact: str | None = None
    personal: dict[str, str] = {}
    notes: tuple[Note, ...] = ()
    imported: bool = False

    def listed(self) -> Listed:
        vacant = any(seat.partner is None for seat in self.seats)
        return Listed(
            self.state,
            facets(
                department=self.department,
                kind=self.kind,
                level=self.level,
                seats="yes" if self.seats else None,
                vacant=str(vacant).lower(),
                partner=[one for part in self.taking_part for one in part.partners],
            ),
            plain(self.title),
            (self.starts or "", plain(self.title), self.state, self.ends or ""),
        )


projects = ReadModel("projects", Project)


@projects.on(ProjectOpened, ProjectRecorded)
def opened(it: Project, entry: Entry) -> Project:
    said = given(
        entry.data, "title", "kind", "department", "service", "site", "system_level", "level",
        "starts", "ends", "user_seats", "participants_without_file",
    )  # fmt: skip
    state = entry.data.get("state", "running")
    imported = entry.type == ProjectRecorded.type
    return replace(it, **said, state=state, personal=refs(entry.data), imported=imported)


@projects.on(ProjectClosed)
def closed(it: Project, entry: Entry) -> Project:
    state = "abandoned" if entry.data.get("abandoned") else "finished"
    return replace(it, state=state, ends=entry.when, notes=noted(it.notes, entry, "closed"))


@projects.on(SeatOpened)
def seat_opened(it: Project, entry: Entry) -> Project:
    data = entry.data
    seat = Seat(id=data["seat"], title=data["title"], reserved_for=data["reserved_for"])
    return replace(it, seats=(*it.seats, replace(seat, stream=entry.subject)))


@projects.on(SeatRecorded, of=PROJECT)
def seat_recorded(it: Project, entry: Entry) -> Project:
    said = given(entry.data, "title", "reserved_for", "partner", "since", "until")
    seat = Seat(id=entry.subject, stream=entry.subject, version=entry.version, **said)
    return replace(it, seats=(*it.seats, seat))


@projects.on(SeatFilled, of=Of.EITHER)
def seat_filled(it: Project, entry: Entry) -> Project:
    said = given(entry.data, "partner", "involvement", "until")
    return _seat(it, entry, since=entry.when, **said)


@projects.on(SeatVacated, of=Of.EITHER)
def seat_vacated(it: Project, entry: Entry) -> Project:
    return _seat(it, entry, partner=None, involvement=None, since=entry.when, until=None)


def _seat(it: Project, entry: Entry, **said: Any) -> Project:
    version = {"version": entry.version} if entry.subject != it.id else {}
    return replace(
        it,
        seats=tuple(
            replace(one, **said, **version) if one.id == entry.data["seat"] else one
            for one in it.seats
        ),
    )


@projects.on(RequestAccepted, RequestRecorded, of=PROJECT)
def asked_for(it: Project, entry: Entry) -> Project:
    return replace(it, requests=tuple(dict.fromkeys((*it.requests, entry.subject))))


@projects.on(MandateProposed, InvolvementStarted, InvolvementRecorded, of=PROJECT)
def taken_part(it: Project, entry: Entry) -> Project:
    data = entry.data
    people = [*filter(None, [data.get("partner")]), *data.get("partners", ())]
    begun = data.get("state", "active") not in ("proposed", "in_preparation")
    return _part(
        it, entry.subject, partners=tuple(dict.fromkeys(people)),
        begun=begun and entry.type != MandateProposed.type, ended=data.get("state") == "ended",
    )  # fmt: skip


@projects.on(InvolvementEnded, of=Of.WHOM_ITS_STREAM_FEEDS)
def part_ended(it: Project, entry: Entry) -> Project:
    return _part(it, entry.subject, ended=True)


def _part(it: Project, involvement: str, **said: Any) -> Project:
    known = {one.involvement: one for one in it.taking_part}
    known[involvement] = replace(known.get(involvement, Taking(involvement=involvement)), **said)
    involved = sum(one.begun and not one.ended for one in known.values())
    return replace(it, taking_part=tuple(known.values()), involved=involved)


@projects.on(HoursLogged, of=PROJECT)
def logged(it: Project, entry: Entry) -> Project:
    present = entry.data.get("attendance", "present") == "present"
    return replace(it, minutes=it.minutes + entry.data["minutes"] * present)


@projects.on(ContributionMade, ContributionRecorded, of=PROJECT)
def contributed(it: Project, entry: Entry) -> Project:
    data = entry.data
    words = {**refs(data), "text": ref(data, "text") or refs(data).get("text")}
    made = Contribution(
        id=entry.subject,
        version=entry.version,
        partner=data.get("partner"),
        made=data.get("date") or entry.when,
        text=words["text"],
        why=words.get("why"),
        **given(data, "decision", "answered"),
    )
    return replace(it, contributions=(*it.contributions, made))


@projects.on(ContributionAnswered, of=Of.WHOM_ITS_STREAM_FEEDS)
def answered(it: Project, entry: Entry) -> Project:
    said = {
        "version": entry.version,
        "decision": entry.data["decision"],
        "answered": entry.when,
        "why": ref(entry.data, "why"),
    }
    contributions = tuple(
        replace(one, **said) if one.id == entry.subject else one for one in it.contributions
    )
    return replace(it, contributions=contributions)


@projects.on(ContactLogged, of="subject", about="project")
def contacted(it: Project, entry: Entry) -> Project:
    return replace(it, last_contact=max(it.last_contact or "", entry.data["date"]))

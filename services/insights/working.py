"""Where do they work, are they away, and have they left?"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from contracts.staff import (
    AbsenceEnded,
    AbsenceStated,
    AssignmentEnded,
    AssignmentGiven,
    DepartureCalledOff,
    DepartureExpected,
    ManagerNamed,
    SourceLetGo,
    StaffCameBack,
    StaffLeft,
)
from services.chassis.folding import Entry
from services.insights.pieces import Span
from services.insights.staff import KNOWN, STAFF, Place, Staff, staff


@staff.on(AssignmentGiven, of=STAFF)
def given_place(it: Staff, entry: Entry) -> Staff:
    place = msgspec.convert(entry.data, Place)
    return replace(it, assignments=(*_others(it, place.assignment), place))


@staff.on(AssignmentEnded, of=STAFF)
def place_ended(it: Staff, entry: Entry) -> Staff:
    return replace(it, assignments=_others(it, entry.data["assignment"]))


@staff.on(ManagerNamed, of=STAFF)
def answers_to(it: Staff, entry: Entry) -> Staff:
    return replace(it, manager=entry.data["manager"])


@staff.on(AbsenceStated, of=STAFF)
def away(it: Staff, entry: Entry) -> Staff:
    return replace(it, away=Span(since=entry.data["since"], until=entry.data.get("until")))


@staff.on(AbsenceEnded, of=STAFF)
def back(it: Staff, _: Entry) -> Staff:
    return replace(it, away=None)


@staff.on(DepartureExpected, of=STAFF)
def leaving(it: Staff, entry: Entry) -> Staff:
    return replace(it, leaves=entry.data["on"])


@staff.on(DepartureCalledOff, of=STAFF)
def staying(it: Staff, _: Entry) -> Staff:
    return replace(it, leaves=None)


@staff.on(SourceLetGo, of=STAFF)
def let_go(it: Staff, entry: Entry) -> Staff:
    source = entry.data["source"]
    places = tuple(one for one in it.assignments if one.source != source)
    sources = tuple(one for one in it.sources if one != source)
    return replace(it, sources=sources, assignments=places)


@staff.on(StaffLeft, of=STAFF)
def left(it: Staff, entry: Entry) -> Staff:
    """Roles end with the work: who comes back is given them anew."""
    sources = tuple(one for one in it.sources if one != entry.data.get("source"))
    return replace(
        it, state="left", left=entry.data["on"], leaves=None, away=None, manager=None,
        roles=(), assignments=(), sources=sources,
    )  # fmt: skip


@staff.on(StaffCameBack, of=STAFF)
def came_back(it: Staff, entry: Entry) -> Staff:
    source = entry.data.get("source")
    sources = tuple(dict.fromkeys((*it.sources, *([source] if source else ()))))
    return replace(it, state=KNOWN, left=None, sources=sources)


def _others(it: Staff, assignment: str) -> tuple[Place, ...]:
    return tuple(one for one in it.assignments if one.assignment != assignment)

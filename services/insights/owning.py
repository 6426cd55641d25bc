"""What of the read models is somebody's own, and what of a record they are not shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from contracts.access import AccessRole
from services.chassis.deciding import Provenance
from services.chassis.gate import NotAllowed, is_told
from services.insights.involvements import Heard
from services.insights.pieces import Person
from services.insights.projects import Seat
from services.insights.story import Known

PARTNER = AccessRole.PARTNER
REQUESTER = AccessRole.REQUESTER
COMMITTEE = AccessRole.USERS_COMMITTEE
# By what a list knows whose a record is; `id`: the record is the person's own file.
WHOSE: Mapping[tuple[str, AccessRole], str] = {
    ("requests", REQUESTER): "contact",
    ("involvements", REQUESTER): "contact",
    ("involvements", PARTNER): "partner",
    ("partners", PARTNER): "id",
}
# What the office writes down for itself; a users' committee sees seats and figures, and no person.
NOT_SHOWN: Mapping[tuple[str, AccessRole], tuple[str, ...]] = {
    ("partners", PARTNER): ("notes", "searches", "advisor", "call_back"),
    ("involvements", PARTNER): ("notes", "partners"),
    ("involvements", REQUESTER): (
        "notes",
        "exit_interview",
        "exit_interview_done",
        "signers",
        "stops",
    ),
    ("projects", COMMITTEE): ("notes", "personal", "taking_part", "contributions", "requests"),
}
NOTHING = Known([], [], [])
SIDES = {PARTNER: "partner", REQUESTER: "team"}
KNOWN_BY_THEN = ("interested", "matched")  # a team knows who it is once they have said yes


def theirs(name: str, by: Provenance) -> tuple[Sequence[str], Sequence[UUID]]:
    """The facets, and the ids, that a record must have to be theirs; none: any record is shown.

    Raises NotAllowed where nothing on this list is anybody's own.
    """
    if not by.own:
        return (), ()
    whose = WHOSE.get((name, AccessRole(by.role or "")))
    if whose is None or by.who is None:
        raise NotAllowed
    return ((), (by.who,)) if whose == "id" else ((f"{whose}:{by.who}",), ())


def of_themselves(known: Known, by: Provenance) -> Known:
    """The facts that name nobody else, but for what is the office's alone."""
    if not by.own:
        return known
    kept = [
        one
        for one in zip(*known, strict=True)
        if is_told(one[1][0].type, one[1][0].persons.split(), by)
    ]
    return Known(*(list(column) for column in zip(*kept, strict=True))) if kept else NOTHING


def as_shown(name: str, said: dict[str, Any], by: Provenance) -> dict[str, Any]:
    """A record as this role may see it."""
    role = AccessRole(by.role) if by.role else AccessRole.SERVICE
    hidden = NOT_SHOWN.get((name, role), ())
    shown = {field: value for field, value in said.items() if field not in hidden}
    if role in SIDES and "heard" in shown:
        shown["heard"] = _of_their_side(shown["heard"], SIDES[role])
    if role is REQUESTER and "candidates" in shown:
        shown["candidates"] = _pseudonymous(shown["candidates"])
    if role is COMMITTEE and "seats" in shown:
        shown["seats"] = _without_people(shown["seats"])
    return shown


def _of_their_side(heard: Sequence[Heard], side: str) -> list[Heard]:
    """Concerns are the office's alone."""
    return [one for one in heard if one.side == side and one.kind != "concern"]


def _pseudonymous(candidates: Sequence[Person]) -> list[Person]:
    """A, B, C of this request until they have said yes, and without our notes.

    A name made of the reference could be made again by a team that knows it from elsewhere.
    """
    return [
        msgspec.structs.replace(
            one,
            person=one.person if one.state in KNOWN_BY_THEN else _letter(number),
            note=None,
        )
        for number, one in enumerate(candidates)
    ]


def _letter(number: int) -> str:
    """As recruitment calls them in what it shows of their profiles."""
    again, letter = divmod(number, 26)
    return chr(ord("A") + letter) + (str(again + 1) if again else "")


def _without_people(seats: Sequence[Seat]) -> list[dict[str, Any]]:
    """Who sits there is no figure."""
    told = [msgspec.structs.asdict(seat) for seat in seats]
    return [
        {**one, "partner": None, "involvement": None, "filled": one["partner"] is not None}
        for one in told
    ]

"""What a source of HR says today of one member of staff, in the words that every door uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from uuid import UUID

import msgspec
from msgspec.structs import replace

from contracts.staff import StaffType
from services.chassis.appending import Unfit
from services.chassis.domain import Refusal
from services.directory.domain.ownership import WHO_WINS

SOURCE = re.compile("[a-z][a-z0-9-]{0,29}")
NEVER = 2200  # from this year on, a date is a payroll system’s way of saying none
LONGEST = 1_000  # characters of a field
LONGEST_CODE = 120  # as long as the office’s own: contracts.terms.Label
LONGEST_KEY = 200


class NotAField(Refusal):
    """A statement about staff has only the fields of the table of owners."""

    french = "Un énoncé sur le personnel n’a que les champs de la table des responsables."


class NotASource(Refusal):
    """A source has a short name in small letters, and its people have keys."""

    french = "Une source a un nom court en minuscules, et ses personnes ont des clés."


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody works: a unit's code, and from when until when."""

    unit_code: str
    since: date | None = None
    until: date | None = None
    title_code: str | None = None
    primary: bool = False


class Absence(msgspec.Struct, frozen=True, kw_only=True):
    """Away for a while; why is nobody's business here."""

    since: date
    until: date | None = None


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """What one source says today of one member of staff. What it leaves out, it does not deny.

    `fields` are personal and go to the vault; they are those of the table of owners: `name` (in
    full), `given_name`, `family_name`, `email`, `email2`, `phone`, `phone2`, `title`, `language`.
    Assignments, an absence and a last day are taken back by not saying them any more; a source
    that knows nothing of assignments says none.
    """

    source: str  # as the establishment calls it: `hr-main`, [a-z][a-z0-9-]{0,29}
    key: str  # the source's own id of the person
    fields: Mapping[str, str] = {}
    active: bool = True
    assignments: tuple[Assignment, ...] | None = None  # none: it says nothing of them
    absent: Absence | None = None
    ends: date | None = None  # the last day, which may be in the future
    manager_key: str | None = None
    staff_type: StaffType = StaffType.EMPLOYEE

    def at_work(self, today: date) -> bool:
        """An absence is no departure, whatever the source makes of it."""
        over = self.ends is not None and self.ends < today
        return not over and (self.active or self.absent is not None)


class Did(StrEnum):
    """What became of a statement."""

    JOINED = "joined"
    CHANGED = "changed"
    LEFT = "left"
    CAME_BACK = "came_back"
    NOTHING = "nothing"


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Who it was about, and what it changed; `kept_by_hand` are the fields it did not win."""

    staff: UUID
    did: Did
    changed: tuple[str, ...] = ()
    kept_by_hand: tuple[str, ...] = ()


def tidied(said: Statement) -> Statement:
    """As one always writes it, so that it is recognised. Raises NotAField, NotASource, Unfit."""
    if not SOURCE.fullmatch(said.source) or not 0 < len(said.key) <= LONGEST_KEY:
        raise NotASource
    if not said.fields.keys() <= WHO_WINS.keys():
        raise NotAField
    fields = {name: " ".join(value.split()) for name, value in sorted(said.fields.items())}
    codes = [code for one in said.assignments or () for code in (one.unit_code, one.title_code)]
    if (
        any(len(value) > LONGEST for value in fields.values())
        or any(code is not None and not 0 < len(code.strip()) <= LONGEST_CODE for code in codes)
        or not _readable(said.key, said.manager_key or "", *fields.values(), *filter(None, codes))
    ):
        raise Unfit
    places = said.assignments
    if places:
        ending = (replace(one, until=_real(one.until)) for one in places)
        places = tuple(sorted(ending, key=msgspec.json.encode))
    return replace(
        said,
        fields={name: value for name, value in fields.items() if value},
        assignments=places,
        absent=said.absent and replace(said.absent, until=_real(said.absent.until)),
        ends=_real(said.ends),
    )


def _real(day: date | None) -> date | None:
    """9999-12-31 is no day."""
    return day if day and day.year < NEVER else None


def _readable(*words: str) -> bool:
    """No control characters, and no half of a character."""
    return all(one.isprintable() for one in words)

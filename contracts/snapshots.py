"""What a nightly file is told with: line by line, so that nobody has to hold all of it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from contracts.directory import Count, Sha256, SourceName, StaffColumn
from contracts.staff import StaffType

LINES_AT_ONCE = 500
PEOPLE_AT_ONCE = 250
MOST_TOLD = 1_000  # troubles kept to be shown

type Text = Annotated[
    str, StringConstraints(min_length=1, max_length=300, pattern=r"^[^\x00-\x1f\x7f]+$")
]
type Code = Annotated[Text, StringConstraints(max_length=60)]
type Key = Annotated[Text, StringConstraints(max_length=200)]
type LineNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]
type Moment = Annotated[
    AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), le=datetime(2200, 1, 1, tzinfo=UTC))
]


class _Closed(BaseModel):
    """Its errors do not repeat what was said: they end up in logs."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class StaffLine(_Closed):
    """One line about one member of staff, and one place where they work."""

    key: Key
    name: Text | None = None
    given_name: Text | None = None
    family_name: Text | None = None
    email: Annotated[Text, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")] | None = None
    phone: Text | None = None
    title: Text | None = None
    title_code: Code | None = None
    language: Text | None = None
    unit: Code | None = None
    primary: bool = False
    since: date | None = None
    until: date | None = None
    active: bool = True
    ends: date | None = None
    absent_since: date | None = None
    absent_until: date | None = None
    manager: Key | None = None
    staff_type: StaffType = StaffType.EMPLOYEE

    @property
    def digest(self) -> bytes:
        """Of all that it says: what says the same has the same."""
        return sha256(self.model_dump_json(exclude_defaults=True).encode()).digest()


class Trouble(_Closed):
    """Why a line changes nothing. What stands in it is not repeated."""

    line: LineNumber
    column: StaffColumn | None = None  # none: the line as a whole
    why: Text


class RunAsked(_Closed):
    """A file of all the staff of one source, and what its manifest says of it."""

    source: SourceName
    sha256: Sha256
    rows: Count
    taken_at: Moment | None = None
    dry: bool = False
    release: bool = False  # if it is in quarantine: whoever asks has looked at it


class LineSeen(_Closed):
    """That a line is there, whom it is about, and a digest of what it says if it can be read."""

    line: LineNumber
    key: Key
    digest: Sha256 | None
    active: bool = True


class LinesSeen(_Closed):
    """Some lines of a file: those that say whom they are about."""

    lines: Annotated[tuple[LineSeen, ...], Field(max_length=LINES_AT_ONCE)]


class AllSeen(_Closed):
    """How many lines could not be read, and why; `keyless` do not say whom they are about."""

    unreadable: Count = 0
    keyless: Count = 0
    troubles: Annotated[tuple[Trouble, ...], Field(max_length=MOST_TOLD)] = ()


class PersonTold(_Closed):
    """All the lines of one person, and where the first of them is."""

    line: LineNumber
    lines: Annotated[tuple[StaffLine, ...], Field(min_length=1, max_length=50)]


class PeopleTold(_Closed):
    people: Annotated[tuple[PersonTold, ...], Field(max_length=PEOPLE_AT_ONCE)]


class RunState(StrEnum):
    """How far a file has come."""

    READING = "reading"
    COMPARED = "compared"  # it may be applied
    TRIED = "tried"  # a dry run: that was all
    QUARANTINED = "quarantined"
    RELEASED = "released"
    REFUSED = "refused"
    APPLIED = "applied"
    OVERTAKEN = "overtaken"  # another file of the source came before it was applied


class Counts(_Closed):
    """Of people, but for `unreadable`, which counts lines."""

    people: Count = 0  # known to the source until then
    same: Count = 0
    joining: Count = 0
    changing: Count = 0
    leaving: Count = 0
    unreadable: Count = 0
    keyless: Count = 0  # while there are such lines nobody can be said to be missing
    joined: Count = 0
    changed: Count = 0
    left: Count = 0
    refused: Count = 0


class Run(_Closed):
    """One file: what is known of it, who brought it, and what it changes or has changed."""

    id: UUID
    source: SourceName
    sha256: Sha256
    rows: Count
    taken_at: AwareDatetime | None
    state: RunState
    dry: bool
    counts: Counts
    actor: str
    began: AwareDatetime
    ended: AwareDatetime | None


class Decided(_Closed):
    """Who looked at a file in quarantine, and what they decided."""

    released: bool
    actor: str
    at: AwareDatetime


class Report(_Closed):
    """All there is to tell of a run. Nobody is named in it: it may go to whoever made the file."""

    run: Run
    seen: Count  # lines that were read so far
    moved: AwareDatetime  # when it last went on
    stopped: str | None  # why it went no further
    decided: Decided | None
    troubles: tuple[Trouble, ...]


class Wanted(_Closed):
    """The lines to be told in full, person by person; `after` is where to ask on."""

    people: tuple[tuple[LineNumber, ...], ...]
    after: int | None


class Change(StrEnum):
    """What a file changes of a person."""

    JOINING = "joining"
    CHANGING = "changing"
    LEAVING = "leaving"


class Changes(_Closed):
    """Whom a file changes: by who they are here, or by the line where they are not known yet."""

    staff: tuple[UUID, ...]
    lines: tuple[LineNumber, ...]


class Told(_Closed):
    """What became of the people of one request."""

    run: Run
    refused: tuple[Trouble, ...]

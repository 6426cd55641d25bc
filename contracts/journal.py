"""The journal of readings: who read of whom, when and why; never what they read."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from contracts.vault import Purpose


class Asked(StrEnum):
    """What kind of question a reading was."""

    VALUES = "values"  # by reference
    PERSONS = "persons"  # all that is known of some
    SEARCH = "search"  # by a few letters
    CONTACT = "contact"  # by an address or a number
    SORTED = "sorted"  # a list in order
    VERSIONS = "versions"  # what was said before
    KEYS = "keys"  # the office's own keys
    DUPLICATES = "duplicates"  # who may be one person
    JOURNAL = "journal"  # an export of this journal
    EXPORT = "export"  # a whole file, given to the person or somebody else
    FORGOTTEN = "forgotten"  # not read: single values were destroyed


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class PersonalFilesRead(_Said):
    """One request read of these subjects. It is no announced fact: its log is the vault's own.

    What was looked for is personal too: only its length and a keyed digest are written down.
    """

    type: ClassVar[str] = "vault.PersonalFilesRead.v1"

    asked: Asked
    purpose: Purpose
    subjects: tuple[UUID, ...]  # opaque; those that were found
    fields: tuple[str, ...] = ()  # by name; none: keys, or a list of references alone
    values: int = 0  # how many left
    own: bool = False  # the person read what is their own
    refused: str | None = None  # why nothing left
    through: str | None = None  # the service that asked, as its signature says
    length: int | None = None  # of what was looked for, in characters
    digest: str | None = None  # HMAC-SHA-256 of it, the first 16 hexadecimal digits


class Reading(_Said):
    """One entry of the journal, as a list shows it."""

    sequence: int
    at: AwareDatetime
    actor: str
    onbehalfof: str | None
    role: str | None
    channel: str | None
    reason: str | None
    request: UUID
    read: PersonalFilesRead
    leaf: str  # SHA-256 of the entry's bytes under RFC 6962, in hexadecimal


class Readings(_Said):
    items: tuple[Reading, ...]
    next: int | None  # the sequence to go on after


class Remarkable(StrEnum):
    """Why a reading deserves a look. It accuses nobody."""

    OUTSIDE_CASELOAD = "outside_caseload"
    UNUSUAL_VOLUME = "unusual_volume"
    COLLEAGUE = "colleague"  # the partner's file of somebody who seems to be staff as well
    AT_NIGHT = "at_night"
    REFUSED = "refused"


class ToLookAt(_Said):
    """Readings of one actor on one day, and what is remarkable about them."""

    why: Remarkable
    actor: str
    day: str  # ISO 8601, in Québec
    readings: int
    subjects: tuple[UUID, ...]
    sequences: tuple[int, ...]  # the first hundred
    score: float | None = None  # for volume: the modified z-score


class ReadingsToLookAt(_Said):
    since: AwareDatetime
    items: tuple[ToLookAt, ...]


class Counted(_Said):
    """How many readings, and of how many subjects."""

    key: str
    readings: int
    subjects: int


class Access(_Said):
    """Who may read for a purpose, as the establishment's schedule says."""

    purpose: Purpose
    recipients: tuple[str, ...]


class Review(_Said):
    """A year of readings, for the yearly look at who has access and why."""

    year: int
    readings: int
    subjects: int
    own: int
    refused: int
    by_role: tuple[Counted, ...]
    by_purpose: tuple[Counted, ...]
    by_actor: tuple[Counted, ...]
    to_look_at: dict[Remarkable, int]
    access: tuple[Access, ...]
    size: int  # of the journal when this was asked, and the root of its tree
    root: str


class Caseload(_Said):
    """The subjects that are somebody's to follow from now on, and no others."""

    subjects: Annotated[tuple[UUID, ...], Field(max_length=20_000)]

"""What a column of the register is: its two headers, its kind, its values, what it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, ClassVar, Literal, NamedTuple, get_args, get_type_hints

import msgspec


class Unknown(Enum):
    """The register says « inconnu », which is more than saying nothing."""

    UNKNOWN = "unknown"


UNKNOWN: Literal[Unknown.UNKNOWN] = Unknown.UNKNOWN
type Maybe[T] = T | Literal[Unknown.UNKNOWN] | None


class Kind(StrEnum):
    CODE = "code"
    REFERENCE = "reference"
    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    HOURS = "hours"
    MONEY = "money"
    NUMBER = "number"
    EMAIL = "email"
    PHONE = "phone"
    POSTAL_CODE = "postal_code"
    LANGUAGE = "language"
    YES_NO = "yes_no"


class Value(NamedTuple):
    """One allowed value: the code that facts carry, what is read and shown, other spellings."""

    code: str
    french: str
    english: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Choices:
    """A list of allowed values. An open list also takes what an office says in its own words."""

    values: tuple[Value, ...]
    open: bool = False


@dataclass(frozen=True)
class Column:
    """One column. A `*` at the end of the French header says that a row needs it.

    `to`: the sheet a reference leads to. `after`: the column of the date this one may not
    precede. `past`: a future date is surprising. `personal`: the value belongs in the vault.
    `unknown`: « inconnu » is an answer (for what is not required it always is).
    """

    header: str
    english: str
    kind: Kind = Kind.TEXT
    meaning: str = ""
    choices: Choices | None = None
    several: bool = False
    to: str = ""
    after: str = ""
    past: bool = False
    personal: bool = False
    unknown: bool = False
    longest: int = 32_000
    least: int = 0
    most: int = 1_000_000
    also: tuple[str, ...] = ()

    @property
    def required(self) -> bool:
        return self.header.endswith("*")

    @property
    def french(self) -> str:
        return self.header.removesuffix("*")

    @property
    def takes_unknown(self) -> bool:
        return self.unknown or not self.required

    def title(self, language: str) -> str:
        return self.french if language == "fr" else self.english


class Place(NamedTuple):
    """Where a row was read, as people count: the first line is 1."""

    file: str
    sheet: str
    line: int


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A row as the register says it. Blank is None, « inconnu » is UNKNOWN.

    `key` stays the same however often, in whichever order the register is read: the code of
    a coded row, else a digest of what the row says. `own` holds the establishment's columns.
    """

    sheet: ClassVar[str]
    titles: ClassVar[tuple[str, str]]
    # Columns that are read but not kept: they are parted into others.
    extra: ClassVar[dict[str, Column]] = {}
    # Of each group, at least one must be there.
    one_of: ClassVar[tuple[tuple[str, ...], ...]] = ()
    # What a made code is made of: these say which one it is, whatever else is corrected.
    identity: ClassVar[tuple[str, ...]] = ()

    place: Place = Place("", "", 0)
    key: str = ""
    own: dict[str, str] = {}

    def says(self) -> dict[str, Any]:
        """What the row says: column keys and values, without the blanks."""
        names = columns_of(type(self))
        said = ((name, getattr(self, name)) for name in names)
        return {name: value for name, value in said if value is not None}


_columns: dict[type[Row], dict[str, Column]] = {}


def columns_of(model: type[Row]) -> dict[str, Column]:
    """The columns of a sheet by key, in the order in which they are written."""
    if model not in _columns:
        hints = get_type_hints(model, include_extras=True)
        _columns[model] = {
            name: part
            for name, hint in hints.items()
            for part in get_args(hint)[1:]
            if isinstance(part, Column)
        }
    return _columns[model]


class Phone(msgspec.Struct, frozen=True):
    """A telephone number as typed, and as it can be compared and dialled (E.164)."""

    text: str
    number: str
    extension: str = ""


def choice(header: str, english: str, choices: Choices, **more: Any) -> Column:
    return Column(header, english, Kind.CHOICE, choices=choices, **more)


def reference(header: str, english: str, to: str, **more: Any) -> Column:
    return Column(header, english, Kind.REFERENCE, to=to, longest=60, **more)


def _of(kind: Kind, **always: Any) -> Callable[..., Column]:
    return lambda header, english, **more: Column(header, english, kind, **always, **more)


code = _of(Kind.CODE, longest=60)
date = _of(Kind.DATE)
hours = _of(Kind.HOURS)
money = _of(Kind.MONEY)
number = _of(Kind.NUMBER)
email = _of(Kind.EMAIL, personal=True, also=("Adresse courriel", "E-mail"))
phone = _of(Kind.PHONE, personal=True, also=("Tél.", "Cellulaire", "Mobile"))
private = _of(Kind.TEXT, personal=True)
label = _of(Kind.TEXT, longest=120)
title = _of(Kind.TEXT, longest=300)
yes_no = _of(Kind.YES_NO, personal=True)

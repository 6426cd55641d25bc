"""What several read models say in the same way."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import msgspec

from services.chassis.folding import Entry


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """Free words at one step: the vault has them under this reference."""

    step: str
    ref: str
    when: str


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody in a search, and how far it went."""

    person: str
    state: str
    since: str
    note: str | None = None


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """A time that may be open at its end."""

    since: str
    until: str | None = None
    reason: str | None = None
    id: str | None = None


class Appointment(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to ask of one side, and what became of it."""

    id: str
    occasion: str
    side: str
    due: str
    instrument: str | None = None
    done: str | None = None
    cancelled: bool = False


def refs(data: dict[str, Any]) -> dict[str, str]:
    """The references to personal values of a fact, by field."""
    return {name: value["ref"] for name, value in data.get("personal", {}).items()}


def ref(data: dict[str, Any], field: str) -> str | None:
    value = data.get(field)
    return value["ref"] if value else None


def noted(
    notes: tuple[Note, ...], entry: Entry, step: str, field: str = "note"
) -> tuple[Note, ...]:
    """The notes with this step's, where somebody wrote one."""
    there = ref(entry.data, field)
    return (*notes, Note(step=step, ref=there, when=entry.when)) if there else notes


@lru_cache(maxsize=4096)
def plain(words: str) -> str:
    """Without accents or capitals, so that « Sante » finds « Santé »."""
    words = words.casefold()
    if words.isascii():
        return words
    parts = unicodedata.normalize("NFKD", words)
    return "".join([one for one in parts if not unicodedata.combining(one)])


def facets(**named: str | Iterable[str] | None) -> tuple[str, ...]:
    """What a list may be filtered by, as `department:…`."""
    said: list[str] = []
    for name, values in named.items():
        if isinstance(values, str):
            values = (values,)
        if values:
            said += [f"{name}:{one}" for one in values if one]
    return tuple(said)


def given(data: dict[str, Any], *fields: str) -> dict[str, Any]:
    """Those fields of a fact that say something."""
    return {name: value for name in fields if (value := data.get(name)) is not None}

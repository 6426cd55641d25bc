"""A value of the register as a fact or the vault keeps it, and back again."""

from __future__ import annotations

from functools import cache
from typing import Any

from services.cli.register.columns import Column
from services.cli.register.troubles import Unreadable
from services.cli.register.values import reader
from services.cli.register.writing import spoken


def as_fact(column: Column, value: Any) -> Any:
    """For a field of a fact: codes as they are, what an office says in its own words as said."""
    if isinstance(value, tuple):
        return [as_fact(column, each) for each in value]
    return as_words(column, value) if column.choices and column.choices.open else value


def of_fact(column: Column, value: Any) -> Any:
    """What `as_fact` was given."""
    if isinstance(value, list | tuple):
        return tuple(of_fact(column, each) for each in value) or None
    return of_words(column, value) if column.choices and column.choices.open else value


def as_words(column: Column, value: Any) -> str:
    """For the vault: as the register itself would write it, so that a person can read it."""
    return str(spoken(column, value, "fr", typed=False))


def of_words(column: Column, words: str) -> Any:
    """What `as_words` was given, or what somebody typed in Tandem. Raises Unreadable."""
    if len(words) > column.longest:
        raise Unreadable("too_long", length=str(len(words)), longest=str(column.longest))
    known = column.choices and next((it for it in column.choices.values if it.code == words), None)
    if known and not column.several:
        return known.code
    return _reader(column)(words).value


_reader = cache(reader)  # each keeps what it has read

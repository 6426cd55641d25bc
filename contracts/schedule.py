"""What an establishment decides of personal values: for what, for whom, and for how long."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.access import AccessRole
from contracts.vault import Purpose

type RuleNumber = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,40}$")]
type Pattern = Annotated[str, StringConstraints(pattern=r"^!?[a-z0-9_.*]{1,60}$")]
type Sentence = Annotated[str, StringConstraints(min_length=1, max_length=500)]


class Regime(StrEnum):
    """Which law a value is under."""

    LRSSS = "lrsss"  # health and social services information
    A21 = "a21"  # other personal information of a public body


class Starts(StrEnum):
    """What starts the clock of a retention rule."""

    KEPT = "kept"  # the day the value was kept
    LEFT = "left"  # the person left the pool, or was not kept in it
    ENDED = "ended"  # the last involvement or request ended
    DEPARTED = "departed"  # the member of staff left the establishment
    READ = "read"  # the day of the reading itself


class _Decided(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class RetentionRule(_Decided):
    """A line of the retention schedule. Periods are in months."""

    number: RuleNumber
    title: Sentence
    active: Annotated[int, Field(ge=0, le=1200)]
    semiactive: Annotated[int, Field(ge=0, le=1200)] = 0
    starts: Starts
    disposition: Literal["destroy"] = "destroy"
    source: Sentence

    @property
    def months(self) -> int:
        """How long it is kept in all."""
        return self.active + self.semiactive


class PurposeTerms(_Decided):
    """Why values are kept and read, under which law, by whom, which, and how long.

    `fields`: patterns in which `*` is any letters; `!` takes out what an earlier one let in.
    """

    code: Purpose
    why: Sentence
    regime: Regime
    recipients: tuple[AccessRole, ...]
    fields: tuple[Pattern, ...]
    rule: RuleNumber


class Schedule(_Decided):
    """All purposes and rules as they are now in one establishment."""

    purposes: tuple[PurposeTerms, ...]
    rules: tuple[RetentionRule, ...]

"""What is wrong in a register, where, and what to do about it, in French and in English."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from services.cli.register import file_sentences, sentences
from services.cli.register.columns import Place

SAID = sentences.SAID | file_sentences.SAID

# A detail is the same in both languages, or a pair: French, English.
type Details = dict[str, str | tuple[str, str]]


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """One remark on a register. Its details may quote personal values: show it, never log it."""

    place: Place
    kind: str
    column: str = ""
    details: Details = {}
    severity: Severity = Severity.ERROR

    def what(self, language: str = "fr") -> str:
        return self._say(0, language)

    def what_to_do(self, language: str = "fr") -> str:
        return self._say(2, language)

    def _say(self, which: int, language: str) -> str:
        side = 0 if language == "fr" else 1
        told = {name: _side(value, side) for name, value in self.details.items()}
        return SAID[self.kind][which + side].format(**told)


class Unreadable(ValueError):
    """A cell cannot be understood; `kind` and `details` say what a trouble will say."""

    def __init__(self, kind: str, **details: str | tuple[str, str]) -> None:
        super().__init__(kind)
        self.kind = kind
        self.details: Details = details


def _side(value: str | tuple[str, str], side: int) -> str:
    return value if isinstance(value, str) else value[side]

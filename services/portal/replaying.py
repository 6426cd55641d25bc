"""A story step by step: the marks of its line, the state as of a step, what the step changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.speaking import day

FIRST, LAST, APART = 1.0, 99.0, 0.6  # per cent of the line


@dataclass(frozen=True)
class Row:
    """One line of the state, and what stood there a step before."""

    word: str
    value: str
    was: str = ""
    changed: bool = False


def marks(steps: Sequence[Mapping[str, Any]], here: int, clock: str) -> list[dict[str, Any]]:
    """One mark a step, where its moment is between the first and the last."""
    moments = [datetime.fromisoformat(step[clock]).timestamp() for step in steps]
    first, span = moments[0], (max(moments) - moments[0]) or 1.0
    placed: list[dict[str, Any]] = []
    least = FIRST
    for at, (step, moment) in enumerate(zip(steps, moments, strict=True), 1):
        # What happened at the same time would hide one another: the later one moves a little.
        x = max(least, FIRST + (LAST - FIRST) * (moment - first) / span)
        least = x + min(APART, (LAST - FIRST) / len(steps))
        kind = "here" if at == here else "later" if at > here else "past-mark"
        kind = "void" if step["annulled"] and at != here else kind
        placed.append({**step, "number": at, "x": round(x, 2), "kind": kind})
    over = max(1.0, placed[-1]["x"] / LAST)
    return [{**mark, "x": round(mark["x"] / over, 2)} for mark in placed]


def ticks(steps: Sequence[Mapping[str, Any]], clock: str) -> list[dict[str, Any]]:
    """The years the line runs through; its ends where it stays within one."""
    moments = [datetime.fromisoformat(step[clock]) for step in steps]
    first, last = moments[0], max(moments)
    ends = [
        {"x": FIRST, "anchor": "start", "word": day(first)},
        {"x": LAST, "anchor": "end", "word": day(last)},
    ]
    span = (last - first).total_seconds()
    if first.year == last.year or not span:
        return ends if day(first) != day(last) else ends[:1]
    found = []
    for year in range(first.year + 1, last.year + 1):
        begins = datetime(year, 1, 1, tzinfo=first.tzinfo)
        x = FIRST + (LAST - FIRST) * (begins - first).total_seconds() / span
        anchor = "end" if x > 94 else "start" if x < 6 else "middle"
        found.append({"x": round(x, 2), "anchor": anchor, "word": str(year)})
    every = len(found) // 10 + 1
    return found[::every]


def rows(now: Mapping[str, str], before: Mapping[str, str]) -> list[Row]:
    """The state, line by line, beside that of a step before; what is gone is said too."""
    said = [
        Row(word, value, before.get(word, ""), before.get(word) != value)
        for word, value in now.items()
    ]
    gone = [Row(word, "plus rien", was, True) for word, was in before.items() if word not in now]
    return said + gone

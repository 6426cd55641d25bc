"""A story drawn and compared: its lanes on a line of time, and the state beside a moment before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.portal.speaking import counted, day

FIRST, LAST = 1.5, 98.5  # per cent of the line
APART = 2.6  # what is nearer than this, in one lane, is one mark
LANE, RAIL, AXIS = 46, 30, 30  # pixels: a lane, where its rail lies in it, the years below

# What a step is part of, by what it is called; the first that fits.
LANES = (
    ("Candidature et bassin", ("intake.Candidacy", "intake.Referral", "recruitment.Candidate",
     "recruitment.Preselection", "recruitment.Partner", "recruitment.Pause", "recruitment.Status",
     "recruitment.Profile", "recruitment.Duplicate", "recruitment.Merge")),
    ("Consentements et droits", ("recruitment.Consent", "recruitment.Agreement", "recruitment.Rep",
     "recruitment.Clearance", "recruitment.Shared", "vault.")),
    ("Projet et sièges", ("intake.Project", "intake.Seat")),
    ("Demande", ("intake.",)),
    ("Recherche et jumelage", ("recruitment.",)),
    ("Formation", ("training.",)),
    ("Activités et apports", ("accompaniment.Hours", "accompaniment.Contribution")),
    ("Mandat et implication", ("accompaniment.",)),
    ("Suivis", ("evaluation.",)),
    ("Équipe et rôles", ("directory.",)),
)  # fmt: skip
SEARCHING = ("CandidateShortlisted", "CandidateNotRetained")
OTHER = "Autres étapes"


@dataclass(frozen=True)
class Row:
    """One line of the state, and what stood there a step before."""

    word: str
    value: str
    was: str = ""
    changed: bool = False


@dataclass(frozen=True)
class Mark:
    """One step, or several that are too near each other, at its place."""

    x: float
    y: int
    kind: str
    number: int  # the step that a press leads to
    count: int
    says: str


@dataclass(frozen=True)
class Lane:
    word: str
    y: int
    begins: float
    ends: float
    marks: list[Mark]


@dataclass(frozen=True)
class Line:
    """The drawing: lanes, the years, where we are, and the curves from causes to effects."""

    lanes: list[Lane]
    ticks: list[dict[str, Any]]
    here: float
    since: float | None
    height: int
    curves: list[str]
    says: str


def line(steps: Sequence[Mapping[str, Any]], at: int, clock: str, since: int | None = None) -> Line:
    """`at`: the step one stands on; `since`: the step from which changes are looked at."""
    moments = [datetime.fromisoformat(step[clock]).timestamp() for step in steps]
    first, span = min(moments), (max(moments) - min(moments)) or 1.0
    xs = [round(FIRST + (LAST - FIRST) * (one - first) / span, 2) for one in moments]
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for number, step in enumerate(steps):
        rows[_lane_of(step, steps)].append(number)
    order = sorted(rows, key=lambda word: moments[rows[word][0]])
    lanes = [_lane(word, row, rows[word], steps, xs, at) for row, word in enumerate(order)]
    ys = {number: lane.y for lane in lanes for number in rows[lane.word]}
    return Line(
        lanes=lanes, ticks=_ticks(steps, clock), here=xs[at - 1] if at else FIRST,
        since=xs[since - 1] if since else (FIRST if since == 0 else None),
        height=len(lanes) * LANE + AXIS, curves=_curves(steps, at, xs, ys),
        says=f"{counted(len(steps), 'étape')} en {counted(len(lanes), 'chapitre')} : "
        + ", ".join(lane.word.lower() for lane in lanes),
    )  # fmt: skip


def _lane_of(step: Mapping[str, Any], steps: Sequence[Mapping[str, Any]]) -> str:
    if step["corrects"]:  # what puts a step right lies where it lies
        righted = next((one for one in steps if one["id"] == step["corrects"]), None)
        if righted and not righted["corrects"]:
            return _lane_of(righted, steps)
    named = step["type"]
    if named.split(".")[1] in SEARCHING:
        return "Recherche et jumelage"
    return next((word for word, begins in LANES if named.startswith(begins)), OTHER)


def _lane(
    word: str, row: int, numbers: Sequence[int], steps: Sequence[Mapping[str, Any]],
    xs: Sequence[float], at: int,
) -> Lane:  # fmt: skip
    groups: list[list[int]] = []
    for number in sorted(numbers, key=lambda one: xs[one]):
        if groups and xs[number] - xs[groups[-1][0]] < APART:
            groups[-1].append(number)
        else:
            groups.append([number])
    y = row * LANE + RAIL
    marks = [_mark(group, steps, xs, y, at) for group in groups]
    return Lane(word, y, marks[0].x, marks[-1].x, marks)


def _mark(
    group: Sequence[int], steps: Sequence[Mapping[str, Any]], xs: Sequence[float], y: int, at: int
) -> Mark:
    numbers = [number + 1 for number in group]
    here, past = at in numbers, [one for one in numbers if one <= at]
    kind = "here" if here else "past-mark" if past else "later"
    if past and not here and all(steps[number]["annulled"] for number in group):
        kind = "void"
    # From a heap one goes into it where one is not yet, else on through it.
    onward = next((one for one in numbers if one > at), numbers[0]) if here else numbers[-1]
    said = steps[onward - 1]
    says = f"{said['said_on']} : {said['sentence']}"
    if len(numbers) > 1:
        says = f"{counted(len(numbers), 'étape')}. {says}"
    return Mark(round(sum(xs[one] for one in group) / len(group), 2), y, kind, onward,
                len(numbers), says)  # fmt: skip


def _curves(
    steps: Sequence[Mapping[str, Any]], at: int, xs: Sequence[float], ys: Mapping[int, int]
) -> list[str]:
    """From each cause to what it led to, along the chain that goes through this step."""
    lines: list[tuple[int, int]] = []
    step = at
    while step and (cause := steps[step - 1]["because"]):
        lines.append((cause - 1, step - 1))
        step = cause
    lines += [(at - 1, n) for n, one in enumerate(steps) if at and one["because"] == at]
    return [_curve(xs[a], ys[a], xs[b], ys[b]) for a, b in lines]


def _curve(x1: float, y1: int, x2: float, y2: int) -> str:
    if y1 == y2:
        return f"M{x1} {y1} Q{(x1 + x2) / 2:.2f} {y1 - 26} {x2} {y2}"
    middle = (y1 + y2) // 2
    return f"M{x1} {y1} C{x1 + 1.2:.2f} {middle} {x2 - 1.2:.2f} {middle} {x2} {y2}"


def _ticks(steps: Sequence[Mapping[str, Any]], clock: str) -> list[dict[str, Any]]:
    """The years the line runs through; its ends where it stays within one."""
    moments = [datetime.fromisoformat(step[clock]) for step in steps]
    first, last = min(moments), max(moments)
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


def chapters(steps: Sequence[Mapping[str, Any]], at: int, clock: str) -> list[dict[str, Any]]:
    """The steps by the month they are of; the month one stands in lies open."""
    found: list[dict[str, Any]] = []
    for step in steps:
        word = month(step[clock])
        if not found or found[-1]["word"] != word:
            found.append({"word": word, "steps": [], "open": False})
        found[-1]["steps"].append(step)
        found[-1]["open"] |= step["number"] == at
    return found


def month(moment: str) -> str:
    """« mars 2024 » of an instant, here."""
    return day(datetime.fromisoformat(moment)).partition(" ")[2]

"""A story in a terminal: its steps, what changed between two days, what led to what."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from services.chassis.moments import moment, spoken
from services.cli.running import Platform

AT_ONCE = "500"
DEEPER = "   "
# What of a document is said in words when it changed, in French and in English.
SAID = {
    "state": ("État", "State"),
    "status_label": ("Désignation", "Status label"),
    "title": ("Titre", "Title"),
    "name": ("Nom", "Name"),
    "number": ("Numéro", "Number"),
    "level": ("Niveau d’engagement", "Level of engagement"),
    "partners_sought": ("Personnes recherchées", "People sought"),
    "found": ("Jumelages", "Matches"),
    "load": ("Implications en cours", "Involvements"),
    "minutes": ("Minutes inscrites", "Minutes logged"),
    "contributions": ("Contributions", "Contributions"),
    "contributions_answered": ("Contributions avec réponse", "Contributions answered"),
}

type Step = dict[str, Any]


class Asked(NamedTuple):
    """What of a story: until when, as known when, since when, with its causes, in which order."""

    lang: str
    as_of: str | None
    known_on: str | None
    since: str | None
    causes: bool
    as_known: bool

    @property
    def clock(self) -> str:
        """The moment that steps are told by."""
        return "recordedtime" if self.as_known else "time"

    @property
    def query(self) -> dict[str, str | None]:
        causes = "true" if self.causes else None
        return {
            "as_of": self.as_of, "known_on": self.known_on, "since": self.since,
            "causes": causes, "lang": self.lang,
        }  # fmt: skip


def of_thing(tandem: Platform, path: str, asked: Asked, as_json: bool) -> None:
    """The story of one person, request or project. Raises Refused."""
    told = tandem.get(path, **asked.query)
    if asked.as_known:
        told["steps"].sort(key=lambda step: (moment(step[asked.clock]).time, step["sequence"]))
    if as_json and not (asked.causes or asked.since):
        _print("[\n" + ",\n".join(map(_json, told["steps"])) + "\n]")
    elif as_json:
        _print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _tell(told["steps"], told.get("causes"), asked)
        if asked.since:
            _tell_change(tandem, told["before"] or {}, told["state"] or {}, asked.lang)


def of_many(tandem: Platform, department: str | None, asked: Asked, as_json: bool) -> None:
    """Of a department or the whole establishment, page by page as it comes. Raises Refused."""
    if not as_json:
        for page in _pages(tandem, department, asked):
            _tell(page["steps"], page.get("causes"), asked)
        return
    edges: list[dict[str, str]] = []
    between = '{"steps": [\n' if asked.causes else "[\n"
    for page in _pages(tandem, department, asked):
        for step in page["steps"]:
            _print(between + _json(step), end="")
            between = ",\n"
        edges += page.get("causes", {}).get("edges", [])
    opening = "" if between == ",\n" else between
    _print(f'{opening}\n], "edges": {json.dumps(edges)}}}' if asked.causes else f"{opening}\n]")


def _pages(tandem: Platform, department: str | None, asked: Asked) -> Iterator[dict[str, Any]]:
    order, after = "known" if asked.as_known else "happened", None
    while True:
        page = tandem.get(
            "/insights/story", **asked.query, department=department, order=order, after=after,
            limit=AT_ONCE,
        )  # fmt: skip
        yield page
        if (after := page["next"]) is None:
            return


def _tell(steps: Sequence[Step], web: Mapping[str, Any] | None, asked: Asked) -> None:
    if web is None:
        for step in steps:
            _print(_line(step, asked))
        return
    for step, depth in in_threads([*steps, *web["nodes"]], asked.clock):
        arrow = DEEPER * (depth - 1) + "└─ " if depth else ""
        _print(f"{arrow}{_line(step, asked)}")


def in_threads(steps: Iterable[Step], clock: str) -> Iterator[tuple[Step, int]]:
    """Each step, and how far it is from its first cause; what followed stands under what led.

    `clock`: the moment they are told by, `time` or `recordedtime`.
    """
    known = {step["id"]: step for step in sorted(steps, key=lambda one: moment(one[clock]).time)}
    after: defaultdict[str, list[Step]] = defaultdict(list)
    for step in known.values():
        after[step["cause"] if step["cause"] in known else ""].append(step)
    waiting = [(step, 0) for step in reversed(after[""])]
    while waiting:
        step, depth = waiting.pop()
        yield step, depth
        waiting += [(one, depth + 1) for one in reversed(after[step["id"]])]


def _line(step: Step, asked: Asked) -> str:
    precision = None if asked.as_known else step["precision"]
    when = spoken(moment(step[asked.clock]).time, precision, asked.lang)
    return f"{when:<26} {step['actor']:<14} {_what(step, asked.lang)}"


def _what(step: Mapping[str, Any], lang: str) -> str:
    """The sentence, and whether it still counts."""
    if step["annulled"]:
        return f"{step['sentence']} [{'annulé depuis' if lang == 'fr' else 'annulled since'}]"
    if step["counts_as"]:
        put_right = "corrigé depuis : " if lang == "fr" else "corrected since: "
        return f"{step['sentence']} [{put_right}{step['counts_as']}]"
    return str(step["sentence"])


def _tell_change(
    tandem: Platform, before: Mapping[str, Any], now: Mapping[str, Any], lang: str
) -> None:
    french = lang == "fr"
    words = {
        code: word
        for labels in tandem.get("/insights/glossary", lang=lang).values()
        for code, word in labels.items()
    }
    for field, (fr, en) in SAID.items():
        was, is_now = before.get(field) or "", now.get(field) or ""
        if was != is_now:
            shown = [words.get(str(one), str(one)) or "—" for one in (was, is_now)]
            _print(f"{fr if french else en}{' ' if french else ''}: {shown[0]} → {shown[1]}")


def _json(step: Step) -> str:
    return json.dumps(step, ensure_ascii=False)


def _print(text: str, end: str = "\n") -> None:
    print(text, end=end)  # noqa: T201 - bytes for a program: no styling, no wrapping

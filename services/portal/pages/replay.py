"""A story on its line of time: as things were, or as they were known, at each of its steps."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.access import AccessRole
from contracts.vault import Purpose
from services.chassis.moments import NotADate, until
from services.portal import reading, replaying, states, stories
from services.portal.calling import Caller, Services
from services.portal.identity import By
from services.portal.places import TEAM
from services.portal.rendering import page
from services.portal.speaking import counted, day

CLOCKS = {"": "time", "connu": "recordedtime"}
BEFORE_ALL = "1900-01-01"
NOTHING: dict[str, Any] = {"steps": [], "state": None}
MENU = {"partenaires": "/partenaires", "demandes": "/", "implications": "/implications",
        "projets": "/projets"}  # fmt: skip
UNREADABLE = "Cette date est illisible : écrivez-la ainsi, 2024-03-11."

type Of = Literal["partenaires", "demandes", "implications", "projets"]
type Told = dict[str, Any]


class Asked(NamedTuple):
    """Which step, by which clock, and since which day one compares."""

    at: int
    since: int | None
    vue: str
    days: dict[str, str]  # as they were typed
    wrong: str

    @property
    def clock(self) -> str:
        return CLOCKS[self.vue]


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/histoire/{of}/{id}", name="replay_for_audit")
    @api.get("/{of}/{id}/histoire", name="replay")
    async def replay(
        request: Request, by: By, of: Of, id: UUID, etape: int = 0, vue: str = "", le: str = "",
        depuis: str = "",
    ) -> Response:  # fmt: skip
        whole = await services.read(
            "insights", f"/{stories.KINDS[of]}/{id}/story", by, {"lang": "fr"}
        )
        vue = vue if vue in CLOCKS else ""
        raw = _in_order(whole["steps"], vue)
        asked = _asked(raw, etape, vue, le.strip(), depuis.strip())
        path = request.url.path
        shown = await _shown(services, by, of, id, whole, raw, asked, path)
        audit = path.startswith("/histoire/")
        return page(
            request, "replay.html", here="/histoire" if audit else MENU[of],
            record="" if audit and AccessRole.AUDITOR in by.roles else f"/{of}/{id}",
            failed=None, address=lambda **change: _address(path, vue, change), **shown,
        )  # fmt: skip

    return api


def _asked(raw: list[Told], step: int, vue: str, le: str, depuis: str) -> Asked:
    try:
        at = _step_of(raw, le, CLOCKS[vue]) if le else min(max(step or len(raw), 1), len(raw))
        since = _step_of(raw, depuis, CLOCKS[vue]) if depuis else None
    except NotADate:
        return Asked(len(raw), None, vue, {"le": le, "depuis": depuis}, UNREADABLE)
    if since is not None and since > at:
        at, since = since, at
    return Asked(at, since, vue, {"le": le, "depuis": depuis}, "")


def _step_of(raw: list[Told], words: str, clock: str) -> int:
    """The last step by the end of a day; 0 where nothing had begun. Raises NotADate."""
    bound = until(words)
    return sum(datetime.fromisoformat(one[clock]) <= bound for one in raw)


async def _shown(
    services: Services, by: Caller, of: str, id: UUID, whole: Told, raw: list[Told], asked: Asked,
    path: str,
) -> dict[str, Any]:  # fmt: skip
    kind, at, team = stories.KINDS[of], asked.at, set(by.roles) == set(TEAM)
    base = asked.since if asked.since is not None else at - 1
    why = Purpose.REQUEST if team else Purpose.AUDIT
    then, before, titles, named = await services.all(
        stories.told(services, by, kind, str(id), **_bound(raw, at, asked.vue)),
        stories.told(services, by, kind, str(id), **_bound(raw, base, asked.vue)),
        _titles(services, by, whole["state"]),
        reading.names(services, by, why, *stories.people(whole["state"]), *stories.actors(raw)),
    )  # fmt: skip
    then, before = then or NOTHING, before or NOTHING
    if asked.vue:  # the sentences as they were before they were put right
        known = {step["id"]: step for step in then["steps"]}
        raw = [known.get(step["id"], step) for step in raw]
    steps = stories.as_shown(raw, named, path, mend=not team)
    state = states.OF[kind](then["state"], titles, named)
    was = states.OF[kind](before["state"], titles, named)
    called = whole["state"] and (whole["state"].get("title") or named[str(id)])
    return {
        "names": named, "name": called or reading.NOT_NAMED, "at": at, "path": path,
        "known": bool(asked.vue), "person": of == "partenaires", "asked": asked, "steps": steps,
        "between": steps[asked.since : at] if asked.since is not None else None,
        "state": replaying.rows(state, was),
        "sentence": f"{counted(len(steps), 'étape')}, de la première à la plus récente.",
        **(_standing(steps, asked) if steps else {}),
    }  # fmt: skip


def _standing(steps: list[stories.Step], asked: Asked) -> dict[str, Any]:
    """What of a story is drawn and said of the step one stands on."""
    at, clock = asked.at, asked.clock
    now = steps[at - 1] if at else None
    return {
        "now": now, "line": replaying.line(steps, at, clock, asked.since),
        "chapters": replaying.chapters(steps, at, clock),
        "days": json.dumps([day(step[clock]) for step in steps], ensure_ascii=False),
        "causes": _led(steps, at), "effects": [one for one in steps if at and one["because"] == at],
        "mended_by": steps[now["mended_by"] - 1] if now and now["mended_by"] else None,
    }  # fmt: skip


def _led(steps: list[stories.Step], at: int) -> list[stories.Step]:
    """What led to a step, from the first cause on."""
    found: list[stories.Step] = []
    number = steps[at - 1]["because"] if at else None
    while number:
        found.insert(0, steps[number - 1])
        number = steps[number - 1]["because"]
    return found


def _address(path: str, vue: str, change: Mapping[str, Any]) -> str:
    said: dict[str, Any] = {"vue": vue, **change}
    asked = urlencode({name: value for name, value in said.items() if value})
    return f"{path}?{asked}" if asked else path


def _in_order(steps: list[Told], vue: str) -> list[Told]:
    if not vue:
        return list(steps)
    return sorted(
        steps, key=lambda one: (datetime.fromisoformat(one["recordedtime"]), one["sequence"])
    )


def _bound(raw: list[Told], at: int, vue: str) -> dict[str, str]:
    """As it was: after so many steps. As it was known: when so many had been written down."""
    if not vue:
        return {"steps": str(max(at, 0))}
    return {"known_on": raw[at - 1]["recordedtime"] if at > 0 else BEFORE_ALL}


async def _titles(services: Services, by: Caller, state: Told | None) -> dict[str, str]:
    """What the projects and requests of this state are called."""
    wanted = _named_in(state or {})
    projects, requests = await services.all(
        *(
            reading.items(services, f"/{name}", by, id=sorted(wanted[one]), limit=reading.MOST)
            if wanted[one] else _none()
            for one, name in (("project", "projects"), ("request", "requests"))
        )
    )  # fmt: skip
    return {one["id"]: one["title"] for one in (*projects, *requests)}


async def _none() -> list[Told]:
    return []


def _named_in(state: Mapping[str, Any]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {"project": set(), "request": set()}
    parts = [state, *(one for value in state.values() if isinstance(value, list) for one in value)]
    for part in parts:
        for field, ids in found.items():
            if isinstance(part, dict) and isinstance(part.get(field), str):
                ids.add(part[field])
    return found

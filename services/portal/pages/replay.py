"""A story with its slider: as things were, or as they were known, at each of its steps."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.vault import Purpose
from services.portal import reading, replaying, states, stories
from services.portal.calling import Caller, Services
from services.portal.identity import By
from services.portal.places import TEAM
from services.portal.rendering import page
from services.portal.speaking import counted

CLOCKS = {"": "time", "connu": "recordedtime"}
BEFORE_ALL = "1900-01-01"
NOTHING: dict[str, Any] = {"steps": [], "state": None}
MENU = {"partenaires": "/partenaires", "demandes": "/", "implications": "/implications",
        "projets": "/projets"}  # fmt: skip

type Of = Literal["partenaires", "demandes", "implications", "projets"]
type Told = dict[str, Any]


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/{of}/{id}/histoire")
    async def replay(
        request: Request, by: By, of: Of, id: UUID, etape: int = 0, vue: str = ""
    ) -> Response:
        whole = await services.read(
            "insights", f"/{stories.KINDS[of]}/{id}/story", by, {"lang": "fr"}
        )
        vue = vue if vue in CLOCKS else ""
        raw = _in_order(whole["steps"], vue)
        at = min(max(etape or len(raw), 1), len(raw))
        shown = await _shown(services, by, of, id, whole, raw, at, vue)
        return page(request, "replay.html", here=MENU[of], known=bool(vue), at=at, **shown)

    return api


async def _shown(
    services: Services, by: Caller, of: str, id: UUID, whole: Told, raw: list[Told], at: int,
    vue: str,
) -> dict[str, Any]:  # fmt: skip
    kind, clock, path = stories.KINDS[of], CLOCKS[vue], f"/{of}/{id}/histoire"
    team = set(by.roles) == set(TEAM)
    why = Purpose.REQUEST if team else Purpose.AUDIT
    then, before, titles, named = await services.all(
        stories.told(services, by, kind, str(id), **_bound(raw, at, vue)),
        stories.told(services, by, kind, str(id), **_bound(raw, at - 1, vue)),
        _titles(services, by),
        reading.names(services, by, why, *stories.people(whole["state"]), *stories.actors(raw)),
    )  # fmt: skip
    then, before = then or NOTHING, before or NOTHING
    if vue:  # the sentences as they were before they were put right
        known = {step["id"]: step for step in then["steps"]}
        raw = [known.get(step["id"], step) for step in raw]
    steps = stories.as_shown(raw, named, path, mend=not team)
    now = steps[at - 1]
    state = states.OF[kind](then["state"], titles, named)
    was = states.OF[kind](before["state"], titles, named)
    called = whole["state"] and (whole["state"].get("title") or named[str(id)])
    return {
        "names": named, "name": called or reading.NOT_NAMED, "record": f"/{of}/{id}",
        "path": path, "steps": steps, "now": now, "person": of == "partenaires",
        "marks": replaying.marks(steps, at, clock), "ticks": replaying.ticks(steps, clock),
        "days": json.dumps([step["said_on"] for step in steps], ensure_ascii=False),
        "cause": steps[now["because"] - 1] if now["because"] else None,
        "effects": [one for one in steps if one["because"] == at],
        "mended_by": steps[now["mended_by"] - 1] if now["mended_by"] else None,
        "state": replaying.rows(state, was),
        "sentence": f"{counted(len(steps), 'étape')}, de la première à la plus récente.",
    }  # fmt: skip


def _in_order(steps: list[Told], vue: str) -> list[Told]:
    if not vue:
        return list(steps)
    return sorted(
        steps, key=lambda one: (datetime.fromisoformat(one["recordedtime"]), one["sequence"])
    )


def _bound(raw: list[Told], at: int, vue: str) -> dict[str, str]:
    """As it was: after so many steps. As it was known: when so many had been written down."""
    if not vue:
        return {"steps": str(at)}
    return {"known_on": raw[at - 1]["recordedtime"] if at else BEFORE_ALL}


async def _titles(services: Services, by: Caller) -> dict[str, str]:
    projects, requests = await services.all(
        reading.items(services, "/projects", by, limit=reading.MOST),
        reading.items(services, "/requests", by, limit=reading.MOST),
    )
    return {one["id"]: one["title"] for one in (*projects, *requests)}

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
from services.portal.rendering import page
from services.portal.speaking import counted

CLOCKS = {"": "time", "connu": "recordedtime"}
BOUNDS = {"": "as_of", "connu": "known_on"}
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
    then, before, titles, named = await services.all(
        _as_of(services, by, kind, id, vue, raw[at - 1][clock]),
        _as_of(services, by, kind, id, vue, _moment_before(raw, at, clock)),
        _titles(services, by),
        reading.names(services, by, Purpose.AUDIT, *stories.people(whole["state"]),
                      *stories.actors(raw)),
    )  # fmt: skip
    if vue:  # the sentences as they were before they were put right
        known = {step["id"]: step for step in then["steps"]}
        raw = [known.get(step["id"], step) for step in raw]
    steps = stories.as_shown(raw, named, path)
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


async def _as_of(
    services: Services, by: Caller, kind: str, id: UUID, vue: str, moment: str | None
) -> Told:
    nothing: Told = {"steps": [], "state": None}
    if moment is None:
        return nothing
    return await stories.told(services, by, kind, str(id), **{BOUNDS[vue]: moment}) or nothing


def _moment_before(raw: list[Told], at: int, clock: str) -> str | None:
    """The last moment before this step's at which something else was so."""
    now = datetime.fromisoformat(raw[at - 1][clock])
    earlier = [step[clock] for step in raw if datetime.fromisoformat(step[clock]) < now]
    return max(earlier, key=datetime.fromisoformat, default=None)


async def _titles(services: Services, by: Caller) -> dict[str, str]:
    projects, requests = await services.all(
        reading.items(services, "/projects", by, limit=reading.MOST),
        reading.items(services, "/requests", by, limit=reading.MOST),
    )
    return {one["id"]: one["title"] for one in (*projects, *requests)}

"""The story of the establishment or a department, page by page; and what led to one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.vault import Purpose
from services.chassis.moments import NotADate, until
from services.portal import reading, replaying, stories
from services.portal.calling import Caller, Services
from services.portal.identity import By
from services.portal.labels import label
from services.portal.rendering import page
from services.portal.speaking import counted, day

HERE = "/histoire"
PAGE = 80
UNREADABLE = "Une de ces dates est illisible : écrivez-la ainsi, 2024-03-11."
# What two days are compared by, and what it is called.
COUNTED = {"requests": "Demandes", "partners": "Partenaires", "involvements": "Implications",
           "projects": "Projets et comités"}  # fmt: skip

type Told = dict[str, Any]


def routes(services: Services) -> APIRouter:
    api = APIRouter(prefix=HERE)

    @api.get("")
    async def annals(
        request: Request, by: By, depuis: str = "", le: str = "", vue: str = "",
        direction: str = "", apres: str = "",
    ) -> Response:  # fmt: skip
        chosen = {"depuis": depuis.strip(), "le": le.strip(), "vue": vue if vue == "connu" else "",
                  "direction": direction}  # fmt: skip
        wrong = _unreadable(chosen["depuis"], chosen["le"])
        asked = {} if wrong else _asked(chosen)
        told, departments, change = await services.all(
            services.read("insights", "/story", by, {**asked, "after": apres, "limit": PAGE}),
            reading.departments(services, by),
            _change(services, by, {} if wrong or direction or apres else chosen),
        )
        raw = told["steps"]
        named = await _named(services, by, raw)
        steps = stories.as_shown(raw, named, HERE, mend=False)
        clock = "recordedtime" if chosen["vue"] else "time"
        return page(
            request, "annals.html", here=HERE, names=named, steps=steps, chosen=chosen,
            wrong=wrong, departments=departments, change=change, next=told["next"],
            line=replaying.line(steps, len(steps), clock) if steps else None,
            days=_by_day(steps, clock), sentence=_sentence(steps, bool(apres or told["next"])),
            first=not apres, address=lambda **more: _address(chosen | more),
        )  # fmt: skip

    @api.get("/etapes/{id}")
    async def why(request: Request, by: By, id: UUID) -> Response:
        """What led to a step, and all that followed."""
        web = await services.read("insights", f"/facts/{id}/causes", by, {"lang": "fr"})
        named = await _named(services, by, web["nodes"])
        steps = stories.as_shown(web["nodes"], named, HERE, mend=False)
        return page(
            request, "causes.html", here=HERE, names=named, roots=_rooted(steps), about=str(id),
            more=web["more"],
            sentence=f"{counted(len(steps), 'étape')}, de la première cause à ses suites.",
        )  # fmt: skip

    return api


def _unreadable(*words: str) -> str:
    try:
        for one in filter(None, words):
            until(one)
    except NotADate:
        return UNREADABLE
    return ""


def _asked(chosen: Mapping[str, str]) -> dict[str, str]:
    known = bool(chosen["vue"])
    return {
        "since": chosen["depuis"], "known_on" if known else "as_of": chosen["le"],
        "order": "known" if known else "happened", "department": chosen["direction"],
        "lang": "fr",
    }  # fmt: skip


async def _named(services: Services, by: Caller, raw: Sequence[Told]) -> reading.Names:
    return await reading.names(services, by, Purpose.AUDIT, *stories.actors(raw))


async def _change(services: Services, by: Caller, chosen: Mapping[str, str]) -> list[Told]:
    """How many of each there were on the one day and the other, by state."""
    if not (chosen.get("depuis") and chosen.get("le")):
        return []
    bound = "known_on" if chosen["vue"] else "as_of"
    asked = [
        services.read("insights", f"/{name}", by, {bound: chosen[which], "limit": 1})
        for name in COUNTED for which in ("depuis", "le")
    ]  # fmt: skip
    counts = [one["counts"] for one in await services.all(*asked)]
    tables = zip(COUNTED.values(), counts[::2], counts[1::2], strict=True)
    return [{"word": word, "rows": _rows(was, now)} for word, was, now in tables if was or now]


def _rows(was: Mapping[str, int], now: Mapping[str, int]) -> list[tuple[str, int, int]]:
    return [(label(one), was.get(one, 0), now.get(one, 0)) for one in sorted({*was, *now})]


def _by_day(steps: Sequence[Told], clock: str) -> list[tuple[str, list[Told]]]:
    found: list[tuple[str, list[Told]]] = []
    for step in steps:
        word = day(step[clock] if clock != "time" else step["precision"] or step["time"])
        if not found or found[-1][0] != word:
            found.append((word, []))
        found[-1][1].append(step)
    return found


def _rooted(steps: Sequence[Told]) -> list[Told]:
    """Each step with those that it led to, as `after`."""
    known: dict[str, Told] = {step["id"]: {**step, "after": []} for step in steps}
    roots: list[Told] = []
    for step in known.values():
        cause = known.get(step["cause"] or "")
        (cause["after"] if cause else roots).append(step)
    return roots


def _sentence(steps: Sequence[Told], paged: bool) -> str:
    if not steps:
        return "Rien ne s’est passé dans cette période."
    said = counted(len(steps), "étape")
    return f"{said} sur cette page." if paged else f"{said}, de la première à la dernière."


def _address(asked: Mapping[str, Any]) -> str:
    said = urlencode({name: value for name, value in asked.items() if value})
    return f"{HERE}?{said}" if said else HERE

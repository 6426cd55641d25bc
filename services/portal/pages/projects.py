"""Projects and committees, with their seats."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.intake import ProjectState
from contracts.vault import Purpose
from services.portal import dating, deciding, reading, stories
from services.portal.calling import Caller, Services
from services.portal.forms import Decision, Failure, NotTaken, one_of, send
from services.portal.identity import By, onwards
from services.portal.labels import choices
from services.portal.rendering import page
from services.portal.speaking import counted

PAGE = 40
SEAT = {one.key: one for one in (deciding.FILL_SEAT, deciding.VACATE_SEAT)}
DECISIONS = {one.key: one for one in (deciding.CLOSE_PROJECT, deciding.OPEN_SEAT)}


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/projets")
    async def listed(
        request: Request, by: By, etat: str = "", sieges: str = "", texte: str = "",
        apres: str = "", le: str = "", su: str = "",
    ) -> Response:  # fmt: skip
        then = dating.then(le, su)
        asked = {"state": etat, "vacant": "true" if sieges else "", "q": texte, "after": apres,
                 "limit": PAGE, "sort": "title", **then.bounds}  # fmt: skip
        said, departments, beside = await services.all(
            services.read("insights", "/projects", by, asked), reading.departments(services, by),
            dating.beside(services, by, "projects", then, lambda one: f"« {one['title']} »"),
        )  # fmt: skip
        kept = {"etat": etat, "sieges": sieges, "texte": texte}
        said["items"] = [_as_told(one) for one in said["items"]]
        return page(
            request, "projects.html", here="/projets", items=said["items"], after=said["next"],
            chosen=kept, then=then, beside=beside, states=choices(ProjectState),
            sentence=_sentence(said),
            names=await reading.names(services, by, Purpose.STAFF, **dict(departments)),
            address=lambda **change: "/projets?" + urlencode(
                {key: value for key, value in (kept | then.kept | change).items() if value}),
        )  # fmt: skip

    @api.get("/projets/nouveau")
    async def new(request: Request, by: By) -> Response:
        return await ask(request, by)

    @api.post("/projets/nouveau")
    async def open_project(request: Request, by: By) -> Response:
        try:
            done = await send(services, by, deciding.OPEN_PROJECT, "", await request.form())
        except NotTaken as refusal:
            return await ask(request, by, refusal.failure)
        return onwards(f"/projets/{done.content['id']}", done.position)

    @api.get("/projets/{id}")
    async def record(request: Request, by: By, id: UUID) -> Response:
        return await show(request, by, id)

    @api.get("/projets/{id}/sieges/{seat}/occupation")
    async def whom(request: Request, by: By, id: UUID, seat: UUID) -> Response:
        return await choose(request, by, id, seat)

    @api.post("/projets/{id}/sieges/{seat}/{key}")
    async def seated(request: Request, by: By, id: UUID, seat: UUID, key: str) -> Response:
        it = await services.read("insights", f"/projects/{id}", by)
        decision = _about_seat(it, str(seat), key)
        try:
            done = await send(services, by, decision, str(id), await request.form())
        except NotTaken as refusal:
            if key == deciding.FILL_SEAT.key:
                return await choose(request, by, id, seat, refusal.failure)
            return await show(request, by, id, refusal.failure, str(seat))
        return onwards(f"/projets/{id}", done.position)

    @api.post("/projets/{id}/{key}")
    async def decision(request: Request, by: By, id: UUID, key: str) -> Response:
        try:
            form = await request.form()
            done = await send(services, by, one_of(DECISIONS, key), str(id), form)
        except NotTaken as refusal:
            return await show(request, by, id, refusal.failure)
        return onwards(f"/projets/{id}", done.position)

    async def ask(request: Request, by: Caller, failed: Failure | None = None) -> Response:
        return page(
            request, "decision.html", failed.status if failed else 200, here="/projets",
            decision=deciding.OPEN_PROJECT, failed=failed, title="Inscrire un projet",
            lead="Un projet ou un comité où siègent des partenaires, ou dans lequel des "
            "personnes ont été consultées.",
            back="/projets", back_word="Projets et sièges", version=None,
            action="/projets/nouveau", names=await reading.names(services, by, Purpose.STAFF),
            options={"departments": await reading.departments(services, by)},
        )  # fmt: skip

    async def choose(
        request: Request, by: Caller, id: UUID, seat: UUID, failed: Failure | None = None
    ) -> Response:
        """Names are read for whoever is about to choose among them, and for nobody else."""
        it = await services.read("insights", f"/projects/{id}", by)
        title = next((one["title"] for one in it["seats"] if one["id"] == str(seat)), "")
        return page(
            request, "decision.html", failed.status if failed else 200, here="/projets",
            decision=deciding.FILL_SEAT, failed=failed, title="Pourvoir un siège", lead=title,
            back=f"/projets/{id}", back_word=it["title"], version=None,
            action=f"/projets/{id}/sieges/{seat}/occupation",
            names=await reading.names(services, by, Purpose.STAFF),
            options={"partners": await reading.available(services, by)},
        )  # fmt: skip

    async def show(
        request: Request, by: Caller, id: UUID, failed: Failure | None = None, about: str = ""
    ) -> Response:
        it = _as_told(await reading.record(services, by, f"/projects/{id}", failed))
        refs = [*it["personal"].values(), *(note["ref"] for note in it["notes"])]
        refs += [ref for one in it["contributions"] for ref in (one["text"], one["why"]) if ref]
        words, told, departments, requests = await services.all(
            services.words(by, Purpose.REQUEST, refs),
            stories.told(services, by, "projects", str(id)),
            reading.departments(services, by),
            reading.items(services, "/requests", by, project=id),
        )
        steps = told["steps"] if told else []
        people = [seat["partner"] for seat in it["seats"]]
        people += [person for one in it["taking_part"] for person in one["partners"]]
        named = await reading.names(services, by, Purpose.INVOLVEMENT, *people,
                                    *stories.actors(steps), **dict(departments))  # fmt: skip
        going = it["state"] in ("planned", "running")
        return page(
            request, "project.html", failed.status if failed else 200, here="/projets",
            it=it, names=named, words=words, failed=failed, about=about, requests=requests,
            told=stories.as_shown(steps, named, f"/projets/{id}") if told else None,
            others=[deciding.OPEN_SEAT, deciding.CLOSE_PROJECT] if going else [],
            vacate=deciding.VACATE_SEAT, options={},
        )  # fmt: skip

    return api


def _about_seat(it: dict[str, Any], seat: str, key: str) -> Decision:
    """A seat of the register has a door of its own."""
    decision = one_of(SEAT, key)
    own = any(one["id"] == seat and one["stream"] == seat for one in it["seats"])
    path = f"/seats/{seat}" if own else f"/projects/{{id}}/seats/{seat}"
    return replace(decision, path=path + decision.path)


def _as_told(it: dict[str, Any]) -> dict[str, Any]:
    """Whole: a users' committee is told of seats, and of no person."""
    seats = [{**one, "filled": one.get("filled", bool(one["partner"]))} for one in it["seats"]]
    nobody: dict[str, Any] = {"notes": [], "personal": {}, "taking_part": [], "contributions": []}
    return {**nobody, **it, "seats": seats}


def _sentence(said: dict[str, Any]) -> str:
    total = sum(said["counts"].values())
    if not total:
        return "Aucun projet inscrit ici."
    running = said["counts"].get("running", 0)
    vacant = sum(not seat["filled"] for one in said["items"] for seat in one["seats"])
    seats = counted(vacant, "siège vacant", "sièges vacants")
    projects = counted(total, "projet ou comité", "projets et comités")
    return f"{projects}, dont {running} en cours ; {seats} sur cette page."

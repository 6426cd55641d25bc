"""The pool: its people by name or state, and one person's record."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.recruitment import PartnerState
from contracts.vault import Purpose
from services.portal import dating, reading, stories
from services.portal.calling import Caller, Services
from services.portal.deciding_people import (
    DECISIONS,
    LEARNT,
    PROPOSE,
    WITH_PERSON,
    offered_on_partner,
)
from services.portal.forms import Decision, Failure, NotTaken, one_of, send
from services.portal.identity import By, onwards
from services.portal.labels import choices
from services.portal.partner_words import ABOUT, MODULES, profile
from services.portal.rendering import page
from services.portal.speaking import counted

PAGE = 40


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/partenaires")
    async def pool(
        request: Request, by: By, etat: str = "", tri: str = "since", ordre: str = "",
        apres: str = "", le: str = "", su: str = "",
    ) -> Response:  # fmt: skip
        return await listed(request, by, etat, tri, ordre, apres, then=dating.then(le, su))

    @api.post("/partenaires/recherche")
    async def by_name(request: Request, by: By) -> Response:
        """A name is asked by POST: it belongs in no address and no log."""
        text = str((await request.form()).get("nom", "")).strip()
        if not text:
            return onwards("/partenaires")
        found = await services.find(by, Purpose.RECRUITMENT, text)
        people = [await services.read_if_there("insights", f"/partners/{one}", by) for one in found]
        items = [one for one in people if one]
        said = f"{counted(len(items), 'personne répond', 'personnes répondent')} à ce nom."
        return await listed(request, by, name=text, found=items, sentence=said)

    @api.get("/partenaires/recherche")
    async def no_name() -> Response:
        return onwards("/partenaires")

    @api.get("/partenaires/{id}")
    async def record(request: Request, by: By, id: UUID) -> Response:
        return await show(request, by, str(id))

    @api.post("/partenaires/{id}/{key}")
    async def decide(request: Request, by: By, id: UUID, key: str) -> Response:
        try:
            done = await send(services, by, _about(key, str(id)), str(id), await request.form())
        except NotTaken as refusal:
            return await show(request, by, str(id), refusal.failure)
        began = done.content.get("id") if key == PROPOSE.key else None
        where = f"/implications/{began}" if began else f"/partenaires/{id}"
        return onwards(where, done.position)

    @api.post("/partenaires/{id}/formations/{plan}")
    async def learnt(request: Request, by: By, id: UUID, plan: UUID) -> Response:
        try:
            done = await send(services, by, LEARNT, str(plan), await request.form())
        except NotTaken as refusal:
            return await show(request, by, str(id), refusal.failure)
        return onwards(f"/partenaires/{id}", done.position)

    async def listed(
        request: Request, by: Caller, state: str = "", sort: str = "since", order: str = "",
        after: str = "", name: str = "", found: list[Any] | None = None, sentence: str = "",
        then: dating.Then = dating.NOW,
    ) -> Response:  # fmt: skip
        said: dict[str, Any] = {"items": found, "counts": {}, "next": None}
        if found is None:
            asked = {"state": state, "sort": f"-{sort}" if order == "desc" else sort,
                     "after": after, "limit": PAGE, **then.bounds}  # fmt: skip
            said = await services.read("insights", "/partners", by, asked)
            sentence = _sentence(said["counts"], state)
        people = [one["id"] for one in said["items"]]
        kept = {"etat": state, "tri": "" if sort == "since" else sort, "ordre": order, **then.kept}
        return page(
            request, "partners.html", here="/partenaires", items=said["items"],
            names=await reading.names(services, by, Purpose.RECRUITMENT, *people),
            sentence=sentence, after=said["next"], state=state, sort=sort,
            descending=order == "desc", then=then, kept=kept, searched=name,
            beside=await dating.beside(services, by, "partners", then),
            states=choices(PartnerState),
            address=lambda **change: "/partenaires?" + urlencode(
                {key: value for key, value in (kept | change).items() if value}),
        )  # fmt: skip

    async def show(
        request: Request, by: Caller, id: str, failed: Failure | None = None
    ) -> Response:
        it = await reading.record(services, by, f"/partners/{id}", failed)
        if it["id"] != id:  # this file goes by another of the same person
            return onwards(f"/partenaires/{it['id']}#fiches")
        refs = [note["ref"] for note in it["notes"]]
        refs += [one["reason"] for one in it["merged"] if one["reason"]]
        refs += [one["reason"] for one in it["pauses"] if one["reason"]]
        known, words, told, staff, projects, requests = await services.all(
            services.names(by, Purpose.INVOLVEMENT, [id]),
            services.words(by, Purpose.INVOLVEMENT, refs),
            stories.told(services, by, "partners", id),
            reading.staff(services, by),
            reading.items(services, "/projects", by, limit=reading.MOST),
            reading.items(services, "/requests", by, limit=reading.MOST),
        )  # fmt: skip
        mine = known.get(id, {})
        name = reading.DESTROYED if it["erased"] else reading.name_in(mine)
        named = reading.Names(dict(staff) | {id: name})
        titles = {one["id"]: one["title"] for one in (*projects, *requests)}
        steps = told["steps"] if told else []
        offered = offered_on_partner(it)
        return page(
            request, "partner.html", failed.status if failed else 200, here="/partenaires",
            it=it, name=named[id], names=named, titles=titles, words=words, failed=failed,
            contact=profile(mine, ABOUT["contact"]), lived=profile(mine, ABOUT["lived"]),
            told=stories.as_shown(steps, named, f"/partenaires/{id}") if told else None,
            next_step=offered[:1] if it["state"] in ("candidate", "paused")
            else [], others=offered[1:] if it["state"] in ("candidate", "paused") else offered,
            options={"staff": staff, "projects": _running(projects)}, module_words=MODULES,
        )  # fmt: skip

    return api


def _about(key: str, person: str) -> Decision:
    decision = one_of(DECISIONS, key)
    return replace(decision, fixed=WITH_PERSON[key](person)) if key in WITH_PERSON else decision


def _running(projects: list[Any]) -> reading.Options:
    return [(one["id"], one["title"]) for one in projects if one["state"] in ("planned", "running")]


def _sentence(counts: dict[str, int], state: str) -> str:
    if state:
        return f"{counted(counts.get(state, 0), 'personne')} dans cet état."
    total = sum(counts.values())
    if not total:
        return "Personne encore dans le bassin."
    words = {"engaged": ("impliquée",), "available": ("disponible",),
             "candidate": ("à rencontrer",) * 2, "paused": ("en pause",) * 2}  # fmt: skip
    parts = [counted(counts[code], *said) for code, said in words.items() if counts.get(code)]
    said = counted(total, "personne")
    return f"{said}, dont {', '.join(parts)}." if parts else f"{said}."

"""Requests: the board, one request with its next step, the planning form."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.intake import RequestState
from contracts.vault import Purpose
from services.portal import dating, deciding, matching, reading
from services.portal.calling import Caller, Services
from services.portal.forms import Decision, Failure, NotTaken, one_of, send
from services.portal.identity import By, onwards
from services.portal.labels import LABELS, choices
from services.portal.rendering import page
from services.portal.request_record import shown
from services.portal.speaking import counted

type Show = Callable[[Request, Caller, UUID, Failure | None], Awaitable[Response]]

PAGE = 40
COLUMN_PAGE = 200
WAITING = {"submitted": "à prendre en charge", "to_complete": "à compléter par l’équipe"}
ALL = {one.key: one for one in (
    deciding.TAKE, deciding.HAND_OVER, deciding.ACCEPT, deciding.RETURN, deciding.COMPLETE,
    deciding.DECLINE, deciding.REDIRECT, deciding.WITHDRAW, deciding.SUBMIT,
)}  # fmt: skip


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/")
    async def board(
        request: Request, by: By, texte: str = "", etat: str = "", direction: str = "",
        responsable: str = "", tri: str = "since", ordre: str = "", vue: str = "", apres: str = "",
        le: str = "", su: str = "",
    ) -> Response:  # fmt: skip
        then = dating.then(le, su)
        chosen = {"texte": texte, "etat": etat, "direction": direction,
                  "responsable": responsable, "vue": vue}  # fmt: skip
        asked = _asked(by, chosen) | {
            "sort": f"-{tri}" if ordre == "desc" else tri, "after": apres,
            "limit": COLUMN_PAGE if vue else PAGE, **then.bounds,
        }  # fmt: skip
        found, departments, staff, beside = await services.all(
            services.read("insights", "/requests", by, asked),
            reading.departments(services, by),
            reading.staff(services, by),
            dating.beside(services, by, "requests", then, lambda one: f"« {one['title']} »"),
        )
        filtered = any(value for name, value in chosen.items() if name != "vue")
        empty = not found["items"] and not filtered and not then.moment
        if empty:
            everything = await services.read("insights", "/requests", by, {"limit": 1})
            empty = not everything["items"]
        kept = {**chosen, "tri": "" if tri == "since" else tri, "ordre": ordre, "apres": "",
                **then.kept}  # fmt: skip
        states = LABELS[RequestState]
        return page(
            request, "board.html", here="/", chosen=chosen, filtered=filtered,
            items=found["items"], after=found.get("next"), sort=tri, descending=ordre == "desc",
            sentence=_sentence(found, chosen, filtered), departments=departments, staff=staff,
            names=reading.Names(dict(departments) | dict(staff)), states=choices(RequestState),
            nothing_at_all=empty, then=then, beside=beside, kept=kept,
            columns=[(code, word) for code, word in states.items()
                     if any(one["state"] == code for one in found["items"])
                     or code in ("submitted", "taken_in_charge", "searching")],
            address=lambda **change: _address(kept | change),
        )  # fmt: skip

    @api.get("/demandes/nouvelle")
    async def new(request: Request, by: By) -> Response:
        decision = deciding.DRAFT.starting(contact=str(by.staff or ""))
        return await need(request, by, decision)

    @api.post("/demandes/nouvelle")
    async def draft(request: Request, by: By) -> Response:
        try:
            done = await send(services, by, deciding.DRAFT, "", await request.form())
        except NotTaken as refusal:
            return await need(request, by, deciding.DRAFT, failed=refusal.failure)
        return onwards(f"/demandes/{done.content['id']}", done.position)

    @api.get("/demandes/{id}")
    async def record(request: Request, by: By, id: UUID) -> Response:
        return await show(request, by, id)

    @api.get("/demandes/{id}/revision")
    async def revision(request: Request, by: By, id: UUID) -> Response:
        it = await services.read("insights", f"/requests/{id}", by)
        decision = await _as_written(services, by, it)
        return await need(request, by, decision, it)

    @api.post("/demandes/{id}/revision")
    async def revise(request: Request, by: By, id: UUID) -> Response:
        try:
            done = await send(services, by, deciding.REVISE, str(id), await request.form())
        except NotTaken as refusal:
            it = await reading.record(services, by, f"/requests/{id}", refusal.failure)
            return await need(request, by, deciding.REVISE, it, refusal.failure)
        return onwards(f"/demandes/{id}", done.position)

    @api.get("/demandes/{id}/recherche/ajout")
    async def think_of(request: Request, by: By, id: UUID) -> Response:
        return await shortlist(request, by, id)

    @api.post("/demandes/{id}/recherche/{key}")
    async def search(request: Request, by: By, id: UUID, key: str) -> Response:
        again = shortlist if key == matching.SHORTLIST.key else show
        return await decide(request, by, id, one_of(matching.SEARCH, key), again)

    @api.post("/demandes/{id}/personnes/{person}/{key}")
    async def candidate(request: Request, by: By, id: UUID, person: UUID, key: str) -> Response:
        decision = matching.about(one_of(matching.CANDIDATE, key), str(person))
        return await decide(request, by, id, decision)

    @api.post("/demandes/{id}/{key}")
    async def decision(request: Request, by: By, id: UUID, key: str) -> Response:
        return await decide(request, by, id, one_of(ALL, key))

    async def decide(
        request: Request, by: Caller, id: UUID, decision: Decision, again: Show | None = None
    ) -> Response:
        try:
            done = await send(services, by, decision, str(id), await request.form())
        except NotTaken as refusal:
            return await (again or show)(request, by, id, refusal.failure)
        return onwards(f"/demandes/{id}", done.position)

    async def shortlist(
        request: Request, by: Caller, id: UUID, failed: Failure | None = None
    ) -> Response:
        """Names are read for whoever is about to choose among them, and for nobody else."""
        it = await reading.record(services, by, f"/requests/{id}", failed)
        partners, names = await services.all(
            reading.available(services, by), reading.names(services, by, Purpose.STAFF)
        )
        return page(
            request, "decision.html", failed.status if failed else 200, here="/", failed=failed,
            decision=matching.SHORTLIST, title="À qui ce projet conviendrait-il ?",
            lead=it["title"], back=f"/demandes/{id}", back_word=it["title"],
            version=it["search"]["version"] if it["search"] else None,
            action=f"/demandes/{id}/recherche/ajout", names=names,
            options={"partners": partners},
        )  # fmt: skip

    async def show(
        request: Request, by: Caller, id: UUID, failed: Failure | None = None
    ) -> Response:
        values = await shown(services, by, str(id), failed)
        return page(request, "request.html", failed.status if failed else 200,
                    here="/", failed=failed, **values)  # fmt: skip

    async def need(
        request: Request, by: Caller, decision: Decision, it: Any = None,
        failed: Failure | None = None,
    ) -> Response:  # fmt: skip
        departments, staff, projects = await services.all(
            reading.departments(services, by), reading.staff(services, by),
            reading.projects(services, by),
        )  # fmt: skip
        fields = {one.name: one for one in decision.fields}
        return page(
            request, "need.html", failed.status if failed else 200, here="/",
            title=f"Modifier : {it['title']}" if it else "Nouvelle demande",
            back=f"/demandes/{it['id']}" if it else "/",
            back_word=it["title"] if it else "Demandes",
            action=f"/demandes/{it['id']}/revision" if it else "/demandes/nouvelle",
            decision=decision, version=it["version"] if it else None, failed=failed,
            names=dict(staff), parts_of_need=[(word, [fields[one.name] for one in part])
                           for word, part in deciding.NEED_PARTS],
            options={"departments": departments, "staff": staff, "projects": projects},
        )  # fmt: skip

    return api


async def _as_written(services: Services, by: Caller, it: Any) -> Decision:
    """The planning form with what the team has said so far."""
    words = await services.words(by, Purpose.REQUEST, it["personal"].values())
    written = {name: words.get(ref, "") for name, ref in it["personal"].items()}
    initial: dict[str, Any] = {}
    for field in deciding.NEED:
        group, _, name = (field.body or field.name).rpartition(".")
        value: Any = written.get(name) if group else it.get(field.name)
        if field.kind == "hours" and value:
            value = f"{value / 60:g}".replace(".", ",")
        initial[field.name] = value if isinstance(value, list) else str(value or "")
    return deciding.REVISE.starting(**initial)


def _asked(by: Caller, chosen: dict[str, str]) -> dict[str, Any]:
    whose = {"moi": str(by.staff or ""), "personne": "none"}
    responsible = chosen["responsable"]
    asked = {"q": chosen["texte"], "lineage": chosen["direction"],
             "advisor": whose.get(responsible, responsible)}  # fmt: skip
    if chosen["etat"] == "toutes":
        return asked
    return asked | ({"state": chosen["etat"]} if chosen["etat"] else {"open": "true"})


def _sentence(found: dict[str, Any], chosen: dict[str, str], filtered: bool) -> str:
    counts = found["counts"]
    state = chosen["etat"]
    total = counts.get(state, 0) if state in LABELS[RequestState] else sum(counts.values())
    if filtered:
        return f"{counted(total, 'demande')} selon vos filtres."
    if not total:
        return "Aucune demande ouverte."
    waiting = [f"{counts[state]} {word}" for state, word in WAITING.items() if counts.get(state)]
    said = counted(total, "demande ouverte", "demandes ouvertes")
    return f"{said}, dont {' et '.join(waiting)}." if waiting else f"{said}."


def _address(asked: dict[str, str]) -> str:
    return "/?" + urlencode({name: value for name, value in asked.items() if value})

"""Who works here: found by name, department or role; one person's page, and what is decided."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from contracts.access import AccessRole
from contracts.vault import Purpose
from services.portal import dating, deciding_staff, reading, staff_list, staff_record
from services.portal.calling import Caller, Refused, Services
from services.portal.deciding_staff import ABOUT_STAFF, ENTER, GIVEN
from services.portal.forms import Decision, Failure, NotTaken, one_of, send, told
from services.portal.house import tabs
from services.portal.identity import By, onwards
from services.portal.rendering import page
from services.portal.speaking import counted

HERE = "/personnel"
OFFICE = {AccessRole.ADVISOR, AccessRole.OFFICE_LEAD}


def routes(services: Services) -> APIRouter:
    api = APIRouter(prefix=HERE)

    @api.get("")
    async def everybody(
        request: Request, by: By, direction: str = "", role: str = "", etat: str = "",
        regard: str = "", ordre: str = "", apres: str = "", le: str = "", su: str = "",
    ) -> Response:  # fmt: skip
        then = dating.then(le, su)
        chosen = {"direction": direction, "role": role, "etat": etat, "regard": regard}
        descending = ordre == "desc"
        dated = chosen | then.bounds
        shown = await staff_list.listed(services, by, dated, apres, descending=descending)
        said = staff_list.sentence(shown, bool(staff_list.narrowing(chosen)))
        return await listed(request, by, chosen, shown, said, descending=descending, then=then)

    @api.post("/recherche")
    async def by_name(request: Request, by: By) -> Response:
        """A name is asked by POST: it belongs in no address and no log."""
        text = str((await request.form()).get("nom", "")).strip()
        if not text:
            return onwards(HERE)
        found = await services.find(by, Purpose.STAFF, text)
        shown = await staff_list.these(services, by, found)
        count = counted(len(shown.items), "personne répond", "personnes répondent")
        chosen = dict.fromkeys(("direction", "role", "etat", "regard"), "")
        return await listed(request, by, chosen, shown, f"{count} à ce nom.", searched=text)

    @api.get("/recherche")
    async def no_name() -> Response:
        return onwards(HERE)

    @api.get("/nouveau")
    async def new(request: Request, by: By) -> Response:
        return await entering(request, by)

    @api.post("/nouveau")
    async def enter(request: Request, by: By) -> Response:
        try:
            done = await send(services, by, ENTER, "", await request.form())
        except NotTaken as refusal:
            return await entering(request, by, refusal.failure)
        return onwards(f"{HERE}/{done.content['id']}", done.position)

    @api.get("/{id}")
    async def record(request: Request, by: By, id: UUID, rapprocher: str = "") -> Response:
        return await show(request, by, str(id), seek=bool(rapprocher))

    @api.post("/{id}/rapprochement")
    async def match(request: Request, by: By, id: UUID) -> Response:
        """The record that HR speaks of stays, and the other becomes an alias of it."""
        other = str((await request.form()).get("autre", ""))
        try:
            kept, alias = await staff_record.of_two(services, by, str(id), other)
            done = await services.tell("directory", f"/staff/{kept}/match", by, {"other": alias})
        except Refused as refused:
            return await show(request, by, str(id), told(refused, "", (), {}), seek=True)
        return onwards(f"{HERE}/{kept}", done.position)

    @api.post("/{id}/relais")
    async def hand_over(request: Request, by: By, id: UUID) -> Response:
        """Whoever left is named no more by what was chosen: another contact is."""
        form = await request.form()
        try:
            position = await staff_record.hand_over(services, by, form)
        except Refused as refused:
            return await show(request, by, str(id), told(refused, "relais", (), {}))
        return onwards(f"{HERE}/{id}", position)

    @api.post("/{id}/{key}")
    async def decide(request: Request, by: By, id: UUID, key: str) -> Response:
        form = await request.form()
        decision = _as_said(one_of(ABOUT_STAFF, key), form)
        try:
            done = await send(services, by, decision, str(id), form)
        except NotTaken as refusal:
            return await show(request, by, str(id), refusal.failure)
        return onwards(f"{HERE}/{id}", done.position)

    async def listed(
        request: Request, by: Caller, chosen: dict[str, str], shown: staff_list.Shown,
        sentence: str, *, searched: str = "", descending: bool = False,
        then: dating.Then = dating.NOW,
    ) -> Response:  # fmt: skip
        departments, waiting, beside = await services.all(
            reading.departments(services, by), staff_record.waiting(services, by),
            dating.beside(services, by, "staff", then),
        )  # fmt: skip
        where = reading.Names(dict(departments))
        kept = {**chosen, "ordre": "desc" if descending else "", **then.kept}
        names = {one: reading.name_in(known) for one, known in shown.names.items()}
        return page(
            request, "staff.html", here=HERE, tabs=tabs(by.roles), chosen=chosen, shown=shown,
            sentence=sentence, searched=searched, departments=departments, roles=GIVEN,
            waiting=[] if then.moment else waiting, then=then, beside=beside, kept=kept,
            descending=descending, states=list(staff_list.STATES.items()),
            regards=[(code, word) for code, (word, _) in staff_list.REGARDS.items()],
            people=[_row(one, shown, where) for one in shown.items],
            filtered=any(chosen.values()) or bool(searched), names=reading.Names(names),
            role_words=dict(GIVEN),
            address=lambda **change: f"{HERE}?" + urlencode(
                {key: value for key, value in (kept | change).items() if value}),
        )  # fmt: skip

    async def entering(request: Request, by: Caller, failed: Failure | None = None) -> Response:
        return page(
            request, "decision.html", failed.status if failed else 200, here=HERE, failed=failed,
            title="Inscrire une personne", back=HERE, back_word="Personnel", decision=ENTER,
            lead="Pour qui n’est dans aucun fichier des ressources humaines. Si un fichier la "
            "nomme plus tard, les deux fiches se réunissent.",
            version=None, action=f"{HERE}/nouveau",
            options={"departments": await reading.departments(services, by)},
        )  # fmt: skip

    async def show(
        request: Request, by: Caller, id: str, failed: Failure | None = None, *,
        seek: bool = False,
    ) -> Response:  # fmt: skip
        it = await reading.record(services, by, f"/staff/{id}", failed)
        if it["alias_of"]:
            return onwards(f"{HERE}/{it['alias_of']}")
        values = await staff_record.shown(services, by, it, seek=seek)
        return page(
            request, "staff_record.html", failed.status if failed else 200, here=HERE,
            failed=failed, tabs=tabs(by.roles), deciding=deciding_staff, role_words=dict(GIVEN),
            lead=AccessRole.OFFICE_LEAD in by.roles, office=bool(OFFICE & set(by.roles)), **values,
        )  # fmt: skip

    return api


def _as_said(decision: Decision, form: FormData) -> Decision:
    """What is corrected is named by the form itself."""
    field, value = str(form.get("champ", "")), str(form.get("valeur", "")).strip()
    if decision in (deciding_staff.CORRECT, deciding_staff.KEEP):
        return replace(decision, fixed={"fields": {field: value}})
    if decision is deciding_staff.ACCEPT:
        return replace(decision, fixed={"fields": [field]})
    return decision


def _row(it: Any, shown: staff_list.Shown, departments: reading.Names) -> dict[str, Any]:
    word, shape, tone = staff_list.situation(it)
    return {
        **it, "word": word, "shape": shape, "tone": tone,
        "title": shown.names.get(it["id"], {}).get("title", ""),
        "places": [one for one in staff_list.places(it, departments) if not one["over"]],
    }  # fmt: skip

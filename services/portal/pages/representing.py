"""Who speaks for a person, within which limits; and who may open their space."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.vault import Purpose
from services.portal import reading
from services.portal.calling import Caller, Services
from services.portal.consent_words import KINDS, PURPOSES
from services.portal.forms import Decision, Failure, Field, NotTaken, send
from services.portal.identity import By, onwards
from services.portal.pages.codes import access_changed
from services.portal.rendering import page

APPOINT = Decision(
    "designation", "Inscrire cette personne", "recruitment", "/partners/{id}/representatives",
    (
        Field("given_name", "Prénom", required=True, body="personal.given_name"),
        Field("family_name", "Nom", required=True, body="personal.family_name"),
        Field("kind", "À quel titre ?", "choice", "Un assistant ou une assistante aide à décider, "
              "et ne consent jamais à la place de la personne.", tuple(KINDS.items()),
              required=True),
        Field("limits", "Pour quoi ?", "choices", "Rien de coché : pour tout. Le pouvoir peut être "
              "limité par le jugement ou le mandat.", tuple(PURPOSES.items())),
        Field("until", "Jusqu’à quand ?", "date", "Si le pouvoir a une fin. Celui d’un parent "
              "finit de lui-même aux 14 ans de l’enfant."),
        Field("phone", "Téléphone", "tel", "Pour joindre cette personne.", body="personal.phone"),
        Field("email", "Courriel", "email", "Pour lui envoyer un lien, si on lui ouvre un espace.",
              body="personal.email"),
    ),
    dated=False, seen=False,
)  # fmt: skip
END = Decision("fin", "Mettre fin", "recruitment", "", seen=False)
OPEN = Decision("acces", "Ouvrir l’espace", "recruitment", "/partners/{id}/access", seen=False)
CLOSE = Decision(
    "fermeture", "Fermer l’espace", "recruitment", "/partners/{id}/access/withdrawal", seen=False
)


def routes(services: Services) -> APIRouter:
    api = APIRouter()
    here = "/partenaires/{id}/representants"

    @api.get(here)
    async def representatives(request: Request, by: By, id: UUID) -> Response:
        return await show(request, by, str(id))

    @api.post(here + "/designation")
    async def appoint(request: Request, by: By, id: UUID) -> Response:
        return await decide(request, by, str(id), APPOINT)

    @api.post(here + "/{holder}/fin")
    async def end(request: Request, by: By, id: UUID, holder: UUID) -> Response:
        path = f"/partners/{{id}}/representatives/{holder}/end"
        return await decide(request, by, str(id), _at(END, path))

    @api.post(here + "/{holder}/acces")
    async def open_space(request: Request, by: By, id: UUID, holder: UUID) -> Response:
        answer = await decide(request, by, str(id), _for(OPEN, holder))
        if answer.status_code == 303:
            await access_changed(request, by, holder, given=True)
        return answer

    @api.post(here + "/{holder}/fermeture")
    async def close_space(request: Request, by: By, id: UUID, holder: UUID) -> Response:
        answer = await decide(request, by, str(id), _for(CLOSE, holder))
        if answer.status_code == 303:
            await access_changed(request, by, holder, given=False)
        return answer

    async def decide(request: Request, by: Caller, id: str, decision: Decision) -> Response:
        try:
            done = await send(services, by, decision, id, await request.form())
        except NotTaken as refusal:
            return await show(request, by, id, refusal.failure)
        return onwards(f"/partenaires/{id}/representants", done.position)

    async def show(
        request: Request, by: Caller, id: str, failed: Failure | None = None
    ) -> Response:
        it = await services.read("insights", f"/partners/{id}", by)
        known = [one["id"] for one in it["representatives"]]
        names, *spaces = await services.all(
            reading.names(services, by, Purpose.RECRUITMENT, id, *known),
            *[
                services.read_if_there("recruitment", f"/partners/{one}/access", by)
                for one in (id, *known)
            ],
        )
        may_open = {
            one: bool(space and space["allowed"])
            for one, space in zip((id, *known), spaces, strict=True)
        }
        return page(
            request, "representing.html", failed.status if failed else 200, it=it, person=id,
            names=names, may_open=may_open, appoint=APPOINT, failed=failed, kinds=KINDS,
            purposes=PURPOSES, here="/partenaires",
        )  # fmt: skip

    return api


def _at(decision: Decision, path: str, **fixed: Any) -> Decision:
    return Decision(
        decision.key, decision.button, decision.service, path, dated=False, seen=False, fixed=fixed
    )


def _for(decision: Decision, holder: UUID) -> Decision:
    return _at(decision, decision.path, holder=str(holder))

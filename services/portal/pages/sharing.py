"""A partner shared with another establishment: offered and ended here, seen and closed there."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.vault import Purpose
from services.portal import reading
from services.portal.answering import answered
from services.portal.calling import Caller, Refused, Services
from services.portal.forms import Decision, Failure, Field, send
from services.portal.identity import By
from services.portal.partner_words import CONTACT, LIVED, profile
from services.portal.rendering import page

KEPT_BACK = ("notes", "guardian", "emergency_contact", "birth_date", "age_group")
SHOWN = {"given_name": "Prénom", "family_name": "Nom"} | {
    code: word for code, word in (CONTACT | LIVED).items() if code not in KEPT_BACK
}
OFFER = Decision(
    "offre", "Partager", "recruitment", "/partners/{id}/shares",
    (
        Field("to", "Avec quel établissement ?", "choice", "Celui que la personne a nommé.",
              "establishments", required=True),
        Field("fields", "Ce qui est montré", "choices", "Seulement ce que la personne a choisi. "
              "Sa charge est toujours montrée, en chiffres.", tuple(SHOWN.items())),
        Field("until", "Jusqu’à quand ?", "date", "Jamais plus longtemps que son accord.",
              required=True),
    ),
    dated=False, seen=False,
)  # fmt: skip


def routes(services: Services) -> APIRouter:
    api = APIRouter()
    here = "/partenaires/{id}/partage"

    @api.get(here)
    async def sharing(request: Request, by: By, id: UUID) -> Response:
        return await show(request, by, str(id))

    @api.post(here + "/offre")
    async def offer(request: Request, by: By, id: UUID) -> Response:
        return await decide(request, by, str(id), OFFER)

    @api.post(here + "/{share}/fin")
    async def end(request: Request, by: By, id: UUID, share: UUID) -> Response:
        ending = Decision(
            "fin", "Mettre fin", "recruitment", f"/shares/{share}/end", dated=False, seen=False
        )
        return await decide(request, by, str(id), ending)

    async def decide(request: Request, by: Caller, id: str, decision: Decision) -> Response:
        sent = send(services, by, decision, id, await request.form())
        return await answered(sent, f"/partenaires/{id}/partage", partial(show, request, by, id))

    async def show(
        request: Request, by: Caller, id: str, failed: Failure | None = None
    ) -> Response:
        it = await services.read("insights", f"/partners/{id}", by)
        received = any(one["received"] for one in it["shared"])
        seen, closed = await _seen(services, by, id) if received else (None, "")
        homes = await reading.establishments(services, by)
        known = {one["key"]: one["name"] for one in homes}
        return page(
            request, "sharing.html", failed.status if failed else 200, it=it, person=id,
            names=await reading.names(services, by, Purpose.RECRUITMENT, id), failed=failed,
            offer=OFFER, received=received, seen=seen, closed=closed, homes=known,
            said=profile(seen["fields"], SHOWN) if seen else [], here="/partenaires",
            options={"establishments": reading.others(services, by, homes)},
        )  # fmt: skip

    return api


async def _seen(services: Services, by: Caller, id: str) -> tuple[dict[str, Any] | None, str]:
    """What the other establishment lets us see at this moment, or why it is nothing."""
    try:
        return await services.read("recruitment", f"/partners/{id}/shared", by), ""
    except Refused as refused:
        return None, refused.title

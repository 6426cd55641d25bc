"""Who looks: chosen here until people log in."""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.calling import Caller, Services
from services.portal.forms import TO_CORRECT, Failure, Field
from services.portal.identity import Nobody, caller, onwards, remember
from services.portal.reading import establishments, staff
from services.portal.rendering import page

FIELDS = (
    Field("establishment", "Établissement", why="Son nom court, par exemple « institut ».",
          required=True),
    Field("name", "Ou un autre nom d’usage", why="Lettres, chiffres, points et traits d’union, "
          "par exemple « marie.t ». À utiliser si la personne n’est pas dans la liste."),
)  # fmt: skip
_ESTABLISHMENT = re.compile(r"[a-z0-9-]{2,40}")
_ACTOR = re.compile(r"[A-Za-z0-9:._-]{1,80}")


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/qui")
    async def who(request: Request, vers: str = "/", etablissement: str = "") -> Response:
        return await show(request, vers, etablissement)

    @api.post("/qui")
    async def choose(request: Request) -> Response:
        form = await request.form()
        establishment = str(form.get("establishment", "")).strip()
        actor = str(form.get("name") or form.get("actor") or "").strip()
        wrong = {}
        if not _ESTABLISHMENT.fullmatch(establishment):
            wrong["establishment"] = "choisissez un établissement."
        if not _ACTOR.fullmatch(actor):
            wrong["name"] = "choisissez une personne, ou écrivez un nom d’usage lisible."
        back = str(form.get("vers") or "/")
        if wrong:
            labels = {one.name: one.label for one in FIELDS}
            typed = {"establishment": establishment, "name": str(form.get("name", ""))}
            failed = Failure("qui", TO_CORRECT, 422, "", wrong, labels, typed)
            return await show(request, back, establishment, failed)
        answer = onwards(back if re.match(r"^/(?![/\\])", back) else "/")
        remember(answer, establishment, actor, secure=request.url.scheme == "https")
        return answer

    async def show(
        request: Request, back: str, establishment: str, failed: Failure | None = None
    ) -> Response:
        try:
            now = caller(request)
        except Nobody:
            now = Caller("portal", "portal")
        known = await establishments(services, now)
        first = next((one["key"] for one in known), "")
        keys = {one["key"] for one in known}
        chosen = next((key for key in (establishment, now.establishment) if key in keys), first)
        people = await staff(services, Caller(chosen, now.actor)) if chosen else []
        return page(
            request, "who.html", failed.status if failed else 200,
            establishments=known, chosen=chosen, people=people, names=dict(people),
            chosen_actor=now.actor,
            fields=FIELDS, failed=failed, back=back, here="/qui",
        )  # fmt: skip

    return api

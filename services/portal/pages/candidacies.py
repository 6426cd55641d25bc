"""The two doors for people: somebody applies, or a team that knows them refers them."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal import reading
from services.portal.calling import Caller, Services
from services.portal.deciding import APPLY, REFER
from services.portal.forms import Failure, NotTaken, send
from services.portal.identity import By, onwards
from services.portal.rendering import page


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/candidatures/nouvelle")
    async def new(request: Request, by: By, reference: str = "") -> Response:
        return await show(request, by, bool(reference))

    @api.post("/candidatures/nouvelle")
    async def send_it(request: Request, by: By, reference: str = "") -> Response:
        decision = REFER if reference else APPLY
        try:
            done = await send(services, by, decision, "", await request.form())
        except NotTaken as refusal:
            return await show(request, by, bool(reference), refusal.failure)
        return onwards(f"/partenaires/{done.content['person']}", done.position)

    async def show(
        request: Request, by: Caller, referral: bool, failed: Failure | None = None
    ) -> Response:
        staff = await reading.staff(services, by)
        decision = REFER.starting(referrer=str(by.staff or "")) if referral else APPLY
        return page(
            request, "candidacy.html", failed.status if failed else 200,
            here="/partenaires", decision=decision, referral=referral, failed=failed,
            names=dict(staff), options={"staff": staff},
        )  # fmt: skip

    return api

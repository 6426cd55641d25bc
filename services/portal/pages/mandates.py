"""A mandate as its partner reads and signs it, or a parent for them; and who signs at all."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from contracts.access import AccessRole
from contracts.capacity import SIGNING, Case
from contracts.vault import Purpose
from services.portal import reading
from services.portal.answering import answered
from services.portal.calling import Caller, Services, reference_in
from services.portal.forms import Decision, Failure, Field, send
from services.portal.identity import By
from services.portal.rendering import page
from services.portal.signatures import signatures_of

SIGN = Decision(
    "signature", "Signer ce mandat", "accompaniment", "/involvements/{id}/signatures",
    fixed={"side": "partner"}, dated=False,
)  # fmt: skip
YES_NO = (("true", "Un parent ou tuteur signe aussi"), ("false", "La jeune personne signe seule"))
DECIDE = Decision(
    "decision", "Décider ainsi", "directory", "/establishment/minors-signing",
    (Field("parent_signs_too", "De 14 à 17 ans, qui signe le mandat ?", "choice", "La décision "
           "vaut pour ce qui est signé ensuite.", YES_NO, required=True),),
    dated=False, seen=False,
)  # fmt: skip
WORDS = (("attendance", "Présence attendue"), ("support", "Soutien offert"), ("note", "Note"))


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/mandats/{id}")
    async def mandate(request: Request, by: By, id: UUID) -> Response:
        return await show(request, by, str(id))

    @api.post("/mandats/{id}/signature")
    async def sign(request: Request, by: By, id: UUID) -> Response:
        sent = send(services, by, SIGN, str(id), await request.form())

        async def again(failed: Failure) -> Response:
            return await show(request, by, str(id), failed)

        return await answered(sent, f"/mandats/{id}", again)

    @api.get("/qui-signe")
    async def who_signs(request: Request, by: By) -> Response:
        return await show_rules(request, by)

    @api.post("/qui-signe")
    async def decide(request: Request, by: By) -> Response:
        if AccessRole.OFFICE_LEAD not in by.roles:
            raise HTTPException(404)
        sent = send(services, by, DECIDE, "", await request.form())

        async def again(failed: Failure) -> Response:
            return await show_rules(request, by, failed)

        return await answered(sent, "/qui-signe", again)

    async def show(
        request: Request, by: Caller, id: str, failed: Failure | None = None
    ) -> Response:
        it = await reading.record(services, by, f"/involvements/{id}", failed)
        words, signing, names, staff = await services.all(
            services.words(by, Purpose.INVOLVEMENT, it["personal"].values()),
            signatures_of(services, by, it),
            reading.names(services, by, Purpose.INVOLVEMENT, by.person),
            reading.names(services, by, Purpose.STAFF, it["contact"]),
        )
        holder = reference_in(by.actor) or ""
        said = [(word, words.get(it["personal"].get(name, ""), "")) for name, word in WORDS]
        return page(
            request, "mandate.html", failed.status if failed else 200, here="/accueil", it=it,
            names=names, failed=failed, said=said, lines=signing.lines(names, holder),
            may_sign=bool(it["starts"]) and signing.is_awaited_of(holder), sign=SIGN,
            contact=staff[it["contact"]], whose=_named(by, names, holder),
        )  # fmt: skip

    async def show_rules(request: Request, by: Caller, failed: Failure | None = None) -> Response:
        known = await services.read_if_there("directory", "/establishment", by)
        too = known is None or known["parent_signs_too"]
        other = Case.YOUTH_ALONE if too else Case.YOUTH_WITH_PARENT
        return page(
            request, "who_signs.html", failed.status if failed else 200, failed=failed,
            rules=[rule for case, rule in SIGNING.items() if case is not other],
            decide=DECIDE.starting(parent_signs_too=str(bool(too)).lower()),
            decides=AccessRole.OFFICE_LEAD in by.roles, parent_signs_too=too,
        )  # fmt: skip

    return api


def _named(by: Caller, names: Any, holder: str) -> str:
    """On whose behalf it is read; nothing where it is one's own."""
    return "" if holder == str(by.person) else str(names[str(by.person)])

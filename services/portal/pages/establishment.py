"""How an establishment presents itself: its name, logo, vision and words; who changed what."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile

from contracts.access import AccessRole
from services.portal import house, presenting
from services.portal.calling import Caller, Refused, Services
from services.portal.forms import Decision, Failure, NotTaken, one_of, send, told
from services.portal.identity import By, onwards
from services.portal.places import may_open
from services.portal.presenting import LEAD, LOGO, NAME, VISION, WORDS
from services.portal.rendering import page

HERE = "/etablissement"
DECISIONS = {one.key: one for one in (NAME, VISION, WORDS, LEAD)}
A_WEEK = "private, max-age=604800, immutable"


def routes(services: Services) -> APIRouter:
    api = APIRouter(prefix=HERE)

    @api.get("")
    async def settings(request: Request, by: By) -> Response:
        return await show(request, by)

    @api.get("/logo/{sha256}")
    async def logo(by: By, sha256: str) -> Response:
        """Named by its digest: what was once shown under it never changes."""
        file = await services.file("directory", f"/establishment/logo/{sha256}", by)
        return Response(file.content, media_type=file.headers["content-type"],
                        headers={"Cache-Control": A_WEEK})  # fmt: skip

    @api.post("/nouveau-logo")
    async def new_logo(request: Request, by: By) -> Response:
        async with request.form() as form:
            file = form.get("fichier")
            try:
                if not isinstance(file, UploadFile) or not file.filename:
                    raise Refused(422, {"title": "Choisissez l’image de votre logo"})
                kept = await services.bring("directory", "/establishment/logo", by,
                                            await file.read(), "PUT")  # fmt: skip
            except Refused as refused:
                return await show(request, by, told(refused, LOGO.key, (), {}))
        return await decided(request, by, await with_logo(by, kept["logo"]))

    @api.post("/sans-logo")
    async def no_logo(request: Request, by: By) -> Response:
        return await decided(request, by, await with_logo(by, None))

    @api.post("/{key}")
    async def decide(request: Request, by: By, key: str) -> Response:
        decision = one_of(DECISIONS, key)
        if decision is not LEAD:
            decision = presenting.as_it_is(decision, await established(by))
        return await decided(request, by, decision)

    async def decided(request: Request, by: Caller, decision: Decision) -> Response:
        try:
            done = await send(services, by, decision, "", await request.form())
        except NotTaken as refusal:
            return await show(request, by, refusal.failure)
        return onwards(HERE, done.position)

    async def with_logo(by: Caller, logo: str | None) -> Decision:
        it = await established(by)
        kept = {name: it[name] for name in presenting.SETTINGS}
        return replace(LOGO, fixed={**kept, "logo": logo})

    async def established(by: Caller) -> Any:
        return await services.read("directory", "/establishment", by)

    async def show(request: Request, by: Caller, failed: Failure | None = None) -> Response:
        it, history = await services.all(
            established(by), services.read("directory", "/establishment/changes", by)
        )
        changes = presenting.changes(history)
        actors = [one["by"] for one in changes]
        words = presenting.as_it_is(WORDS, it)
        by_name = {one.name: one for one in words.fields}
        request.app.state.homes.present(by.establishment, it)
        return page(
            request, "establishment.html", failed.status if failed else 200, here=HERE,
            tabs=house.tabs(by.roles), it=it, failed=failed, changes=changes,
            names=await house.names(services, by, it["lead"], *actors),
            name=presenting.as_it_is(NAME, it), vision=presenting.as_it_is(VISION, it),
            words=words, lead=LEAD, groups=[
                (title, [by_name[f"mot-{code}"] for code, _ in group])
                for title, group in presenting.words_by_group()
            ],
            may_name=AccessRole.OPERATOR in by.roles and not it["lead"],
            others=[one for one in _others(it) if may_open(one[0], by.roles)],
        )  # fmt: skip

    return api


def _others(it: Any) -> list[tuple[str, str, str]]:
    """What is decided on other pages, and how it stands."""
    too = "un parent ou tuteur signe aussi" if it["parent_signs_too"] else "elle signe seule"
    return [
        ("/qui-signe", "Qui signe le mandat d’une jeune personne de 14 à 17 ans ?", too),
        ("/livraisons", "Ce que les RH reçoivent de Tandem, et combien de temps c’est gardé", ""),
        ("/droits", "Les droits des personnes, et ce qui est détruit", ""),
    ]

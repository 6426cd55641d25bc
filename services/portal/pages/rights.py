"""The registers of the law: requests of persons, files to be destroyed, holds, incidents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.vault import Purpose
from services.portal import reading
from services.portal.calling import Caller, Refused, Services
from services.portal.deciding_rights import (
    GROUNDS,
    LIFT,
    NEW,
    NOTIFIED,
    NOTIFY,
    OFFERED,
    ON_DISPOSITION,
    ON_REQUEST,
    OWN,
    PROPOSE,
    RIGHTS,
    STAGES,
)
from services.portal.forms import Decision, Failure, NotTaken, one_of, send
from services.portal.identity import By, onwards
from services.portal.partner_words import CONTACT, LIVED, profile
from services.portal.places import OFFICE
from services.portal.rendering import page
from services.portal.speaking import today

OF_ONESELF = {"given_name": "Prénom", "family_name": "Nom", **CONTACT, **LIVED,
              "motivation": "Ce qui vous amène", "how_heard": "Comment vous nous avez connus",
              "notes": "Ce que le Bureau note de vos échanges"}  # fmt: skip
FORMS = {"json": "application/json", "csv": "application/zip", "html": "text/html"}


def routes(services: Services) -> APIRouter:
    api = APIRouter()
    _register(api, services)
    _files(api, services)
    _own(api, services)
    return api


def _register(api: APIRouter, services: Services) -> None:
    @api.get("/droits")
    async def register(request: Request, by: By) -> Response:
        return await show(request, by)

    @api.post("/droits/demandes/{id}/{key}")
    async def on_request(request: Request, by: By, id: UUID, key: str) -> Response:
        return await decide(request, by, one_of(ON_REQUEST, key), str(id))

    @api.post("/droits/destructions/{id}/{key}")
    async def on_disposition(request: Request, by: By, id: UUID, key: str) -> Response:
        return await decide(request, by, one_of(ON_DISPOSITION, key), str(id))

    @api.post("/droits/incidents/{id}/avis")
    async def notified(request: Request, by: By, id: UUID) -> Response:
        return await decide(request, by, NOTIFY, str(id))

    @api.post("/droits/suspensions/{person}/levee")
    async def lifted(request: Request, by: By, person: UUID) -> Response:
        return await decide(request, by, LIFT, str(person))

    @api.post("/droits/{key}")
    async def new(request: Request, by: By, key: str) -> Response:
        return await decide(request, by, one_of(NEW, key), "")

    async def decide(request: Request, by: Caller, decision: Decision, id: str) -> Response:
        form = await request.form()
        if decision is PROPOSE:
            decision = replace(decision, fixed={"files": [str(form.get("file", "")).strip()]})
        try:
            done = await send(services, by, decision, id, form)
        except NotTaken as refusal:
            return await show(request, by, refusal.failure)
        return onwards("/droits", done.position)

    async def show(request: Request, by: Caller, failed: Failure | None = None) -> Response:
        requests, dispositions, holds, incidents = await services.all(
            reading.items(services, "/rights-requests", by, sort="due", limit=reading.MOST),
            reading.items(services, "/dispositions", by, sort="-since", limit=reading.MOST),
            reading.items(services, "/holds", by, state="holds", limit=reading.MOST),
            reading.items(services, "/incidents", by, sort="-aware", limit=reading.MOST),
        )
        people = [one["person"] for one in (*requests, *holds)]
        people += [one for each in dispositions for one in each["files"]]
        refs = [ref for one in (*requests, *incidents) for ref in _refs(one)]
        why = Purpose.RIGHTS if set(OFFICE) & set(by.roles) else Purpose.AUDIT
        names, words = await services.all(
            reading.names(services, by, why, *people), services.words(by, why, refs)
        )
        return page(
            request, "rights.html", failed.status if failed else 200, here="/droits",
            failed=failed, requests=requests, dispositions=dispositions, holds=holds,
            incidents=incidents, names=names, words=words, new=NEW, lift=LIFT, notify=NOTIFY,
            on_request=list(ON_REQUEST.values()), offered=OFFERED, stages=STAGES,
            rights=dict(RIGHTS), grounds=GROUNDS, notified=dict(NOTIFIED), days_left=_days_left,
        )  # fmt: skip


def _files(api: APIRouter, services: Services) -> None:
    """What is given out as a file: certificates, and copies of a person's file."""

    @api.get("/droits/destructions/{id}/attestation")
    async def certificate(by: By, id: UUID) -> Response:
        return _passed_on(await services.file("vault", f"/dispositions/{id}/certificate", by))

    @api.get("/droits/copie/{person}")
    async def copy_page(request: Request, by: By, person: UUID) -> Response:
        names = await reading.names(services, by, Purpose.RIGHTS, person)
        return page(request, "copy.html", here="/droits", person=str(person),
                    name=names[str(person)], names=names)  # fmt: skip

    @api.post("/droits/copie/{person}/{form}")
    async def copy(request: Request, by: By, person: UUID, form: str) -> Response:
        whole = bool((await request.form()).get("tout"))
        return await given(by, str(person), form, whole)

    @api.post("/mon-dossier/copie/{form}")
    async def my_copy(by: By, form: str) -> Response:
        return await given(by, str(by.person), form, whole=False)

    async def given(by: Caller, person: str, form: str, whole: bool) -> Response:
        if form not in FORMS:
            raise Refused(404, {"title": "Cette forme n’existe pas."})
        said = {"form": form, "whole": whole}
        return _passed_on(await services.file("vault", f"/persons/{person}/copy", by, said))


def _own(api: APIRouter, services: Services) -> None:
    """A person's own: what is kept of them, a copy of it, a correction, its end."""

    @api.get("/mon-dossier")
    async def my_file(request: Request, by: By) -> Response:
        return await show(request, by)

    @api.post("/mon-dossier/{key}")
    async def ask(request: Request, by: By, key: str) -> Response:
        try:
            await send(services, by, one_of(OWN, key), "", await request.form())
        except NotTaken as refusal:
            return await show(request, by, refusal.failure)
        return await show(request, by, asked=key)

    async def show(
        request: Request, by: Caller, failed: Failure | None = None, asked: str = ""
    ) -> Response:
        known = await services.names(by, Purpose.RECRUITMENT, [str(by.person)], *OF_ONESELF)
        kept = known.get(str(by.person), {})
        return page(
            request, "my_file.html", failed.status if failed else 200, here="/mon-dossier",
            kept=profile(kept, OF_ONESELF), names={str(by.person): reading.name_in(kept)},
            decisions=[one for one in OWN.values() if one.key != asked], failed=failed,
            asked=asked,
        )  # fmt: skip


def _passed_on(answer: Any) -> Response:
    kept = {"Content-Disposition": answer.headers.get("Content-Disposition", "inline")}
    kept["Cache-Control"] = "no-store"
    return Response(answer.content, media_type=answer.headers["Content-Type"], headers=kept)


def _refs(one: Mapping[str, Any]) -> list[str]:
    words = [act["words"] for act in one.get("acts", ())]
    words += [one.get(name) for name in ("information", "circumstances", "assessment", "measures")]
    words += [why for *_, why in one.get("notices", ())]
    return [ref for ref in words if ref]


def _days_left(due: str) -> int:
    return (date.fromisoformat(due) - today()).days

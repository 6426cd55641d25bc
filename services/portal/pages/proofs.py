"""What the ledger has signed, who has seen it, and what an auditor takes away to check."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask

from contracts.access import AccessRole
from services.portal.calling import Caller, Refused, Services
from services.portal.forms import Failure
from services.portal.identity import By, onwards
from services.portal.rendering import page
from services.portal.speaking import today

HERE = "/preuves"
ASKED = {"depuis": "since", "avant": "until", "personne": "person", "demande": "request",
         "forme": "form"}  # fmt: skip
SUFFIXES = {"ndjson": "ndjson", "csv": "csv", "xlsx": "xlsx", "fhir": "fhir.json"}
FORMS = {"csv": "Table (CSV)", "xlsx": "Classeur (XLSX)", "ndjson": "Lignes (NDJSON)",
         "fhir": "AuditEvent (FHIR R4)"}  # fmt: skip
KINDS = {"webhook": "Adresse web", "mail": "Courriel, un par jour",
         "folder": "Dossier à écriture unique", "tandem": "Témoin qui signe aussi"}  # fmt: skip
TROUBLES = {"unreachable": "ne répond pas", "too_slow": "ne répond pas à temps",
            "not_public": "n’est pas sur l’Internet public", "no_signature": "n’a pas signé",
            "saw_more": "a déjà vu un registre plus long", "saw_another": "reprend le fil",
            "another_is_there": "a déjà autre chose à cette place",
            "no_mail": "aucun courriel ne part d’ici",
            "no_folder": "aucun dossier à écriture unique n’est réglé ici"}  # fmt: skip


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get(HERE)
    async def proofs(request: Request, by: By) -> Response:
        return await show(request, by)

    @api.get(HERE + "/dossier")
    async def bundle(request: Request, by: By) -> Response:
        return await give(request, by, "/bundle", "preuves", "zip")

    @api.get(HERE + "/faits")
    async def facts(request: Request, by: By, forme: str = "csv") -> Response:
        return await give(request, by, "/export", "faits", SUFFIXES.get(forme, "csv"))

    async def give(request: Request, by: Caller, path: str, name: str, suffix: str) -> Response:
        """What was asked for goes through, however long it is."""
        query = {one: request.query_params.get(one, "").strip() for one in ASKED}
        said = {ASKED[one]: words for one, words in query.items() if words}
        try:
            given = await services.passing("ledger", f"{path}?{urlencode(said)}", by)
        except Refused as refused:
            return await show(request, by, refused)
        file = f'attachment; filename="{name}-{today().isoformat()}.{suffix}"'
        return StreamingResponse(
            given.aiter_bytes(), headers={"Content-Disposition": file},
            media_type=given.headers["Content-Type"], background=BackgroundTask(given.aclose),
        )  # fmt: skip

    @api.post(HERE + "/temoins")
    async def add(
        request: Request, by: By, sorte: Annotated[str, Form()],
        adresse: Annotated[str, Form()] = "", cle_publique: Annotated[str, Form()] = "",
    ) -> Response:  # fmt: skip
        said = {"kind": sorte, "address": adresse.strip(), "key": cle_publique.strip() or None}
        try:
            await services.tell("ledger", "/witnesses", by, said)
        except Refused as refused:
            return await show(request, by, refused)
        return onwards(HERE)

    @api.post(HERE + "/temoins/{witness}/fin")
    async def end(by: By, witness: UUID) -> Response:
        await services.tell("ledger", f"/witnesses/{witness}/end", by)
        return onwards(HERE)

    async def show(request: Request, by: Caller, refused: Refused | None = None) -> Response:
        tree, keys, witnesses, checkpoints = await services.all(
            services.read("ledger", "/tree", by),
            services.read("ledger", "/keys", by),
            services.read("ledger", "/witnesses", by),
            services.read_if_there("ledger", "/checkpoints/latest", by),
        )
        failed = Failure("", refused.title, refused.status) if refused else None
        shown: dict[str, Any] = {
            "tree": tree, "keys": keys, "latest": checkpoints, "kinds": KINDS, "forms": FORMS,
            "witnesses": [_told(one) for one in witnesses],
            "may_add": AccessRole.OFFICE_LEAD in by.roles,
        }  # fmt: skip
        status = refused.status if refused else 200
        return page(request, "proofs.html", status, here=HERE, failed=failed, **shown)

    return api


def _told(witness: dict[str, Any]) -> dict[str, Any]:
    trouble = witness["trouble"]
    return witness | {"why": TROUBLES.get(trouble, f"a répondu {trouble}") if trouble else ""}

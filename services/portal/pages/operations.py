"""How the platform is doing, in plain words: what is behind, what was put aside, rebuilds."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from contracts.vault import Purpose
from services.portal import reading
from services.portal.calling import Caller, Refused, Services
from services.portal.forms import Failure
from services.portal.identity import By, onwards
from services.portal.rendering import page

SERVICES = {
    "directory": "Annuaire", "intake": "Demandes et candidatures", "recruitment": "Recrutement",
    "training": "Formation", "accompaniment": "Accompagnement", "evaluation": "Évaluation",
}  # fmt: skip
VIEWS = {
    "requests": "Demandes", "partners": "Partenaires", "involvements": "Implications",
    "projects": "Projets et sièges", "departments": "Directions", "staff": "Personnel",
    "establishments": "Établissements",
}  # fmt: skip


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/etat")
    async def state(request: Request, by: By) -> Response:
        return await show(request, by)

    @api.post("/etat/reconstruction/{view}")
    async def rebuild(request: Request, by: By, view: str) -> Response:
        try:
            await services.tell("insights", "/rebuilds", by, {"projection": view})
        except Refused as refused:
            return await show(request, by, Failure("", refused.title, refused.status))
        return onwards("/etat#vues")

    @api.post("/etat/de-cote/{view}/{key}")
    async def retry(request: Request, by: By, view: str, key: UUID) -> Response:
        return await again(request, by, "insights", f"/parked/{quote(view, safe='')}/{key}/retry")

    @api.post("/etat/quarantaine/{service}/{ear}/{position}")
    async def hear_again(
        request: Request, by: By, service: str, ear: str, position: int
    ) -> Response:
        if service not in SERVICES:
            raise HTTPException(404)
        path = f"/quarantine/{quote(ear, safe='')}/{position}/retry"
        return await again(request, by, service, path)

    async def again(request: Request, by: Caller, service: str, path: str) -> Response:
        try:
            await services.tell(service, path, by)
        except Refused as refused:
            return await show(request, by, Failure("", refused.title, refused.status))
        return onwards("/etat#de-cote")

    async def show(request: Request, by: Caller, failed: Failure | None = None) -> Response:
        ledger, views, rebuilds, parked, ready, names, *told = await services.all(
            services.read_if_there("ledger", "/status", by),
            services.read_if_there("insights", "/status", by),
            services.read_if_there("insights", "/rebuilds", by),
            services.read_if_there("insights", "/parked", by),
            services.ready(),
            reading.names(services, by, Purpose.STAFF),
            *(services.read_if_there(name, "/status", by) for name in SERVICES),
            *(services.read_if_there(name, "/quarantine", by) for name in SERVICES),
        )
        going = {one["projection"]: one for one in rebuilds or [] if one["state"] == "running"}
        flows = _flows(ledger or {}, told[: len(SERVICES)])
        unheard = [
            {**one, "service": name}
            for name, those in zip(SERVICES, told[len(SERVICES) :], strict=True)
            for one in those or []
        ]
        return page(
            request, "operations.html", failed.status if failed else 200, here="/etat",
            names=names, failed=failed, flows=flows, views=_views(views, going),
            parked=parked or [], unheard=unheard, ready=ready, service_words=SERVICES,
            view_words=VIEWS, again=bool(going),
            sentence=_sentence(flows, views, [*(parked or []), *unheard]),
        )  # fmt: skip

    return api


def _flows(ledger: dict[str, Any], standing: list[Any]) -> list[dict[str, Any]]:
    """What each service has decided, beside what of it has reached the ledger."""
    flows = []
    for (name, word), told in zip(SERVICES.items(), standing, strict=True):
        place = (ledger.get(name) or {}).get("place")
        known = told is not None and place is not None
        lag = max(0, told["position"] - place) if known else None
        stopped = bool(told and told["behind"])
        flows.append({"word": word, "place": place, "lag": lag, "known": known, "stopped": stopped})
    return flows


def _views(views: list[Any] | None, going: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {**one, "word": VIEWS.get(one["projection"], one["projection"]),
         "rebuild": going.get(one["projection"])}
        for one in sorted(views or [], key=lambda one: list(VIEWS).index(one["projection"])
                          if one["projection"] in VIEWS else len(VIEWS))
    ]  # fmt: skip


def _sentence(flows: list[dict[str, Any]], views: list[Any] | None, aside: list[Any]) -> str:
    if views is None or not all(one["known"] for one in flows):
        return "Une partie de la plateforme ne répond pas."
    if any(one["stopped"] for one in flows):
        return "Un service a perdu de ce qu’il avait inscrit : il attend d’être réparé."
    if any(one["stopped"] for one in views):
        return "Une vue est arrêtée : elle attend une version plus récente de Tandem."
    if aside:
        return "Tout avance, sauf ce qui a été mis de côté plus bas."
    behind = any(one["lag"] for one in (*flows, *views))
    return "Un léger retard se résorbe." if behind else "Tout va bien : rien n’est en retard."

"""How the platform is doing, in plain words: what is behind, what was put aside, rebuilds."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request
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
UNKNOWN: dict[str, Any] = {}


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
        try:
            await services.tell("insights", f"/parked/{quote(view, safe='')}/{key}/retry", by)
        except Refused as refused:
            return await show(request, by, Failure("", refused.title, refused.status))
        return onwards("/etat#de-cote")

    async def show(request: Request, by: Caller, failed: Failure | None = None) -> Response:
        ledger, views, rebuilds, parked, ready, names = await services.all(
            services.read_if_there("ledger", "/status", by),
            services.read_if_there("insights", "/status", by),
            services.read_if_there("insights", "/rebuilds", by),
            services.read_if_there("insights", "/parked", by),
            services.ready(),
            reading.names(services, by, Purpose.STAFF),
        )
        going = {one["projection"]: one for one in rebuilds or [] if one["state"] == "running"}
        return page(
            request, "operations.html", failed.status if failed else 200, here="/etat",
            names=names, failed=failed, flows=_flows(ledger), views=_views(views, going),
            parked=parked or [],
            ready=ready, service_words=SERVICES, view_words=VIEWS, again=bool(going),
            sentence=_sentence(ledger, views, parked),
        )  # fmt: skip

    return api


def _flows(ledger: dict[str, Any] | None) -> list[dict[str, Any]]:
    known = ledger or UNKNOWN
    return [
        {"word": word, "place": known.get(name, UNKNOWN).get("place"),
         "lag": known.get(name, UNKNOWN).get("lag"), "known": name in known}
        for name, word in SERVICES.items()
    ]  # fmt: skip


def _views(views: list[Any] | None, going: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {**one, "word": VIEWS.get(one["projection"], one["projection"]),
         "rebuild": going.get(one["projection"])}
        for one in sorted(views or [], key=lambda one: list(VIEWS).index(one["projection"])
                          if one["projection"] in VIEWS else len(VIEWS))
    ]  # fmt: skip


def _sentence(ledger: Any, views: Any, parked: Any) -> str:
    if ledger is None or views is None:
        return "Une partie de la plateforme ne répond pas."
    behind = [one for one in ledger.values() if one["lag"]] + [one for one in views if one["lag"]]
    stopped = any(one["stopped"] for one in views)
    if stopped:
        return "Une vue est arrêtée : elle attend une version plus récente de Tandem."
    if parked:
        return "Tout avance, sauf ce qui a été mis de côté plus bas."
    return "Un léger retard se résorbe." if behind else "Tout va bien : rien n’est en retard."

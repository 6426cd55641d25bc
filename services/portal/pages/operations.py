"""How the platform is doing, in plain words: what is wrong and what to do, and how far all is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import Response

from contracts.access import AccessRole
from contracts.vault import Purpose
from services.chassis.diagnosis import Standing, last_backup, troubles
from services.chassis.moments import HERE as HOME
from services.portal import reading
from services.portal.calling import Caller, Refused, Services
from services.portal.forms import Failure
from services.portal.identity import By, onwards
from services.portal.rendering import page
from services.portal.speaking import counted, hour

HERE = "/etat"
DECIDING = {
    "directory": "Annuaire", "intake": "Demandes et candidatures", "recruitment": "Recrutement",
    "training": "Formation", "accompaniment": "Accompagnement", "evaluation": "Évaluation",
    "vault": "Coffre des renseignements personnels",
}  # fmt: skip
SERVICES = DECIDING | {"ledger": "Registre", "insights": "Vues", "portal": "Portail"}
VIEWS = {
    "requests": "Demandes", "partners": "Partenaires", "involvements": "Implications",
    "projects": "Projets et sièges", "departments": "Directions", "staff": "Personnel",
    "establishments": "Établissements", "dispositions": "Fins de conservation",
    "rights-requests": "Demandes d’accès et de rectification",
    "holds": "Suspensions de la destruction", "incidents": "Incidents",
}  # fmt: skip
MAY_MEND = {AccessRole.OPERATOR, AccessRole.OFFICE_LEAD}


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get(HERE)
    async def state(request: Request, by: By) -> Response:
        return await show(request, by)

    @api.post("/etat/reconstruction")
    async def rebuild(request: Request, by: By, vue: Annotated[str, Form()]) -> Response:
        return await ask(request, by, "insights", "/rebuilds", "vues", {"projection": vue})

    @api.post("/etat/de-cote/{view}/{key}")
    async def retry(request: Request, by: By, view: str, key: UUID) -> Response:
        path = f"/parked/{quote(view, safe='')}/{key}/retry"
        return await ask(request, by, "insights", path, "de-cote")

    @api.post("/etat/quarantaine/{service}/{ear}/{position}")
    async def hear_again(
        request: Request, by: By, service: str, ear: str, position: int
    ) -> Response:
        if service not in DECIDING:
            raise HTTPException(404)
        path = f"/quarantine/{quote(ear, safe='')}/{position}/retry"
        return await ask(request, by, service, path, "de-cote")

    async def ask(
        request: Request, by: Caller, service: str, path: str, back: str,
        said: dict[str, str] | None = None,
    ) -> Response:  # fmt: skip
        try:
            await services.tell(service, path, by, said)
        except Refused as refused:
            return await show(request, by, Failure("", refused.title, refused.status))
        return onwards(f"{HERE}#{back}")

    async def show(request: Request, by: Caller, failed: Failure | None = None) -> Response:
        parked, names, standing, unheard = await services.all(
            services.read_if_there("insights", "/parked", by),
            reading.names(services, by, Purpose.STAFF),
            look(request, by),
            aside(by),
        )
        return page(
            request, "operations.html", failed.status if failed else 200, here=HERE, names=names,
            failed=failed, standing=standing, troubles=troubles(standing),
            flows=[_flow(standing, name) for name in SERVICES], views=_views(standing),
            parked=parked or [], unheard=unheard, words=SERVICES | VIEWS,
            waiting=sum(one["waiting"] for one in standing.receivers), log=_log(standing),
            seen=hour(datetime.now(HOME)),
            may=bool(MAY_MEND & set(by.roles)),
        )  # fmt: skip

    async def look(request: Request, by: Caller) -> Standing:
        """What every part says of itself."""
        ledger, views, rebuilds, receivers, witnesses, ready, *told = await services.all(
            services.read_if_there("ledger", "/status", by),
            services.read_if_there("insights", "/status", by),
            services.read_if_there("insights", "/rebuilds", by),
            services.read_if_there("directory", "/subscriptions", by),
            services.read_if_there("ledger", "/witnesses", by),
            services.ready(SERVICES),
            *(services.read_if_there(name, "/status", by) for name in DECIDING),
        )
        deciding = dict(zip(DECIDING, told, strict=True))
        backed_up = last_backup(request.app.state.backups)
        return Standing(deciding, ledger, views, rebuilds or [], receivers or [], ready,
                        backed_up, SERVICES | VIEWS, witnesses or [])  # fmt: skip

    async def aside(by: Caller) -> list[dict[str, Any]]:
        """What lies in quarantine, of every service."""
        asked = (services.read_if_there(name, "/quarantine", by) for name in DECIDING)
        told = zip(DECIDING, await services.all(*asked), strict=True)
        return [
            {**one, "service": name, "source": one["listener"].rpartition("-")[2]}
            for name, those in told for one in those or []
        ]  # fmt: skip

    return api


def _log(standing: Standing) -> str:
    """What PostgreSQL's log is at, of all servers; nothing where nobody says so."""
    told = [one["wal"] for one in standing.services.values() if one and one.get("wal")]
    if not told:
        return ""
    stuck, held = (int(max(wal[what] for wal in told)) for what in ("stuck", "held"))
    if stuck:
        return f"ne part plus depuis {counted(-(-stuck // 60), 'minute')}"
    return f"part ; {counted(-(-held // 1024**2), 'Mo', 'Mo')} en attente" if held else "part"


SERVERS = {"nats": "NATS", "database": "sa base de données"}

# A word, a shape and a tone for each state.
SILENT = {"word": "Sans nouvelles", "shape": "cross", "tone": "wait"}
NOT_READY = {"word": "Pas prêt", "shape": "cross", "tone": "wait"}
STOPPED = {"word": "Arrêté", "shape": "bars", "tone": "wait"}
INCOMPLETE = {"word": "Incomplète", "shape": "three", "tone": "wait"}
CATCHING_UP = {"word": "Se met à jour", "shape": "half", "tone": "going"}
UP_TO_DATE = {"word": "À jour", "shape": "full", "tone": "good"}
READY = {"word": "Prêt", "shape": "full", "tone": "good"}


def _flow(standing: Standing, name: str) -> dict[str, Any]:
    """What a service has inscribed, what of it is on its way, and what it has to hear."""
    shown: dict[str, Any] = {"name": name, "figures": [], "trying": None, "lost": ()}
    lacks = standing.ready.get(name)
    shown["lacks"] = (
        [SERVERS[one] for one in lacks if one in SERVERS] if isinstance(lacks, dict) else []
    )
    shown |= _readiness(standing, name)
    told, entered = standing.services.get(name), standing.entered(name)
    if told is None or entered is None:
        return shown | (SILENT if name in DECIDING else {})
    heard = [(one, standing.left(one) or 0) for one in told["listeners"]]
    left = {
        "à envoyer": told["position"] - told["published"] if told["published"] is not None else 0,
        "à inscrire": max(0, told["position"] - entered),
        "à entendre": sum(left for _, left in heard),
    }
    shown["figures"] = [f"{counted(entered, 'étape')} au registre"]
    shown["figures"] += [f"{count} {what}" for what, count in left.items() if count > 0]
    shown["lost"] = told.get("lost", ())
    shown["trying"] = next((one["source"] for one, _ in heard if one["tries"] > 1), None)
    if shown["word"] != READY["word"]:
        return shown
    stopped = told["behind"] or told.get("unsure")
    behind = any(count > 0 for count in left.values())
    return shown | (STOPPED if stopped else CATCHING_UP if behind else UP_TO_DATE)


def _readiness(standing: Standing, name: str) -> dict[str, str]:
    if name not in standing.ready:
        return SILENT
    return READY if standing.ready[name] == "ready" else NOT_READY


def _views(standing: Standing) -> list[dict[str, Any]]:
    """In the order people know them, each with its rebuild, if it is being made anew."""
    going = {one["projection"]: one for one in standing.rebuilds if one["state"] == "running"}
    order = {view: number for number, view in enumerate(VIEWS)}
    views = sorted(standing.views or (), key=lambda one: order.get(one["projection"], len(order)))
    return [{**one, **_shown(one), "rebuild": going.get(one["projection"])} for one in views]


def _shown(view: Mapping[str, Any]) -> dict[str, str]:
    if view["stopped"]:
        return STOPPED | {"word": "Arrêtée"}
    return INCOMPLETE if view["parked"] else CATCHING_UP if view["lag"] else UP_TO_DATE

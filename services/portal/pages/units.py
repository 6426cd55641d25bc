"""The parts of the establishment: codes, names, and who carries on what another did."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal import house, reading, staff_record, stories
from services.portal.calling import Caller, Services
from services.portal.deciding_staff import ABOUT_UNIT, ENTER_UNIT, RENAME_UNIT, UNIT_KINDS
from services.portal.forms import Decision, Failure, NotTaken, one_of, send
from services.portal.identity import By, onwards
from services.portal.rendering import page
from services.portal.speaking import counted, today
from services.portal.staff_record import OFFICE

HERE = "/unites"
PAGE = 40
STATES = (("known", "En activité"), ("closed", "Fermées"))


def routes(services: Services) -> APIRouter:
    api = APIRouter(prefix=HERE)

    @api.get("")
    async def listed(
        request: Request, by: By, texte: str = "", sorte: str = "", etat: str = "",
        ordre: str = "", apres: str = "",
    ) -> Response:  # fmt: skip
        chosen = {"texte": texte, "sorte": sorte, "etat": etat}
        asked = {"q": texte, "kind": sorte, "state": etat, "after": apres, "limit": PAGE,
                 "sort": "-name" if ordre == "desc" else "name"}  # fmt: skip
        found = await services.read("insights", "/departments", by, asked)
        after = {one for it in found["items"] for one in it["after"]}
        others = await _some(services, by, after)
        kept = {**chosen, "ordre": ordre}
        return page(
            request, "units.html", here=HERE, names=await house.names(services, by),
            tabs=house.tabs(by.roles), items=found["items"], after=found["next"],
            chosen=chosen, filtered=any(chosen.values()),
            kinds=list(UNIT_KINDS.items()), kind_words=UNIT_KINDS, states=STATES,
            sentence=_sentence(found["counts"], any(chosen.values())),
            called={one["id"]: one["name"] for one in others}, descending=ordre == "desc",
            address=lambda **change: f"{HERE}?" + urlencode(
                {key: value for key, value in (kept | change).items() if value}),
        )  # fmt: skip

    @api.get("/nouvelle")
    async def new(request: Request, by: By) -> Response:  # noqa: ARG001
        return asked(request)

    @api.post("/nouvelle")
    async def enter(request: Request, by: By) -> Response:
        try:
            done = await send(services, by, ENTER_UNIT, "", await request.form())
        except NotTaken as refusal:
            return asked(request, refusal.failure)
        return onwards(f"{HERE}/{done.content['id']}", done.position)

    @api.get("/{id}")
    async def record(request: Request, by: By, id: UUID) -> Response:
        return await show(request, by, str(id))

    @api.post("/{id}/{key}")
    async def decide(request: Request, by: By, id: UUID, key: str) -> Response:
        form = await request.form()
        try:
            done = await send(services, by, one_of(ABOUT_UNIT, key), str(id), form)
        except NotTaken as refusal:
            return await show(request, by, str(id), refusal.failure)
        return onwards(f"{HERE}/{id}", done.position)

    def asked(request: Request, failed: Failure | None = None) -> Response:
        return page(
            request, "decision.html", failed.status if failed else 200, here=HERE, failed=failed,
            title="Inscrire une unité", back=HERE, back_word="Unités", decision=ENTER_UNIT,
            lead="Une unité que les ressources humaines connaissent par un code s’inscrit d’elle-"
            "même ; inscrivez ici les autres.",
            version=None, action=f"{HERE}/nouvelle", options={},
        )  # fmt: skip

    async def show(
        request: Request, by: Caller, id: str, failed: Failure | None = None
    ) -> Response:
        it = await reading.record(services, by, f"/departments/{id}", failed)
        lineage, told, others, people = await services.all(
            services.read("insights", f"/departments/{id}/lineage", by),
            stories.told(services, by, "departments", id),
            reading.items(services, "/departments", by, state="known", limit=reading.MOST),
            services.read("insights", "/staff", by, {"department": id, "limit": 1}),
        )
        steps = told["steps"] if told else []
        around = await _some(services, by, {*lineage["departments"], *it["after"]})
        named = await house.names(services, by, *stories.actors(steps),
                                    **await staff_record.sources(services, by))  # fmt: skip
        carried = len(lineage["departments"]) > 1
        return page(
            request, "unit.html", failed.status if failed else 200, here=HERE, failed=failed,
            tabs=house.tabs(by.roles), it=it, names=named, kind_words=UNIT_KINDS, validity=validity,
            called={one["id"]: one for one in around}, carried=carried,
            before=[one for one in around if one["id"] in lineage["departments"]
                    and one["id"] != id],
            people=people["counts"].get("known", 0), did=await did(by, id) if _office(by) else [],
            offered=_offered(it), told=_of_whom(
                stories.as_shown(steps, named, f"{HERE}/{id}"), id, around) if told else None,
            options={"others": reading.by_name(
                (one["id"], one["name"]) for one in others if one["id"] != id)},
        )  # fmt: skip

    async def did(by: Caller, id: str) -> list[dict[str, Any]]:
        """What it did itself, and with all those that it carries on."""
        found = []
        for path, word, where in (("/requests", "demande", f"/?etat=toutes&direction={id}"),
                                  ("/projects", "projet", "")):  # fmt: skip
            own, all_of_them = await services.all(
                services.read("insights", path, by, {"department": id, "limit": 1}),
                services.read("insights", path, by, {"lineage": id, "limit": 1}),
            )
            totals = [sum(one["counts"].values()) for one in (own, all_of_them)]
            found.append({"word": word, "own": totals[0], "all": totals[1], "where": where})
        return found

    return api


async def _some(services: Services, by: Caller, ids: set[str]) -> list[Any]:
    return await reading.items(services, "/departments", by, id=sorted(ids)) if ids else []


def _office(by: Caller) -> bool:
    return bool(OFFICE & set(by.roles))


def _of_whom(steps: list[stories.Step], id: str, around: list[Any]) -> list[stories.Step]:
    """What happened with another unit, and concerns this one, says which."""
    called = {one["id"]: one["name"] for one in around}
    return [
        one | {"whom": called.get(one["stream"], "")} if one["stream"] != id else one
        for one in steps
    ]  # fmt: skip


def _offered(it: Any) -> list[Decision]:
    """One that is closed keeps its name and codes; nothing more is decided about its end."""
    rename = RENAME_UNIT.starting(name=it["name"], abbreviation=it["abbreviation"] or "")
    others = [one for one in ABOUT_UNIT.values() if one is not RENAME_UNIT]
    if it["state"] == "closed":
        others = [one for one in others if one.key == "code"]
    return [rename, *others]


def _sentence(counts: dict[str, int], filtered: bool) -> str:
    here, gone = counts.get("known", 0), counts.get("closed", 0)
    if not here and not gone:
        return "Aucune unité ne répond à ces filtres." if filtered else "Aucune unité inscrite."
    closed = f", et {counted(gone, 'fermée')} dont l’histoire reste" if gone else ""
    return f"{counted(here, 'unité en activité', 'unités en activité')}{closed}."


def validity(one: Any) -> str:
    """Whether a code counts today: à venir, échu, or nothing to say."""
    now = today().isoformat()
    if (one["since"] or "") > now:
        return "à venir"
    return "échu" if one["until"] and one["until"] < now else ""

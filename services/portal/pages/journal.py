"""Who read whose file, when and why; what to look at; and the year's review."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.vault import Purpose
from services.portal import reading
from services.portal.calling import Caller, Services, reference_in
from services.portal.identity import By, onwards
from services.portal.journal_words import ASKED, FIELDS, ITSELF, PURPOSES, REMARKABLE, THROUGH
from services.portal.places import ROLES
from services.portal.rendering import is_asked_why, page
from services.portal.speaking import today

HERE = "/journal"
AT_ONCE = 50
FILTERS = {"qui": "actor", "personne": "subject", "depuis": "since", "avant": "until",
           "finalite": "purpose"}  # fmt: skip
WORDS: dict[str, Any] = {"purpose_words": PURPOSES, "asked_words": ASKED, "field_words": FIELDS,
         "through_words": THROUGH,
         "why_words": REMARKABLE, "role_words": ROLES}  # fmt: skip


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/journal")
    async def journal(request: Request, by: By) -> Response:
        chosen = {name: request.query_params.get(name, "") for name in (*FILTERS, "apres")}
        asked = {**_asked(chosen), "after": chosen["apres"], "limit": AT_ONCE}
        staff, told = await services.all(
            reading.staff(services, by), services.read("vault", "/readings", by, asked)
        )
        names = await _names(services, by, told["items"], chosen["personne"])
        following = {**chosen, "apres": str(told["next"] or "")}
        return page(
            request, "journal.html", here=HERE, names=names, items=told["items"], staff=staff,
            chosen=chosen, further=_address(following) if told["next"] else "",
            filtered=any(chosen.values()), export=_address(chosen, "/journal/export"),
            called=lambda actor: _called(names, actor), found=None, **WORDS,
        )  # fmt: skip

    @api.post("/journal/personne")
    async def somebody(request: Request, by: By) -> Response:
        """A name is never in an address: it is posted, and a reference is what comes back."""
        text = str((await request.form()).get("nom", "")).strip()
        found = await services.find(by, Purpose.AUDIT, text) if text else []
        if len(found) == 1:
            return onwards(_address({"personne": found[0]}))
        names = await reading.names(services, by, Purpose.AUDIT, *found)
        return page(
            request, "journal.html", here=HERE, names=names, items=[], staff=[], further="",
            chosen=dict.fromkeys((*FILTERS, "apres"), ""), filtered=True, export="", found=found,
            called=str, **WORDS,
        )  # fmt: skip

    @api.get("/journal/export")
    async def export(request: Request, by: By) -> Response:
        query = request.query_params
        as_csv = query.get("forme") != "ndjson"
        asked = _asked({name: query.get(name, "") for name in FILTERS}) | {"as_csv": as_csv}
        said = {name: value for name, value in asked.items() if value not in ("", None)}
        given = await services.file("vault", "/readings/export?" + urlencode(said), by)
        name = f"lectures-{today().isoformat()}.{'csv' if as_csv else 'ndjson'}"
        kind = given.headers["Content-Type"]
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(given.content, media_type=kind, headers=headers)

    @api.get("/journal/a-regarder")
    async def to_look_at(request: Request, by: By) -> Response:
        told = await services.read("vault", "/readings/to-look-at", by)
        names = await _names(services, by, told["items"])
        return page(
            request, "journal_look.html", here=HERE, names=names, items=told["items"],
            since=told["since"], called=lambda actor: _called(names, actor), **WORDS,
        )  # fmt: skip

    @api.get("/journal/bilan")
    async def review(request: Request, by: By, annee: int | None = None) -> Response:
        year = annee or today().year - (today().month < 4)
        told = await services.read("vault", "/readings/review", by, {"year": year})
        names = await _names(services, by, [{"actor": one["key"]} for one in told["by_actor"]])
        return page(
            request, "journal_review.html", here=HERE, names=names, it=told, year=year,
            by_role=[{**one, "word": ROLES.get(one["key"], one["key"])} for one in told["by_role"]],
            by_purpose=[{**one, "word": PURPOSES[one["key"]]} for one in told["by_purpose"]],
            by_actor=[{**one, "word": _called(names, one["key"])} for one in told["by_actor"]],
            **WORDS,
        )  # fmt: skip

    return api


def _asked(chosen: dict[str, str]) -> dict[str, Any]:
    asked: dict[str, Any] = {FILTERS[name]: chosen[name] for name in FILTERS}
    for name in ("since", "until"):
        if asked.get(name):
            asked[name] += "T00:00:00Z"
    return asked


def _address(chosen: dict[str, str], path: str = HERE) -> str:
    said = {name: value for name, value in chosen.items() if value}
    return f"{path}?{urlencode(said)}" if said else path


async def _names(
    services: Services, by: Caller, items: Iterable[dict[str, Any]], *also: str
) -> reading.Names:
    """Who read and, of each reading, the first few who were read of."""
    subjects = [one for item in items for one in _subjects(item)[:3]]
    actors = [
        reference_in(actor) for item in items for actor in (item["actor"], item.get("onbehalfof"))
        if actor
    ]  # fmt: skip
    asked = [one for one in (*subjects, *actors, *also) if one]
    # Who has not said why they read sees at least which are one person.
    numbers = {} if by.reason or not is_asked_why(by) else {one: f"n° {one[:8]}" for one in asked}
    return await reading.names(services, by, Purpose.AUDIT, *asked, **numbers)


def _subjects(item: dict[str, Any]) -> list[str]:
    return list(item["read"]["subjects"] if "read" in item else item.get("subjects", ()))


def _called(names: reading.Names, actor: str) -> str:
    """Somebody's name; a service or an operator goes by what it is."""
    reference = reference_in(actor)
    return names[str(UUID(reference))] if reference else ITSELF.get(actor, actor)

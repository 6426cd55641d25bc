"""How HR speaks to us: its sources with their keys, its files, and what waits for a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from contracts.access import AccessRole
from contracts.directory import SourceKind
from services.portal import house, hr_words
from services.portal.calling import Caller, Services, reference_in
from services.portal.deciding_staff import FIELDS
from services.portal.forms import Decision, Failure, NotTaken, one_of, send
from services.portal.hr_words import ABOUT_SOURCE, ADJUST, CLOSE, DOOR, OPEN, TOKEN
from services.portal.identity import By, onwards
from services.portal.rendering import page

HERE = "/ressources-humaines"
DECIDING = {AccessRole.HR_OFFICER, AccessRole.OFFICE_LEAD, AccessRole.OPERATOR}
MOST_RUNS = 40


def routes(services: Services) -> APIRouter:
    api = APIRouter(prefix=HERE)

    @api.get("")
    async def everything(request: Request, by: By) -> Response:
        sources, runs, aside = await services.all(
            services.read("directory", "/sources", by),
            services.read("directory", "/runs", by),
            services.read_if_there("directory", "/hooks", by),
        )
        shown = [run_row(one) for one in runs[:MOST_RUNS]]
        names = await house.names(services, by)
        return page(
            request, "hr.html", here=HERE, names=names, tabs=house.tabs(by.roles), runs=shown,
            sources=[source_row(one, runs) for one in sources], aside=len(aside or ()),
            held=[one for one in shown if one["state"] == "quarantined"],
            sentence=hr_words.sentence(runs, sources),
            files=any(one["kind"] == SourceKind.FILE and not one["closed"] for one in sources),
        )  # fmt: skip

    @api.get("/qui-fait-foi")
    async def owners(request: Request, by: By) -> Response:
        said = await services.read("directory", "/staff/owners", by)
        return page(request, "hr_owners.html", here=HERE, tabs=house.tabs(by.roles),
                    owners=hr_words.owners(said, FIELDS))  # fmt: skip

    @api.get("/sources/nouvelle")
    async def new(request: Request, by: By) -> Response:  # noqa: ARG001
        return asked(request)

    @api.post("/sources/nouvelle")
    async def open_source(request: Request, by: By) -> Response:
        try:
            done = await send(services, by, OPEN, "", await request.form())
        except NotTaken as refusal:
            return asked(request, refusal.failure)
        return onwards(f"{HERE}/sources/{done.content['id']}", done.position)

    @api.get("/sources/{id}")
    async def source(request: Request, by: By, id: UUID) -> Response:
        return await show(request, by, id)

    @api.post("/sources/{id}/{key}")
    async def decide(request: Request, by: By, id: UUID, key: str) -> Response:
        decision = one_of(ABOUT_SOURCE, key)
        if decision is ADJUST:
            decision = replace(decision, fixed={"columns": {}})
        try:
            done = await send(services, by, decision, str(id), await request.form())
        except NotTaken as refusal:
            return await show(request, by, id, refusal.failure)
        if decision in (TOKEN, DOOR):
            it = await one_source(by, id)
            secret = done.content.get("token") or done.content["secret"]
            return shown_once(request, it, str(secret), token=decision is TOKEN)
        return onwards(f"{HERE}/sources/{id}", done.position)

    def asked(request: Request, failed: Failure | None = None) -> Response:
        return page(
            request, "decision.html", failed.status if failed else 200, here=HERE, failed=failed,
            title="Ouvrir une source des ressources humaines", back=HERE, decision=OPEN,
            back_word="Ressources humaines", version=None, action=f"{HERE}/sources/nouvelle",
            lead="Un système des RH parle à Tandem par une porte à lui, avec sa propre clé.",
            options={},
        )  # fmt: skip

    async def one_source(by: Caller, id: UUID) -> Any:
        known = await services.read("directory", "/sources", by)
        found = next((one for one in known if one["id"] == str(id)), None)
        if found is None:
            raise HTTPException(404)
        return found

    async def show(
        request: Request, by: Caller, id: UUID, failed: Failure | None = None
    ) -> Response:
        it, runs = await services.all(one_source(by, id), services.read("directory", "/runs", by))
        may = bool(DECIDING & set(by.roles)) and not it["closed"]
        names = await house.names(services, by)
        return page(
            request, "hr_source.html", failed.status if failed else 200, here=HERE, failed=failed,
            tabs=house.tabs(by.roles), it=source_row(it, runs), names=names,
            offered=_offered(it) if may else [], columns=_columns(it),
            runs=[run_row(one) for one in runs if one["source"] == it["name"]][:10],
            address=_address(request, by, it), tolerance=hr_words.TOLERANCES[it["tolerance"]],
        )  # fmt: skip

    def shown_once(request: Request, it: Any, secret: str, *, token: bool) -> Response:
        answer = page(request, "hr_secret.html", here=HERE, it=it, secret=secret, token=token)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    return api


def run_row(one: Mapping[str, Any]) -> dict[str, Any]:
    word, shape, tone = hr_words.STATES[one["state"]]
    return {**one, "word": word, "shape": shape, "tone": tone, "did": hr_words.outcome(one),
            "by": reference_in(one["actor"])}  # fmt: skip


def source_row(one: Mapping[str, Any], runs: list[Any]) -> dict[str, Any]:
    """With what it sent last."""
    last = next((run for run in runs if run["source"] == one["name"] and not run["dry"]), None)
    return {**one, "kind_word": hr_words.KINDS[one["kind"]], "last": last and run_row(last)}


def _offered(it: Mapping[str, Any]) -> list[Decision]:
    """What may be decided about a source of this kind, as it stands."""
    keys = {SourceKind.SCIM: [TOKEN], SourceKind.WEBHOOK: [DOOR, TOKEN], SourceKind.FILE: []}
    initial = {f"col-{code}": head for code, head in it["columns"].items()}
    said = {"share": str(it["share"]), "tolerance": it["tolerance"]}
    kind = SourceKind(it["kind"])
    fields = tuple(
        one for one in ADJUST.fields
        if not (kind is SourceKind.SCIM and one.name.startswith("col-"))
        and not (kind is not SourceKind.SCIM and one.name == "tolerance")
        and not (kind is SourceKind.WEBHOOK and one.name == "share")
    )  # fmt: skip
    hidden = {} if kind is SourceKind.SCIM else {"tolerance": it["tolerance"]}
    adjust = replace(ADJUST, fields=fields, fixed=hidden).starting(**initial, **said)
    return [*keys[kind], adjust, CLOSE]


def _columns(it: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(hr_words.COLUMNS[code], head) for code, head in it["columns"].items()]


def _address(request: Request, by: Caller, it: Mapping[str, Any]) -> str:
    """Where the system speaks to us."""
    ours = str(request.base_url).rstrip("/")
    match it["kind"]:
        case SourceKind.SCIM:
            return f"{ours}/directory/scim/{by.establishment}/v2"
        case SourceKind.WEBHOOK:
            return f"{ours}/directory/hooks/{it['id']}"
    return ""

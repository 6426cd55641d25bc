"""A step that was typed wrongly: corrected or annulled, with a reason, by a step of its own."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from contracts import ANNOUNCING
from contracts.vault import Purpose
from services.portal import reading, stories
from services.portal.calling import Caller, Refused, Services
from services.portal.forms import PLEASE, TO_CORRECT, Failure, Field, NotTaken, told
from services.portal.identity import By, onwards
from services.portal.labels import FIELDS
from services.portal.rendering import page
from services.portal.speaking import day, day_and_hour

REASON = Field("reason", "Pour quelle raison ?", "area", "Elle reste inscrite à côté de l’étape, "
               "et le Bureau la lit.", required=True)  # fmt: skip
WHEN = Field("happened", "Quand cela s’est-il passé, en vérité ?", "date",
             "Laissez tel quel si la date était juste.")  # fmt: skip


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/corrections/{service}/{stream}/{fact}")
    async def form(
        request: Request, by: By, service: str, stream: UUID, fact: UUID, retour: str = "/"
    ) -> Response:
        return await show(request, by, service, stream, fact, retour)

    @api.post("/corrections/{service}/{stream}/{fact}/{what}")
    async def mend(
        request: Request, by: By, service: str, stream: UUID, fact: UUID, what: str
    ) -> Response:
        said = await request.form()
        back = str(said.get("retour") or "/")
        try:
            position = await send(by, service, stream, fact, what, said)
        except NotTaken as refusal:
            return await show(request, by, service, stream, fact, back, refusal.failure)
        return onwards(_ours(back), position)

    async def send(
        by: Caller, service: str, stream: UUID, fact: UUID, what: str, said: FormData
    ) -> str | None:
        entry = await services.read("ledger", f"/entries/{fact}", by)
        fields = [REASON, WHEN, *_fields(entry, {})]
        typed = {name: str(value).strip() for name, value in said.items()}
        typed = {one.name: "" for one in fields} | typed
        labels = {one.name: one.label for one in fields}
        if not typed["reason"]:
            raise NotTaken(Failure(what, TO_CORRECT, 422, "", {"reason": PLEASE}, labels, typed))
        body: dict[str, Any] = {"reason": typed["reason"]}
        if what == "correction":
            body |= _changes(entry, typed)
        path = f"/streams/{stream}/facts/{fact}/{_door(what)}"
        key = str(said.get("cle") or "") or None
        try:
            return (await services.tell(_service(service), path, by, body, key=key)).position
        except Refused as refused:
            raise NotTaken(told(refused, what, fields, typed)) from refused

    async def show(
        request: Request, by: Caller, service: str, stream: UUID, fact: UUID, back: str,
        failed: Failure | None = None,
    ) -> Response:  # fmt: skip
        entry = await services.read("ledger", f"/entries/{fact}", by)
        if entry["subject"] != str(stream) or entry["source"] != service:
            raise HTTPException(404)
        refs = {name: value["ref"] for name, value in _words(entry).items()}
        words = await services.words(by, Purpose.INVOLVEMENT, refs.values())
        fields = _fields(entry, {name: words.get(ref, "") for name, ref in refs.items()})
        sentence = await _sentence(services, by, str(fact), back)
        return page(
            request, "correction.html", failed.status if failed else 200, failed=failed,
            names=await reading.names(services, by, Purpose.STAFF),
            when=WHEN, reason=REASON, fields=fields, back=_ours(back), sentence=sentence,
            happened=entry.get("precision") or entry["time"],
            said_on=day(entry["precision"]) if entry.get("precision")
            else day_and_hour(entry["time"]),
            action=f"/corrections/{service}/{stream}/{fact}",
        )  # fmt: skip

    return api


def _service(name: str) -> str:
    if name not in ANNOUNCING:
        raise HTTPException(404)
    return name


def _door(what: str) -> str:
    if what not in ("correction", "annulation"):
        raise HTTPException(404)
    return "correction" if what == "correction" else "annulment"


def _ours(back: str) -> str:
    return back if re.match(r"^/(?![/\\])", back) else "/"


def _words(entry: dict[str, Any]) -> dict[str, Any]:
    """The references to free words of a fact, by their field."""
    data = entry["data"]
    own = {name: value for name, value in data.items() if _is_reference(value)}
    return own | dict(data.get("personal", {}))


def _is_reference(value: object) -> bool:
    return isinstance(value, dict) and "commitment" in value


def _plain(entry: dict[str, Any]) -> dict[str, Any]:
    """What a person can read and write anew: numbers, dates, codes, titles; no references."""
    return {
        name: value
        for name, value in entry["data"].items()
        if name in FIELDS and isinstance(value, str | int) and not isinstance(value, bool)
    }


def _fields(entry: dict[str, Any], words: dict[str, str]) -> list[Field]:
    plain = [
        Field(f"data.{name}", FIELDS[name][0], options=FIELDS[name][1],
              kind="choice" if FIELDS[name][1] else "text", initial=str(value))
        for name, value in _plain(entry).items()
    ]  # fmt: skip
    free = [
        Field(f"words.{name}", FIELDS.get(name, ("Mots gardés à part", ()))[0], "area",
              initial=words.get(name, ""))
        for name in _words(entry)
    ]  # fmt: skip
    return plain + free


def _changes(entry: dict[str, Any], typed: dict[str, str]) -> dict[str, Any]:
    """Only what was written anew; numbers stay numbers."""
    data: dict[str, Any] = {}
    for name, was in _plain(entry).items():
        now = typed.get(f"data.{name}", "")
        if now and now != str(was):
            data[name] = int(now) if isinstance(was, int) and now.isdigit() else now
    words = {
        name: now
        for name in _words(entry)
        if (now := typed.get(f"words.{name}", "")) and now != typed.get(f"was.{name}", "")
    }
    changes: dict[str, Any] = {"data": data, "personal": words}
    if typed["happened"]:
        changes["happened"] = typed["happened"]
    return changes


async def _sentence(services: Services, by: Caller, fact: str, back: str) -> str:
    """The sentence of this step, from the story it was found in."""
    _, of, record, *_ = [*back.split("/"), "", ""]
    if of not in stories.KINDS:
        return ""
    path = f"/{stories.KINDS[of]}/{record}/story"
    told = await services.read_if_there("insights", path, by, {"lang": "fr"})
    steps = told["steps"] if told else []
    return next((one["counts_as"] or one["sentence"] for one in steps if one["id"] == fact), "")

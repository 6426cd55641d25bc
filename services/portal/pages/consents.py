"""« Mes consentements »: one page a purpose, apart from any other form, and its phone entry."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from contracts.consent import ConsentTo
from contracts.vault import Purpose
from services.portal import reading
from services.portal.calling import Caller, Done, Refused, Services, reference_in
from services.portal.consent_words import (
    AGREEMENTS,
    ANSWERS,
    BY_OFFICE,
    EXPIRES,
    FORMS,
    GUARDIANS,
    KINDS,
    limit_of,
    scope_of,
)
from services.portal.forms import Failure, Field, NotTaken, answers, body_of, told
from services.portal.identity import By, onwards
from services.portal.rendering import page

FORM = "consentement"
DECISIONS = {"oui": "", "non": "/{purpose}/refusal", "retrait": "/{purpose}/withdrawal"}
OWN = "/consentements"


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get(OWN)
    async def mine(request: Request, by: By) -> Response:
        return await overview(request, by, _person(by))

    @api.get(OWN + "/{purpose}")
    async def my_page(request: Request, by: By, purpose: ConsentTo, langue: str = "fr") -> Response:
        return await one(request, by, _person(by), purpose, langue)

    @api.post(OWN + "/{purpose}/{answer}")
    async def my_answer(
        request: Request, by: By, purpose: ConsentTo, answer: str, langue: str = "fr"
    ) -> Response:
        return await decide(request, by, _person(by), purpose, answer, langue)

    @api.get("/partenaires/{id}/consentements")
    async def theirs(request: Request, by: By, id: UUID) -> Response:
        return await overview(request, by, str(id))

    @api.get("/partenaires/{id}/consentements/{purpose}")
    async def their_page(
        request: Request, by: By, id: UUID, purpose: ConsentTo, langue: str = "fr"
    ) -> Response:
        return await one(request, by, str(id), purpose, langue)

    @api.post("/partenaires/{id}/consentements/{purpose}/{answer}")
    async def their_answer(
        request: Request, by: By, id: UUID, purpose: ConsentTo, answer: str, langue: str = "fr"
    ) -> Response:
        return await decide(request, by, str(id), purpose, answer, langue)

    async def overview(request: Request, by: Caller, person: str) -> Response:
        it, texts, names = await services.all(
            services.read("insights", f"/partners/{person}", by),
            services.read("recruitment", "/consent-texts", by),
            reading.names(services, by, Purpose.RECRUITMENT, person),
        )
        return page(
            request, "consents.html", it=it, names=names, texts=texts["texts"],
            **_common(by, person), agreements=AGREEMENTS,
        )  # fmt: skip

    async def one(
        request: Request, by: Caller, person: str, purpose: ConsentTo, language: str,
        failed: Failure | None = None,
    ) -> Response:  # fmt: skip
        it, texts = await services.all(
            services.read("insights", f"/partners/{person}", by),
            services.read("recruitment", "/consent-texts", by, {"language": _known(language)}),
        )
        speakers = [one for one in it["representatives"] if not one["ended"]]
        names = await reading.names(
            services, by, Purpose.RECRUITMENT, person, *[one["id"] for one in speakers]
        )
        [text] = [one for one in texts["texts"] if one["purpose"] == purpose]
        past = [one for one in it["consents_past"] if one["purpose"] == purpose]
        return page(
            request, "consent.html", failed.status if failed else 200, it=it, names=names,
            text=text, now=it["consents"].get(purpose), past=past[::-1], failed=failed,
            fields=_fields(by, purpose), purpose=purpose, language=_known(language), form=FORM,
            options=await _options(services, by, it, speakers, names),
            agreement=purpose in AGREEMENTS, **_common(by, person),
        )  # fmt: skip

    async def decide(
        request: Request, by: Caller, person: str, purpose: ConsentTo, answer: str, language: str
    ) -> Response:
        form = await request.form()
        if answer == "signature" and by.staff:
            done = await services.tell(
                "recruitment", f"/partners/{person}/consents/{purpose}/countersignature", by,
                {"signed_by": str(by.staff)}, key=str(form.get("cle") or "") or None,
            )  # fmt: skip
            return onwards(f"{_home(by, person)}/{purpose}", done.position)
        if answer not in DECISIONS:
            raise HTTPException(404)
        try:
            done = await _send(services, by, person, purpose, answer, language, form)
        except NotTaken as refusal:
            return await one(request, by, person, purpose, language, refusal.failure)
        return onwards(_home(by, person), done.position)

    return api


async def _send(
    services: Services, by: Caller, person: str, purpose: ConsentTo, answer: str, language: str,
    form: FormData,
) -> Done:  # fmt: skip
    """Raises NotTaken with what to tell, and Away."""
    fields = _fields(by, purpose) if answer == "oui" else _fields(by, None)
    values = answers(fields, form)
    said = body_of(fields, values, FORM)
    of, speaker = said.pop("of", None), said.pop("speaker", None)
    scope = scope_of(purpose, of) if answer == "oui" else {}
    body = said | scope | await _voice(services, by, person, speaker)
    if answer == "oui":
        body |= {"purpose": purpose, "language": _known(language)}
        if body.get("form") != "paper":
            body["text_hash"] = str(form.get("texte") or "") or None
    else:
        body.pop("expires", None)
        body.pop("paper", None)
    path = f"/partners/{person}/consents" + DECISIONS[answer].format(purpose=purpose)
    try:
        return await services.tell(
            "recruitment", path, by, body, key=str(form.get("cle") or "") or None
        )
    except Refused as refused:
        raise NotTaken(told(refused, FORM, fields, values)) from refused


async def _voice(
    services: Services, by: Caller, person: str, speaker: str | None
) -> dict[str, Any]:
    """Who answers: whoever is in their own space, else whom the office named."""
    speaker = reference_in(by.actor) if by.person else speaker
    if not speaker or speaker == person:
        return {}
    it = await services.read("insights", f"/partners/{person}", by)
    kinds = {one["id"]: one["kind"] for one in it["representatives"]}
    given_by = "guardian" if kinds.get(speaker) in GUARDIANS else "representative"
    return {"given_by": given_by, "representative": speaker}


def _fields(by: Caller, purpose: ConsentTo | None) -> tuple[Field, ...]:
    limits = limit_of(purpose) if purpose else ()
    if by.person:
        return (*limits, EXPIRES) if purpose and purpose not in AGREEMENTS else limits
    return (*limits, *BY_OFFICE)


async def _options(
    services: Services, by: Caller, it: dict[str, Any], speakers: list[Any], names: Any
) -> dict[str, Any]:
    homes, requests = await services.all(
        reading.establishments(services, by),
        reading.items(services, "/requests", by, limit=reading.MOST),
    )
    thought_of = {one["request"] for one in it.get("searches", ())}
    return {
        "speakers": [(one["id"], f"{names[one['id']]}, {KINDS[one['kind']]}") for one in speakers],
        "establishments": [
            (one["key"], one["name"]) for one in homes if one["key"] != by.establishment
        ],
        "requests": [(one["id"], one["title"]) for one in requests if one["id"] in thought_of],
    }


def _person(by: Caller) -> str:
    if by.person is None:
        raise HTTPException(404)
    return str(by.person)


def _home(by: Caller, person: str) -> str:
    return OWN if by.person else f"/partenaires/{person}/consentements"


def _common(by: Caller, person: str) -> dict[str, Any]:
    return {
        "own": by.person is not None, "home": _home(by, person), "person": person,
        "answers": ANSWERS, "forms": FORMS, "here": OWN if by.person else "/partenaires",
    }  # fmt: skip


def _known(language: str) -> str:
    return "en" if language == "en" else "fr"

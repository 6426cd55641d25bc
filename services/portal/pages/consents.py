"""« Mes consentements »: one page a purpose, apart from any other form, and its phone entry."""

from __future__ import annotations

from functools import partial
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from contracts.consent import ConsentTo
from contracts.vault import Purpose
from services.portal import reading
from services.portal.answering import answered
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
from services.portal.forms import Failure, Field, NotTaken, Values, answers, body_of, told
from services.portal.identity import By
from services.portal.rendering import page

FORM = "consentement"
DECISIONS = {"oui": "", "non": "/{purpose}/refusal", "retrait": "/{purpose}/withdrawal",
             "signature": "/{purpose}/countersignature"}  # fmt: skip
OWN, THEIRS = "/consentements", "/partenaires/{id:uuid}/consentements"


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get(OWN)
    @api.get(THEIRS)
    async def overview(request: Request, by: By) -> Response:
        person = _whose(request, by)
        it, texts, powers, names = await services.all(
            services.read("insights", f"/partners/{person}", by),
            services.read("recruitment", "/consent-texts", by),
            services.read_if_there("recruitment", f"/partners/{person}/powers", by),
            reading.names(services, by, Purpose.RECRUITMENT, person),
        )
        return page(
            request, "consents.html", it=it, names=names, texts=texts["texts"],
            homes=request.app.state.homes.names,
            **_common(by, person, powers), agreements=AGREEMENTS,
        )  # fmt: skip

    @api.get(OWN + "/{purpose}")
    @api.get(THEIRS + "/{purpose}")
    async def one(request: Request, by: By, purpose: ConsentTo, langue: str = "fr") -> Response:
        return await show(request, by, purpose, langue)

    @api.post(OWN + "/{purpose}/{answer}")
    @api.post(THEIRS + "/{purpose}/{answer}")
    async def answer(
        request: Request, by: By, purpose: ConsentTo, answer: str, langue: str = "fr"
    ) -> Response:
        person = _whose(request, by)
        if answer not in DECISIONS:
            raise HTTPException(404)
        sent = _send(services, by, person, purpose, answer, langue, await request.form())
        where = _home(by, person) + (f"/{purpose}" if answer == "signature" else "")
        return await answered(sent, where, partial(show, request, by, purpose, langue))

    async def show(
        request: Request, by: Caller, purpose: ConsentTo, language: str,
        failed: Failure | None = None,
    ) -> Response:  # fmt: skip
        person = _whose(request, by)
        it, texts, powers = await services.all(
            services.read("insights", f"/partners/{person}", by),
            services.read("recruitment", "/consent-texts", by, {"language": _known(language)}),
            services.read_if_there("recruitment", f"/partners/{person}/powers", by),
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
            agreement=purpose in AGREEMENTS, **_common(by, person, powers),
        )  # fmt: skip

    return api


async def _send(
    services: Services, by: Caller, person: str, purpose: ConsentTo, answer: str, language: str,
    form: FormData,
) -> Done:  # fmt: skip
    """Raises NotTaken with what to tell, and Away."""
    fields = _fields(by, purpose if answer == "oui" else None)
    values = answers(fields, form)
    path = f"/partners/{person}/consents" + DECISIONS[answer].format(purpose=purpose)
    body = (
        {"signed_by": str(by.staff)}
        if answer == "signature"
        else await _said(services, by, person, purpose, answer, language, fields, values, form)
    )
    try:
        return await services.tell(
            "recruitment", path, by, body, key=str(form.get("cle") or "") or None
        )
    except Refused as refused:
        raise NotTaken(told(refused, FORM, fields, values)) from refused


async def _said(
    services: Services, by: Caller, person: str, purpose: ConsentTo, answer: str, language: str,
    fields: tuple[Field, ...], values: Values, form: FormData,
) -> dict[str, Any]:  # fmt: skip
    """What was answered, by whom, and on which text."""
    said = body_of(fields, values, FORM)
    of, speaker = said.pop("of", None), said.pop("speaker", None)
    body = said | await _voice(services, by, person, speaker)
    if answer != "oui":
        return {name: value for name, value in body.items() if name not in ("expires", "paper")}
    body |= scope_of(purpose, of) | {"purpose": purpose, "language": _known(language)}
    if body.get("form") != "paper":
        body["text_hash"] = str(form.get("texte") or "") or None
    return body


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
        "establishments": reading.others(services, by, homes),
        "requests": [(one["id"], one["title"]) for one in requests if one["id"] in thought_of],
    }


def _whose(request: Request, by: Caller) -> str:
    """The person in the address; in a space of one's own, whose file is open."""
    return str(by.person or request.path_params["id"])


def _home(by: Caller, person: str) -> str:
    return OWN if by.person else f"/partenaires/{person}/consentements"


def _common(by: Caller, person: str, powers: dict[str, Any] | None) -> dict[str, Any]:
    """`outgrown`: what a parent consented to stands, and is now the person's alone to say."""
    return {
        "outgrown": bool(powers and powers["consents_alone"]),
        "own": by.person is not None, "home": _home(by, person), "person": person,
        "answers": ANSWERS, "forms": FORMS, "here": OWN if by.person else "/partenaires",
    }  # fmt: skip


def _known(language: str) -> str:
    return "en" if language == "en" else "fr"

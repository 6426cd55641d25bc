"""Consents and agreements over HTTP, and the texts they are given on."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, model_validator

from contracts.consent import (
    ConsentGivenV2,
    ConsentMode,
    ConsentRefused,
    ConsentTextPublished,
    ConsentTo,
    ConsentWithdrawnV2,
    Digest,
    Reach,
    Scope,
    Speaker,
    Wording,
    consent_id,
)
from contracts.envelope import PartialDate, PersonRef, StaffRef
from contracts.terms import Label, Title
from services.chassis.domain import NotFound
from services.chassis.http import Body, By, Words, decided
from services.recruitment.consenting import Consenting
from services.recruitment.texts import Texts, text

type Language = Literal["fr", "en"]


class Voice(Body):
    """Who says so, and how it was heard."""

    form: ConsentMode = ConsentMode.PORTAL
    given_by: Speaker = Speaker.SELF
    representative: PersonRef | None = None
    collected_by: StaffRef | None = None
    scope: Scope = Scope()

    @model_validator(mode="after")
    def _names_who_speaks(self) -> Self:
        if (self.given_by is Speaker.SELF) == (self.representative is not None):
            raise ValueError("name the representative, and only where one speaks")
        return self

    def said(self, partner: UUID, purpose: ConsentTo) -> dict[str, object]:
        consent = consent_id(partner, purpose, self.scope)
        return {
            "partner": PersonRef(partner), "consent": consent, "purpose": purpose,
            "form": self.form, "given_by": self.given_by, "representative": self.representative,
            "collected_by": self.collected_by,
        }  # fmt: skip


class Consent(Voice):
    """`text_hash` is that of the very text shown or read; `paper` says where a paper is kept."""

    purpose: ConsentTo
    text_hash: Digest | None = None
    text_version: Label | None = None
    language: Language = "fr"
    expires: PartialDate | None = None
    paper: Words | None = None


class Refusal(Voice):
    text_hash: Digest | None = None


class Withdrawal(Voice):
    """`all`: whatever the scope it was given for."""

    all: bool = True


class Countersignature(Body):
    signed_by: StaffRef


class Text(Body):
    purpose: ConsentTo
    language: Language = "fr"
    version: Label
    title: Title
    body: Wording
    script: Wording
    owed: Wording = ""


class TextsKnown(BaseModel):
    texts: tuple[ConsentTextPublished, ...]


class StandingKnown(BaseModel):
    """`closed`: it was refused, withdrawn, or is over. Neither: it was never asked."""

    holds: bool
    closed: bool


def consents(consenting: Consenting) -> APIRouter:
    api = APIRouter(
        prefix="/partners/{id}/consents", tags=["consent"], default_response_class=Response
    )

    @api.post("", status_code=204)
    async def consent(id: UUID, body: Consent, by: By) -> Response:
        told = body.model_dump(exclude={"paper"}) | body.said(id, body.purpose)
        given = ConsentGivenV2.model_validate(told)
        return decided(await consenting.give(given, body.paper, by))

    @api.post("/{purpose}/withdrawal", status_code=204)
    async def withdraw_consent(
        id: UUID,
        purpose: ConsentTo,
        by: By,
        body: Withdrawal = Withdrawal(),  # noqa: B008
    ) -> Response:
        said = ConsentWithdrawnV2.model_validate(body.said(id, purpose))
        return decided(await consenting.withdraw(said, body.all, by))

    @api.post("/{purpose}/refusal", status_code=204)
    async def refuse_consent(id: UUID, purpose: ConsentTo, body: Refusal, by: By) -> Response:
        said = ConsentRefused.model_validate(
            {**body.said(id, purpose), "text_hash": body.text_hash}
        )
        return decided(await consenting.refuse(said, by))

    @api.post("/{purpose}/countersignature", status_code=204)
    async def countersign(id: UUID, purpose: ConsentTo, body: Countersignature, by: By) -> Response:
        return decided(await consenting.countersign(id, purpose, body.signed_by, by))

    @api.get("/{purpose}", response_class=JSONResponse)
    async def stands(
        id: UUID, purpose: ConsentTo, by: By,
        reach: Reach = Reach.EVERYTHING,
        of: Annotated[str | None, Query(max_length=120)] = None,
    ) -> StandingKnown:  # fmt: skip
        """Whether it holds now, for `of` where that is said: asked before relying on it."""
        if by.own and id != by.who:
            raise NotFound
        known = await consenting.stands(id, purpose, reach, of, by)
        return StandingKnown(holds=known.holds, closed=known.closed)

    return api


def wordings(texts: Texts) -> APIRouter:
    api = APIRouter(prefix="/consent-texts", tags=["consent"])

    @api.get("")
    async def consent_texts(by: By, language: Language = "fr") -> TextsKnown:
        return TextsKnown(texts=tuple(await texts.all(language, by)))

    @api.get("/{text_hash}")
    async def consent_text(text_hash: Digest, by: By) -> ConsentTextPublished:
        """The very text with this digest, also where it was replaced since."""
        return await texts.known_as(text_hash, by)

    @api.post("", status_code=204, response_class=Response)
    async def publish_text(body: Text, by: By) -> Response:
        words = body.model_dump(exclude={"purpose", "language", "version"})
        said = text(body.purpose, body.language, body.version, words)
        return decided(await texts.publish(said, by))

    return api

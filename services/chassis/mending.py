"""How what was typed wrongly is put right, in every deciding service alike."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.envelope import PersonalRef
from contracts.vault import FieldName, Purpose
from services.chassis.deciding import Provenance
from services.chassis.http import Body, By, Words, decided, when
from services.chassis.personal import Vault
from services.chassis.righting import Righting


class Mistake(Body):
    """Why the fact does not count."""

    reason: Words


class Otherwise(Body):
    """How it was in truth: the fields that differ, free words apart, and when it happened."""

    data: dict[str, Any] = {}
    personal: Annotated[dict[FieldName, Words], Field(max_length=40)] = {}
    happened: str | None = None
    reason: Words


def mending(use_cases: Righting, vault: Vault) -> APIRouter:
    """Routes to annul and to correct any fact of this service."""
    api = APIRouter(prefix="/streams/{stream}/facts/{fact}", tags=["corrections"])

    @api.post("/annulment", status_code=204)
    async def annul(stream: UUID, fact: UUID, body: Mistake, by: By) -> Response:
        kept = await keep(stream, fact, {"reason": body.reason}, by)
        return decided(await use_cases.annul(stream, fact, by, kept["reason"]))

    @api.post("/correction", status_code=204)
    async def correct(stream: UUID, fact: UUID, body: Otherwise, by: By) -> Response:
        time = when(body.happened)
        kept = await keep(stream, fact, {**body.personal, "reason": body.reason}, by)
        reason = kept.pop("reason")
        changes = body.data | await use_cases.with_words(stream, fact, kept, by)
        return decided(await use_cases.correct(stream, fact, changes, by, time, reason))

    async def keep(
        stream: UUID, fact: UUID, values: dict[str, str], by: Provenance
    ) -> dict[str, PersonalRef]:
        about = await use_cases.whom_it_is_about(stream, fact, by)
        return await vault.keep(by, about, Purpose.INVOLVEMENT, values, by.claim_on(stream))

    return api

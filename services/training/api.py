"""Training over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from contracts.terms import Label, Minutes
from contracts.training import Completion, TrainingRecorded
from services.chassis.http import Body, By, Words, decided
from services.chassis.mending import mending
from services.chassis.personal import Vault
from services.chassis.recording import recording
from services.chassis.store import Store
from services.training.application import Training


class Completed(Body):
    module: Label
    completion: Completion = Completion.COMPLETED
    minutes: Minutes | None = None


class Cancelled(Body):
    reason: Words | None = None


def routes(training: Training, store: Store, vault: Vault) -> APIRouter:
    api = APIRouter()

    @api.post("/plans/{id}/completions", status_code=204, tags=["plans"])
    async def complete_module(id: UUID, body: Completed, by: By) -> Response:
        position = await training.complete_module(
            id, body.module, body.completion, body.minutes, by
        )
        return decided(position)

    @api.post("/plans/{id}/cancellation", status_code=204, tags=["plans"])
    async def cancel_plan(id: UUID, body: Cancelled, by: By) -> Response:
        return decided(await training.cancel_plan(id, body.reason, by))

    api.include_router(mending(training, vault))
    api.include_router(recording(training, store, vault, TrainingRecorded))
    return api

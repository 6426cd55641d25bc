"""Evaluation over HTTP."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.envelope import PartialDate, PersonRef, StaffRef
from contracts.evaluation import (
    About,
    ContactKind,
    ContactLogged,
    Finding,
    OrganizationAssessed,
    Points,
)
from contracts.terms import Label, Minutes, Satisfaction, Side
from services.chassis.http import Body, By, Words, decided
from services.chassis.mending import mending
from services.chassis.personal import Vault
from services.chassis.recording import recording
from services.chassis.store import Store
from services.evaluation.application import Evaluation
from services.evaluation.domain.instruments import ITEMS, OPEN_QUESTIONS, REGISTRY


class OfAnInvolvement(Body):
    """`partner` is needed where the office began to follow an involvement from a register."""

    partner: PersonRef | None = None


class CheckIn(OfAnInvolvement):
    side: Side
    satisfaction: Satisfaction | None = None
    note: Words | None = None
    appointment: UUID | None = None


class Survey(OfAnInvolvement):
    side: Side
    instrument: Label
    answers: dict[Label, Points] = {}
    comment: Words | None = None
    appointment: UUID | None = None


class Concern(OfAnInvolvement):
    side: Side
    concern: Words


class ExitInterview(OfAnInvolvement):
    satisfaction: Satisfaction | None = None
    would_return: bool | None = None
    note: Words | None = None


class Contacted(Body):
    about: About
    subject: UUID
    partner: PersonRef | None = None
    date: PartialDate | None = None
    kind: ContactKind
    side: Side | None = None
    staff: StaffRef | None = None
    satisfaction: Satisfaction | None = None
    call_back: PartialDate | None = None
    minutes: Minutes | None = None
    summary: Words | None = None


class Assessed(Body):
    instrument: Label
    date: PartialDate | None = None
    finding: Finding
    score: Annotated[int, Field(ge=0, le=100)] | None = None
    note: Words | None = None


def routes(evaluation: Evaluation, store: Store, vault: Vault) -> APIRouter:
    api = APIRouter()
    api.include_router(following(evaluation))
    api.include_router(noting(evaluation))
    api.include_router(mending(evaluation, vault))
    api.include_router(recording(evaluation, store, vault, ContactLogged, OrganizationAssessed))
    return api


def following(evaluation: Evaluation) -> APIRouter:
    """How an involvement goes."""
    api = APIRouter(prefix="/involvements/{involvement}", tags=["follow-up"])

    @api.post("/check-ins", status_code=204)
    async def check_in(involvement: UUID, body: CheckIn, by: By) -> Response:
        return decided(await evaluation.check_in(involvement, **dict(body), by=by))

    @api.post("/surveys", status_code=204)
    async def answer(involvement: UUID, body: Survey, by: By) -> Response:
        return decided(await evaluation.answer(involvement, **dict(body), by=by))

    @api.post("/concerns", status_code=204)
    async def raise_concern(involvement: UUID, body: Concern, by: By) -> Response:
        return decided(await evaluation.raise_concern(involvement, **dict(body), by=by))

    @api.post("/exit-interview", status_code=204)
    async def hold_exit_interview(involvement: UUID, body: ExitInterview, by: By) -> Response:
        return decided(await evaluation.hold_exit_interview(involvement, **dict(body), by=by))

    return api


def noting(evaluation: Evaluation) -> APIRouter:
    """Contacts, assessments, and the questionnaires there are."""
    api = APIRouter(tags=["evaluation"])

    @api.post("/contacts", status_code=201)
    async def log_contact(body: Contacted, by: By) -> Response:
        contact = {name: value for name, value in body if name != "summary"}
        id_, position = await evaluation.log_contact(contact, body.summary, by)
        return decided(position, id=str(id_))

    @api.post("/assessments", status_code=201)
    async def assess(body: Assessed, by: By) -> Response:
        assessment = {name: value for name, value in body if name != "note"}
        id_, position = await evaluation.assess(assessment, body.note, by)
        return decided(position, id=str(id_))

    @api.get("/instruments")
    async def list_instruments(_: By) -> list[dict[str, Any]]:
        return [
            {
                "code": one.code,
                "side": one.side,
                "items": [{"code": item, **ITEMS[item]._asdict()} for item in one.items],
                "open_question": OPEN_QUESTIONS[one.open_question]._asdict(),
            }
            for one in REGISTRY.values()
        ]

    return api

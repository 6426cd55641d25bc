"""Requests over HTTP."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.envelope import PartialDate, StaffRef
from contracts.intake import DeclineReason, Detail, NeedWord, RequestDrafted, RequestRevised
from contracts.terms import (
    Compensation,
    Label,
    Level,
    Minutes,
    Mode,
    ProjectKind,
    SystemLevel,
    Title,
)
from services.chassis.http import Body, By, Words, decided
from services.intake.application import Intake


class Planning(Body):
    """What a team says with the planning tool."""

    title: Title
    department: UUID
    contact: StaffRef
    approver: StaffRef | None = None
    level: Level
    system_level: SystemLevel = SystemLevel.SERVICES
    kind: ProjectKind = ProjectKind.PROJECT
    project: UUID | None = None
    partners_sought: Annotated[int, Field(ge=1, le=99)]
    languages: tuple[Label, ...] = ("fr",)
    mode: Mode | None = None
    starts: PartialDate | None = None
    ends: PartialDate | None = None
    first_meeting: PartialDate | None = None
    closes: PartialDate | None = None
    preparation_minutes: Minutes | None = None
    compensation: Compensation | None = None
    words: dict[NeedWord, Words] = {}


class Missing(Body):
    missing: tuple[Detail, ...] = ()
    note: Words | None = None


class Triage(Body):
    advisor: StaffRef


class Decline(Body):
    reason: DeclineReason
    note: Words | None = None


class Contact(Body):
    contact: StaffRef


class Note(Body):
    note: Words | None = None


def routes(intake: Intake) -> APIRouter:
    api = APIRouter(prefix="/requests", tags=["requests"], default_response_class=Response)

    @api.post("", status_code=201)
    async def draft(body: Planning, by: By) -> Response:
        need = RequestDrafted.model_validate(body.model_dump(exclude={"words"}))
        request, position = await intake.draft(need, dict(body.words.items()), by)
        return decided(position, id=str(request))

    @api.post("/{id}/revision", status_code=204)
    async def revise(id: UUID, body: Planning, by: By) -> Response:
        need = RequestRevised.model_validate(body.model_dump(exclude={"words"}))
        return decided(await intake.revise(id, need, dict(body.words.items()), by))

    @api.post("/{id}/submission", status_code=204)
    async def submit(id: UUID, by: By) -> Response:
        return decided(await intake.submit(id, by))

    @api.post("/{id}/return", status_code=204)
    async def return_for_detail(id: UUID, body: Missing, by: By) -> Response:
        return decided(await intake.return_for_detail(id, body.missing, body.note, by))

    @api.post("/{id}/resubmission", status_code=204)
    async def resubmit(id: UUID, by: By) -> Response:
        return decided(await intake.resubmit(id, by))

    @api.post("/{id}/triage", status_code=204)
    async def triage(id: UUID, body: Triage, by: By) -> Response:
        return decided(await intake.triage(id, body.advisor, by))

    @api.post("/{id}/acceptance", status_code=204)
    async def accept(id: UUID, by: By) -> Response:
        return decided(await intake.accept(id, by))

    @api.post("/{id}/refusal", status_code=204)
    async def decline(id: UUID, body: Decline, by: By) -> Response:
        return decided(await intake.decline(id, body.reason, body.note, by))

    @api.post("/{id}/redirection", status_code=204)
    async def redirect(id: UUID, body: Note, by: By) -> Response:
        return decided(await intake.redirect(id, body.note, by))

    @api.post("/{id}/contact", status_code=204)
    async def name_contact(id: UUID, body: Contact, by: By) -> Response:
        return decided(await intake.name_contact(id, body.contact, by))

    @api.post("/{id}/withdrawal", status_code=204)
    async def withdraw(id: UUID, body: Note, by: By) -> Response:
        return decided(await intake.withdraw(id, body.note, by))

    return api

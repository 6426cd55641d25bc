"""Accompaniment over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from contracts.accompaniment import (
    Attendance,
    ContributionRecorded,
    Decision,
    HoursLogged,
    InvolvementPauseRecorded,
    InvolvementRecorded,
    Step,
)
from contracts.envelope import PartialDate, PersonRef, StaffRef
from contracts.terms import (
    Cents,
    Compensation,
    Level,
    Minutes,
    Mode,
    Role,
    Side,
    SystemLevel,
    Title,
)
from services.accompaniment.application import Accompaniment
from services.accompaniment.signing import Signing
from services.accompaniment.signing_api import signatures
from services.chassis.http import Body, By, Words, decided
from services.chassis.mending import mending
from services.chassis.personal import Vault
from services.chassis.recording import recording
from services.chassis.store import Store


class Proposal(Body):
    """An involvement that a team began alone, or one partner proposed directly."""

    partner: PersonRef
    title: Title
    role: Role
    level: Level
    system_level: SystemLevel | None = None
    request: UUID | None = None
    project: UUID | None = None


class Terms(Body):
    starts: PartialDate
    ends: PartialDate | None = None
    monthly_minutes: Minutes | None = None
    compensation: Compensation = Compensation.NOT_OFFERED
    contact: StaffRef | None = None
    attendance: Words | None = None
    support: Words | None = None
    note: Words | None = None


class Pause(Body):
    until: PartialDate | None = None
    reason: Words | None = None


class Extension(Body):
    until: PartialDate


class Contact(Body):
    contact: StaffRef


class Ending(Body):
    silent: bool = False
    reason: Words | None = None


class Hours(Body):
    date: PartialDate | None = None
    minutes: Minutes
    attendance: Attendance = Attendance.PRESENT
    mode: Mode | None = None
    expenses: Cents | None = None
    compensation: Cents | None = None
    activity: Words | None = None


class Contributed(Body):
    text: Words


class Answer(Body):
    decision: Decision
    why: Words | None = None


def routes(accompaniment: Accompaniment, signing: Signing, store: Store, vault: Vault) -> APIRouter:
    api = APIRouter()
    api.include_router(preparing(accompaniment))
    api.include_router(signatures(signing))
    api.include_router(under_way(accompaniment))
    api.include_router(mending(accompaniment, vault))
    api.include_router(
        recording(
            accompaniment,
            store,
            vault,
            InvolvementRecorded,
            InvolvementPauseRecorded,
            HoursLogged,
            ContributionRecorded,
        )
    )
    return api


def preparing(accompaniment: Accompaniment) -> APIRouter:
    """Until the involvement begins."""
    api = APIRouter(prefix="/involvements", tags=["involvements"])

    @api.post("", status_code=201)
    async def propose(body: Proposal, by: By) -> Response:
        involvement, position = await accompaniment.propose(dict(body), by)
        return decided(position, id=str(involvement))

    @api.post("/{id}/terms", status_code=204)
    async def set_terms(id: UUID, body: Terms, by: By) -> Response:
        words = {"attendance": body.attendance, "support": body.support, "note": body.note}
        terms = {name: value for name, value in body if name not in words}
        return decided(await accompaniment.set_terms(id, terms, words, by))

    @api.post("/{id}/steps/{step}", status_code=204)
    async def complete(id: UUID, step: Step, by: By) -> Response:
        return decided(await accompaniment.complete(id, step, by))

    @api.post("/{id}/first-meeting", status_code=204)
    async def hold_first_meeting(id: UUID, by: By) -> Response:
        return decided(await accompaniment.complete(id, Step.FIRST_MEETING, by))

    return api


def under_way(accompaniment: Accompaniment) -> APIRouter:
    """From its start to its end, and what is done meanwhile."""
    api = APIRouter(tags=["involvements"])

    @api.post("/involvements/{id}/pause", status_code=204)
    async def pause(id: UUID, body: Pause, by: By) -> Response:
        return decided(await accompaniment.pause(id, body.until, body.reason, by))

    @api.post("/involvements/{id}/resumption", status_code=204)
    async def resume(id: UUID, by: By) -> Response:
        return decided(await accompaniment.resume(id, by))

    @api.post("/involvements/{id}/extension", status_code=204)
    async def extend(id: UUID, body: Extension, by: By) -> Response:
        return decided(await accompaniment.extend(id, body.until, by))

    @api.post("/involvements/{id}/contact", status_code=204)
    async def name_contact(id: UUID, body: Contact, by: By) -> Response:
        return decided(await accompaniment.name_contact(id, body.contact, by))

    @api.post("/involvements/{id}/end", status_code=204)
    async def end(id: UUID, body: Ending, by: By) -> Response:
        return decided(await accompaniment.end(id, body.silent, body.reason, by))

    @api.post("/involvements/{id}/notices/{side}", status_code=204)
    async def tell_side(id: UUID, side: Side, by: By) -> Response:
        return decided(await accompaniment.tell(id, side, by))

    @api.post("/involvements/{id}/hours", status_code=201)
    async def log_hours(id: UUID, body: Hours, by: By) -> Response:
        hours = {name: value for name, value in body if name != "activity"}
        activity, position = await accompaniment.log_hours(id, hours, body.activity, by)
        return decided(position, id=str(activity))

    @api.post("/involvements/{id}/contributions", status_code=201)
    async def contribute(id: UUID, body: Contributed, by: By) -> Response:
        contribution, position = await accompaniment.contribute(id, body.text, by)
        return decided(position, id=str(contribution))

    @api.post("/contributions/{id}/answer", status_code=204)
    async def answer(id: UUID, body: Answer, by: By) -> Response:
        return decided(await accompaniment.answer(id, body.decision, body.why, by))

    return api

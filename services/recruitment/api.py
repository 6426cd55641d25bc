"""Recruitment over HTTP: the people of the pool, and the searches."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import Field

from contracts.envelope import PartialDate, PersonRef, StaffRef
from contracts.recruitment import (
    ClearanceRecorded,
    CloseReason,
    ConsentRecorded,
    Outcome,
    PartnerRecorded,
    PauseRecorded,
    PreselectionDecided,
    PreselectionPlanned,
    ProfileUpdated,
    Score,
    SearchOpened,
)
from contracts.terms import Label, Level, Minutes, Mode, ProfileField, Role, SystemLevel, Title
from services.chassis.http import Body, By, Words, decided
from services.chassis.mending import mending
from services.chassis.personal import Vault
from services.chassis.recording import recording
from services.chassis.store import Store
from services.recruitment.access_api import access
from services.recruitment.application import Recruitment
from services.recruitment.consent_api import consents, wordings
from services.recruitment.consenting import Consenting
from services.recruitment.sharing import Sharing
from services.recruitment.sharing_api import shares
from services.recruitment.texts import Texts


class Plan(Body):
    planned: PartialDate
    interviewers: tuple[StaffRef, ...] = ()


class Preselection(Body):
    outcome: Outcome
    role: Role = Role.ORGANIZATION
    competencies: dict[Label, Score] = {}
    interviewers: tuple[StaffRef, ...] = ()
    note: Words | None = None


class Status(Body):
    status_label: Label


class Update(Body):
    """What is otherwise now; what is not said stays. `profile` goes to the vault."""

    languages: tuple[Label, ...] | None = None
    mode: Mode | None = None
    monthly_minutes: Minutes | None = None
    profile: dict[ProfileField, Words] = {}


class Pause(Body):
    until: PartialDate | None = None
    reason: Words | None = None


class Departure(Body):
    """`silent`: nobody is to write to this person, or to their family, about it."""

    silent: bool = False
    reason: Words | None = None


class Sought(Body):
    """For a request that the register brought; the others' searches open by themselves."""

    request: UUID
    title: Title
    partners_sought: Annotated[int, Field(ge=1, le=99)]
    level: Level
    system_level: SystemLevel | None = None
    project: UUID | None = None


class Somebody(Body):
    partner: PersonRef


class Shortlisting(Somebody):
    note: Words | None = None


class Answer(Somebody):
    reason: Words | None = None


class Match(Somebody):
    role: Role = Role.ORGANIZATION


class Closing(Body):
    reason: CloseReason


def routes(
    recruitment: Recruitment, consenting: Consenting, texts: Texts, sharing: Sharing,
    store: Store, vault: Vault,
) -> APIRouter:  # fmt: skip
    api = APIRouter()
    api.include_router(partners(recruitment))
    api.include_router(consents(consenting))
    api.include_router(access(consenting))
    api.include_router(wordings(texts))
    api.include_router(shares(sharing))
    api.include_router(searches(recruitment))
    api.include_router(mending(recruitment, vault))
    facts = (PartnerRecorded, PauseRecorded, ConsentRecorded, ClearanceRecorded)
    api.include_router(recording(recruitment, store, vault, *facts))
    return api


def partners(recruitment: Recruitment) -> APIRouter:
    api = APIRouter(prefix="/partners/{id}", tags=["pool"], default_response_class=Response)

    @api.post("/preselection-plan", status_code=204)
    async def plan_preselection(id: UUID, body: Plan, by: By) -> Response:
        planned = PreselectionPlanned(person=PersonRef(id), **dict(body))
        return decided(await recruitment.plan_preselection(planned, by))

    @api.post("/preselection", status_code=204)
    async def decide_preselection(id: UUID, body: Preselection, by: By) -> Response:
        said = body.model_dump(exclude={"note"})
        outcome = PreselectionDecided.model_validate(said | {"person": PersonRef(id)})
        return decided(await recruitment.decide_preselection(outcome, body.note, by))

    @api.post("/status", status_code=204)
    async def give_status(id: UUID, body: Status, by: By) -> Response:
        return decided(await recruitment.give_status(id, body.status_label, by))

    @api.post("/profile", status_code=204)
    async def update_profile(id: UUID, body: Update, by: By) -> Response:
        said = body.model_dump(exclude={"profile"})
        update = ProfileUpdated.model_validate(said | {"partner": PersonRef(id)})
        return decided(await recruitment.update_profile(update, body.profile, by))

    @api.post("/pause", status_code=204)
    async def pause(id: UUID, body: Pause, by: By) -> Response:
        return decided(await recruitment.pause(id, body.until, body.reason, by))

    @api.post("/resumption", status_code=204)
    async def resume(id: UUID, by: By) -> Response:
        return decided(await recruitment.resume(id, by))

    @api.post("/departure", status_code=204)
    async def leave(id: UUID, body: Departure, by: By) -> Response:
        return decided(await recruitment.leave(id, body.silent, body.reason, by))

    return api


def searches(recruitment: Recruitment) -> APIRouter:
    api = APIRouter(prefix="/searches", tags=["searches"], default_response_class=Response)

    @api.post("", status_code=201)
    async def open_search(body: Sought, by: By) -> Response:
        opening = SearchOpened(**dict(body))
        return decided(await recruitment.open_search(opening, by), request=str(body.request))

    @api.post("/{request}/shortlist", status_code=204)
    async def shortlist(request: UUID, body: Shortlisting, by: By) -> Response:
        return decided(await recruitment.shortlist(request, body.partner, body.note, by))

    @api.post("/{request}/interest", status_code=204)
    async def express_interest(request: UUID, body: Somebody, by: By) -> Response:
        return decided(await recruitment.express_interest(request, body.partner, by))

    @api.post("/{request}/disinterest", status_code=204)
    async def decline_interest(request: UUID, body: Answer, by: By) -> Response:
        return decided(await recruitment.decline_interest(request, body.partner, body.reason, by))

    @api.post("/{request}/match", status_code=201)
    async def match(request: UUID, body: Match, by: By) -> Response:
        agreed, position = await recruitment.match(request, body.partner, body.role, by)
        return decided(position, id=str(agreed))

    @api.post("/{request}/not-retained", status_code=204)
    async def not_retain(request: UUID, body: Answer, by: By) -> Response:
        return decided(await recruitment.not_retain(request, body.partner, body.reason, by))

    @api.post("/{request}/closing", status_code=204)
    async def close_search(request: UUID, body: Closing, by: By) -> Response:
        return decided(await recruitment.close_search(request, body.reason, by))

    @api.post("/{request}/reopening", status_code=204)
    async def reopen_search(request: UUID, by: By) -> Response:
        return decided(await recruitment.reopen_search(request, by))

    return api

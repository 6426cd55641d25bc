"""The directory over HTTP: establishments and departments."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StringConstraints

from contracts.directory import (
    DepartmentCoded,
    DepartmentRecorded,
    EstablishmentConfigured,
    EstablishmentOpened,
    MinorsSigningDecided,
    Sha256,
    StaffRecorded,
    UnitKind,
)
from contracts.terms import Label, Title
from services.chassis.http import Body, By, Words, decided
from services.chassis.mending import mending
from services.chassis.personal import Vault
from services.chassis.recording import recording
from services.chassis.store import Store
from services.directory.application import Directory
from services.directory.logos import Logos

type Forget = Callable[[str], Awaitable[None]]
type EstablishmentKey = Annotated[str, StringConstraints(pattern="^[a-z0-9-]{2,40}$")]


class Opening(Body):
    name: Title
    demonstration: bool = False


class Renaming(Body):
    name: Title


class Settings(Body):
    """How an establishment presents itself; what is left out is as if it had never been said."""

    vision: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2_000)] | None = None
    logo: Sha256 | None = None
    words: Annotated[dict[Label, Label], Field(max_length=100)] = {}
    contacts_at_login: bool = False


class Presented(Settings):
    name: str
    parent_signs_too: bool  # the mandates of those of 14 to 17, unless decided otherwise
    lead: UUID | None
    version: int


class EstablishmentChange(BaseModel):
    """One fact about an establishment; it names nobody but who decided it."""

    version: int
    at: datetime
    actor: str
    fact: str
    said: dict[str, Any]


class MinorsSigning(Body):
    parent_signs_too: bool


class Merging(Body):
    into: EstablishmentKey


class Lead(Body):
    name: Words
    email: Words | None = None


class NewDepartment(Body):
    name: Title
    abbreviation: Label | None = None
    service: Label | None = None
    site: Label | None = None


class Naming(Body):
    name: Title
    abbreviation: Label | None = None


class Code(Body):
    code: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    kind: UnitKind = UnitKind.DEPARTMENT
    since: date | None = None
    until: date | None = None


class Succession(Body):
    successors: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=20)]
    on: date | None = None


class Closing(Body):
    on: date | None = None


def routes(
    directory: Directory, logos: Logos, forgetting: Sequence[Forget], store: Store, vault: Vault
) -> APIRouter:
    """`forgetting`: how what is kept beside the facts goes when an establishment leaves."""
    api = APIRouter(tags=["directory"])
    api.include_router(_establishment(directory, logos, forgetting))
    api.include_router(_departments(directory))
    api.include_router(mending(directory, vault))
    api.include_router(recording(directory, store, vault, DepartmentRecorded, StaffRecorded))
    return api


def _establishment(directory: Directory, logos: Logos, forgetting: Sequence[Forget]) -> APIRouter:
    api = APIRouter(prefix="/establishment", default_response_class=Response)

    @api.post("", status_code=201)
    async def open_establishment(body: Opening, by: By) -> Response:
        establishment, position = await directory.open(EstablishmentOpened(**dict(body)), by)
        return decided(position, id=str(establishment))

    @api.get("", response_class=JSONResponse)
    async def show_establishment(by: By, answer: Response) -> Presented:
        it = await directory.establishment(by)
        answer.headers["ETag"] = f'"{it.version}"'
        lead = it.lead.root if it.lead else None
        return Presented(
            **dict(it.shown), name=it.name, lead=lead, version=it.version,
            parent_signs_too=it.minors_signing is None or it.minors_signing.parent_signs_too,
        )  # fmt: skip

    @api.get("/changes", response_class=JSONResponse)
    async def establishment_changes(by: By) -> list[EstablishmentChange]:
        """What was said of it, the last first: who, when, and all that was said."""
        return [
            EstablishmentChange(
                version=one.version, at=one.recordedtime, actor=one.actor,
                fact=one.type.split(".")[1], said=one.data,
            )
            for one in await directory.establishment_history(by)
        ]  # fmt: skip

    @api.post("/name", status_code=204)
    async def rename_establishment(body: Renaming, by: By) -> Response:
        return decided(await directory.rename(body.name, by))

    @api.put("/settings", status_code=204)
    async def configure_establishment(body: Settings, by: By) -> Response:
        await logos.require(by.establishment, body.logo)
        return decided(await directory.configure(EstablishmentConfigured(**dict(body)), by))

    @api.post("/minors-signing", status_code=204)
    async def decide_minors_signing(body: MinorsSigning, by: By) -> Response:
        """Whether a parent also signs the mandates of those of 14 to 17."""
        said = MinorsSigningDecided(parent_signs_too=body.parent_signs_too)
        return decided(await directory.decide_minors_signing(said, by))

    @api.put("/logo", response_class=JSONResponse)
    async def keep_logo(request: Request, by: By) -> dict[str, str]:
        """PNG, JPEG or WebP; gives the digest by which the settings name it."""
        return {"logo": await logos.keep(by.establishment, await request.body())}

    @api.get("/logo/{sha256}")
    async def show_logo(sha256: Sha256, by: By) -> Response:
        kind, body = await logos.read(by.establishment, sha256)
        return Response(body, media_type=kind, headers={"X-Content-Type-Options": "nosniff"})

    @api.post("/lead", status_code=201)
    async def name_first_lead(body: Lead, by: By) -> Response:
        lead, position = await directory.name_first_lead(body.name, {"email": body.email}, by)
        return decided(position, id=str(lead))

    @api.post("/merger", status_code=204)
    async def merge_establishment(body: Merging, by: By) -> Response:
        return decided(await directory.merge(body.into, by))

    @api.post("/departure", status_code=204)
    async def leave_establishment(by: By) -> Response:
        position = await directory.leave(by)
        for forget in forgetting:
            await forget(by.establishment)
        return decided(position)

    return api


def _departments(directory: Directory) -> APIRouter:
    api = APIRouter(prefix="/departments", default_response_class=Response)

    @api.post("", status_code=201)
    async def enter_department(body: NewDepartment, by: By) -> Response:
        fact = DepartmentRecorded(**dict(body))
        department, position = await directory.enter_department(fact, by)
        return decided(position, id=str(department))

    @api.post("/{id}/codes", status_code=204)
    async def code_department(id: UUID, body: Code, by: By) -> Response:
        return decided(await directory.code_department(id, DepartmentCoded(**dict(body)), by))

    @api.post("/{id}/name", status_code=204)
    async def rename_department(id: UUID, body: Naming, by: By) -> Response:
        return decided(await directory.rename_department(id, body.name, body.abbreviation, by))

    @api.post("/{id}/succession", status_code=204)
    async def succeed_department(id: UUID, body: Succession, by: By) -> Response:
        return decided(await directory.succeed_department(id, body.successors, body.on, by))

    @api.post("/{id}/closing", status_code=204)
    async def close_department(id: UUID, body: Closing, by: By) -> Response:
        return decided(await directory.close_department(id, body.on, by))

    return api

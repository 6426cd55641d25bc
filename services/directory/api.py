"""The directory over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from contracts.directory import DepartmentRecorded, EstablishmentOpened, StaffRecorded
from contracts.terms import Label, Title
from services.chassis.http import Body, By, Words, decided
from services.chassis.mending import mending
from services.chassis.personal import Vault
from services.chassis.recording import recording
from services.chassis.store import Store
from services.directory.application import Directory


class Opening(Body):
    name: Title
    demonstration: bool = False


class NewDepartment(Body):
    name: Title
    abbreviation: Label | None = None
    service: Label | None = None
    site: Label | None = None


class NewStaff(Body):
    name: Words
    email: Words | None = None
    title: Words | None = None
    department: UUID | None = None


def routes(directory: Directory, store: Store, vault: Vault) -> APIRouter:
    api = APIRouter(tags=["directory"])

    @api.post("/establishment", status_code=201, response_class=Response)
    async def open_establishment(body: Opening, by: By) -> Response:
        establishment, position = await directory.open(EstablishmentOpened(**dict(body)), by)
        return decided(position, id=str(establishment))

    @api.post("/departments", status_code=201, response_class=Response)
    async def enter_department(body: NewDepartment, by: By) -> Response:
        fact = DepartmentRecorded(**dict(body))
        department, position = await directory.enter_department(fact, by)
        return decided(position, id=str(department))

    @api.post("/staff", status_code=201, response_class=Response)
    async def enter_staff(body: NewStaff, by: By) -> Response:
        words = {"email": body.email, "title": body.title}
        staff, position = await directory.enter_staff(body.name, words, body.department, by)
        return decided(position, id=str(staff))

    api.include_router(mending(directory, vault))
    api.include_router(recording(directory, store, vault, DepartmentRecorded, StaffRecorded))
    return api

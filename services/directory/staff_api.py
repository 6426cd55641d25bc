"""Staff over HTTP: by hand, role by role, login by login."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from contracts.access import AccessRole
from contracts.staff import FieldOwner, Source, StaffType
from contracts.terms import Label
from contracts.vault import Key
from services.chassis.http import Body, By, Words, decided
from services.directory.application import Directory
from services.directory.domain.member import Scope
from services.directory.domain.ownership import WHO_WINS
from services.directory.domain.staff import Staff
from services.directory.staffing import Place, Staffing
from services.directory.statement import NEVER

type OneDay = Annotated[date, Field(ge=date(1900, 1, 1), lt=date(NEVER, 1, 1))]


class NewStaff(Body):
    name: Words
    email: Words | None = None
    phone: Words | None = None
    title: Words | None = None
    department: UUID | None = None
    staff_type: StaffType | None = None


class Fields(Body):
    """Corrections, by field."""

    fields: dict[str, Words]


class Released(Body):
    fields: frozenset[str]


class Match(Body):
    """Who is the same person; that id becomes an alias."""

    other: UUID


class Day(Body):
    on: OneDay | None = None


class NewAssignment(Body):
    """`title`: a code of HR's."""

    department: UUID
    title: Label | None = None
    since: OneDay | None = None
    until: OneDay | None = None
    primary: bool = False


class InRole(Body):
    role: AccessRole
    department: UUID | None = None


class LoginName(Body):
    """Under which name somebody logs in with a provider."""

    provider: Source
    subject: Key


class LoggedIn(LoginName):
    name: Words | None = None
    email: Words | None = None


class Held(Body):
    """What a role gives, everywhere or in one department."""

    role: AccessRole
    department: UUID | None = None


class Someone(Body):
    """Who somebody is, and what they may do."""

    staff: UUID
    roles: tuple[Held, ...]
    new: bool = False


def staff_routes(directory: Directory, staffing: Staffing) -> APIRouter:
    api = APIRouter(tags=["staff"])
    api.include_router(_by_hand(directory, staffing))
    api.include_router(_access(staffing))
    return api


def _by_hand(directory: Directory, staffing: Staffing) -> APIRouter:
    api = APIRouter(prefix="/staff", default_response_class=Response)

    @api.post("", status_code=201)
    async def enter_staff(body: NewStaff, by: By) -> Response:
        words = {"email": body.email, "phone": body.phone, "title": body.title}
        staff, position = await directory.enter_staff(
            body.name, words, body.department, body.staff_type, by
        )
        return decided(position, id=str(staff))

    @api.get("/owners", response_class=JSONResponse)
    async def show_owners(_: By) -> dict[str, tuple[FieldOwner, ...]]:
        """By field, who owns it, and who wins: the first who said anything, unless it is held."""
        return dict(WHO_WINS)

    @api.get("/{id}", response_class=JSONResponse)
    async def show_staff(id: UUID, by: By) -> dict[str, Any]:
        """What the directory itself knows, the latest; words are references into the vault."""
        return _shown(await staffing.require_staff(id, by))

    @api.post("/{id}/fields", status_code=204)
    async def hold_fields(id: UUID, body: Fields, by: By) -> Response:
        return decided(await staffing.hold(id, body.fields, by))

    @api.post("/{id}/fields/release", status_code=204)
    async def release_fields(id: UUID, body: Released, by: By) -> Response:
        return decided(await staffing.release(id, body.fields, by))

    @api.post("/{id}/match", status_code=204)
    async def match_staff(id: UUID, body: Match, by: By) -> Response:
        return decided(await staffing.match(id, body.other, by))

    @api.post("/{id}/assignments", status_code=201)
    async def give_assignment(id: UUID, body: NewAssignment, by: By) -> Response:
        place = Place(body.title, body.since, body.until, body.primary)
        assignment, position = await staffing.assign(id, body.department, place, by)
        return decided(position, id=str(assignment))

    @api.post("/{id}/assignments/{assignment}/end", status_code=204)
    async def end_assignment(id: UUID, assignment: UUID, body: Day, by: By) -> Response:
        return decided(await staffing.end_assignment(id, assignment, body.on, by))

    @api.post("/{id}/departure", status_code=204)
    async def depart(id: UUID, body: Day, by: By) -> Response:
        return decided(await staffing.depart(id, body.on, by))

    @api.post("/{id}/return", status_code=204)
    async def come_back(id: UUID, body: Day, by: By) -> Response:
        return decided(await staffing.come_back(id, body.on, by))

    return api


def _access(staffing: Staffing) -> APIRouter:
    api = APIRouter(default_response_class=Response)

    @api.get("/staff/{id}/roles", response_class=JSONResponse)
    async def show_roles(id: UUID, by: By) -> Someone:
        staff = await staffing.require_staff(id, by)
        return Someone(staff=staff.id, roles=_held(staff.roles))

    @api.post("/staff/{id}/roles", status_code=204)
    async def give_role(id: UUID, body: InRole, by: By) -> Response:
        return decided(await staffing.give_role(id, body.role, body.department, by))

    @api.post("/staff/{id}/roles/withdrawal", status_code=204)
    async def withdraw_role(id: UUID, body: InRole, by: By) -> Response:
        return decided(await staffing.withdraw_role(id, body.role, body.department, by))

    @api.post("/staff/{id}/logins", status_code=204)
    async def link_login(id: UUID, body: LoginName, by: By) -> Response:
        return decided(await staffing.link(id, body.provider, body.subject, by))

    @api.post("/logins/unlinking", status_code=204)
    async def unlink_login(body: LoginName, by: By) -> Response:
        return decided(await staffing.unlink(body.provider, body.subject, by))

    @api.post("/logins", response_class=JSONResponse)
    async def log_in(body: LoggedIn, by: By) -> Someone:
        words = {"name": body.name, "email": body.email}
        known = await staffing.log_in(body.provider, body.subject, words, by)
        return Someone(staff=known.staff, roles=_held(known.roles), new=known.new)

    return api


def _held(roles: set[Scope] | frozenset[Scope]) -> tuple[Held, ...]:
    return tuple(Held(role=role, department=one) for role, one in sorted(roles, key=str))


def _shown(staff: Staff) -> dict[str, Any]:
    return {
        "staff": str(staff.id),
        "also": sorted(map(str, staff.also)),
        "sources": sorted(staff.sources),
        "staff_type": staff.staff_type,
        "left": staff.left,
        "expected": staff.expected,
        "fields": {
            name: {"ref": str(ref.ref), "owner": owner, "held": name in staff.held}
            for name, (owner, ref) in staff.values.items()
        },
        "said_otherwise": [
            {"field": name, "owner": owner, "ref": str(ref.ref)}
            for (owner, name), ref in staff.aside.items()
        ],
        "assignments": [one.model_dump(mode="json") for one in staff.assignments.values()],
    }

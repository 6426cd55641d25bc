"""Who speaks for a partner and who may sign in, over HTTP."""

from __future__ import annotations

from typing import Literal, Self
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from contracts.capacity import CONSENTS_ALONE_AT, OF_AGE_AT
from contracts.consent import ConsentTo, RepresentativeAppointed, RepresentativeKind
from contracts.envelope import PartialDate, PersonRef
from services.chassis.domain import NotFound
from services.chassis.http import Body, By, Words, decided
from services.recruitment.representing import Powers, Representing

type Named = Literal["given_name", "family_name", "phone", "email", "reach_by"]


class Appointment(Body):
    """Who it is goes to the vault; without a reference it is somebody new."""

    representative: UUID | None = None
    kind: RepresentativeKind
    limits: tuple[ConsentTo, ...] = ()
    until: PartialDate | None = None
    personal: dict[Named, Words] = {}


class Ending(Body):
    reason: Words | None = None


class Holder(Body):
    """Who signs in: the partner, unless it is somebody who speaks for them."""

    holder: UUID | None = None


class AccessKnown(BaseModel):
    allowed: bool
    acts_for: tuple[UUID, ...]


class PowerKnown(BaseModel):
    representative: UUID
    kind: RepresentativeKind
    consents: bool
    signs: bool


class PowersKnown(BaseModel):
    """What holds today; none where no birth date is known."""

    consents_alone: bool | None
    of_age: bool | None
    powers: list[PowerKnown]

    @classmethod
    def of(cls, known: Powers) -> Self:
        def reached(years: int) -> bool | None:
            return None if known.age is None else known.age >= years

        powers = [
            PowerKnown(
                representative=one.appointed.representative.root, kind=one.appointed.kind,
                consents=one.consents, signs=one.signs,
            )
            for one in known.held
        ]  # fmt: skip
        return cls(
            consents_alone=reached(CONSENTS_ALONE_AT), of_age=reached(OF_AGE_AT), powers=powers
        )


def access(representing: Representing) -> APIRouter:
    api = APIRouter(prefix="/partners/{id}", tags=["access"], default_response_class=Response)

    @api.post("/access", status_code=204)
    async def give_access(id: UUID, by: By, body: Holder = Holder()) -> Response:  # noqa: B008
        return decided(await representing.give_access(id, body.holder, by))

    @api.post("/access/withdrawal", status_code=204)
    async def withdraw_access(id: UUID, by: By, body: Holder = Holder()) -> Response:  # noqa: B008
        return decided(await representing.withdraw_access(id, body.holder, by))

    @api.get("/access", response_class=JSONResponse)
    async def access_of(id: UUID, by: By) -> AccessKnown:
        """Whether this person may sign in, and for which partners they then act."""
        if by.own and id != by.who:
            raise NotFound
        known = await representing.access_of(id, by)
        return AccessKnown(allowed=known.allowed, acts_for=known.acts_for)

    @api.get("/powers", response_class=JSONResponse)
    async def powers_of(id: UUID, by: By) -> PowersKnown:
        """What those who speak for this person may do at this moment."""
        return PowersKnown.of(await representing.powers(id, by))

    @api.post("/representatives", status_code=201)
    async def appoint(id: UUID, body: Appointment, by: By) -> Response:
        said = RepresentativeAppointed(
            partner=PersonRef(id),
            representative=PersonRef(body.representative or by.id_for("representative")),
            kind=body.kind,
            limits=body.limits,
            until=body.until,
        )
        whom, position = await representing.appoint(said, dict(body.personal.items()), by)
        return decided(position, id=str(whom))

    @api.post("/representatives/{representative}/end", status_code=204)
    async def end_representation(id: UUID, representative: UUID, body: Ending, by: By) -> Response:
        return decided(await representing.end(id, representative, body.reason, by))

    return api

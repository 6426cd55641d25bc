"""Signatures and the beginning over HTTP."""

from __future__ import annotations

from typing import Self
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from contracts.accompaniment import SignedAs
from contracts.capacity import Case
from contracts.envelope import PersonRef
from contracts.terms import Side
from services.accompaniment.domain.signing import Need
from services.accompaniment.signing import Signed, Signing
from services.chassis.http import Body, By, Words, decided


class Signature(Body):
    """Of the partners themselves, unless a signer is named; the team's is the team's."""

    side: Side
    signer: PersonRef | None = None
    paper: Words | None = None


class Needed(BaseModel):
    """One signature of the partner's side: who may give it, who did, and by which case of
    `contracts/capacity.py` it is asked."""

    partner: UUID
    capacity: SignedAs
    able: list[UUID]
    signer: UUID | None
    case: Case

    @classmethod
    def of(cls, one: Need) -> Self:
        return cls(
            partner=one.partner.root, capacity=one.capacity, able=sorted(one.able, key=str),
            signer=one.signer, case=one.case,
        )  # fmt: skip


class SignaturesNeeded(BaseModel):
    needed: list[Needed]


def signatures(signing: Signing) -> APIRouter:
    api = APIRouter(tags=["signatures"], default_response_class=Response)

    @api.get("/involvements/{id}/signatures", response_class=JSONResponse)
    async def show_signatures(id: UUID, by: By) -> SignaturesNeeded:
        """Which signatures the partner's side takes by what holds today."""
        needs = await signing.needed(id, by)
        return SignaturesNeeded(needed=[Needed.of(one) for one in needs])

    @api.post("/involvements/{id}/signatures", status_code=204)
    async def sign(id: UUID, body: Signature, by: By) -> Response:
        if body.side is Side.TEAM:
            return decided(await signing.sign_for_team(id, by))
        return decided(await signing.sign(id, Signed(body.signer, body.paper), by))

    @api.post("/involvements/{id}/start", status_code=204)
    async def start(id: UUID, by: By) -> Response:
        return decided(await signing.start(id, by))

    return api

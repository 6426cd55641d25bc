"""Partners shared between establishments, over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel

from contracts.consent import EstablishmentKey
from contracts.envelope import PartialDate
from contracts.terms import ProfileField
from services.chassis.http import Body, By, decided
from services.recruitment.sharing import Sharing


class Offer(Body):
    """Only what the person chose, and never for longer than they consented."""

    to: EstablishmentKey
    fields: tuple[ProfileField, ...] = ()
    until: PartialDate


class SharedKnown(BaseModel):
    """What another establishment shares of somebody, and their load as numbers only."""

    giver: str
    until: str
    fields: dict[str, str]
    involvements_here: int
    involvements_there: int


def shares(sharing: Sharing) -> APIRouter:
    api = APIRouter(tags=["sharing"])

    @api.post("/partners/{id}/shares", status_code=201, response_class=Response)
    async def share(id: UUID, body: Offer, by: By) -> Response:
        share, position = await sharing.offer(id, body.to, body.fields, body.until, by)
        return decided(position, id=str(share))

    @api.post("/shares/{id}/end", status_code=204, response_class=Response)
    async def end_share(id: UUID, by: By) -> Response:
        return decided(await sharing.end(id, by))

    @api.get("/partners/{id}/shared")
    async def shared(id: UUID, by: By) -> SharedKnown:
        """What is shared with us of this person, asked of the other side at this moment."""
        known = await sharing.shown(id, by)
        return SharedKnown(**known._asdict())

    return api

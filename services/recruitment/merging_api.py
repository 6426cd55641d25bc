"""Two files of one person, over HTTP."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response

from services.chassis.http import Body, By, Words, decided
from services.recruitment.merging import Merging


class Merge(Body):
    """The other file, which stands behind the one of the address from now on."""

    merged: UUID
    reason: Words | None = None


class Undoing(Body):
    reason: Words | None = None


def merges(merging: Merging) -> APIRouter:
    api = APIRouter(prefix="/partners/{id}/merges", tags=["pool"], default_response_class=Response)

    @api.post("", status_code=204)
    async def merge(id: UUID, body: Merge, by: By) -> Response:
        return decided(await merging.merge(id, body.merged, body.reason, by))

    @api.post("/{merged}/undoing", status_code=204)
    async def undo_merge(id: UUID, merged: UUID, body: Undoing, by: By) -> Response:
        return decided(await merging.undo(id, merged, body.reason, by))

    return api

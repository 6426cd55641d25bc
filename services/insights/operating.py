"""How the read models are doing: lag, parked documents, rebuilds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from services.chassis.changes import Key
from services.chassis.domain import NotFound
from services.chassis.http import Body, By
from services.chassis.library import Library
from services.chassis.observing import Observer, ParkedDocument, Rebuilding, Status
from services.chassis.projecting import Projection
from services.insights.rebuilding import Rebuilds


class Rebuild(Body):
    """Which read model is to be read again from the first fact."""

    projection: str


class Differing(Body):
    """A document that is `lacking`, `beyond` what the log gives, or `altered`."""

    establishment: str
    key: UUID
    how: str


def operating(
    library: Library, projections: Mapping[str, Projection[Any]], rebuilds: Rebuilds
) -> APIRouter:
    api = APIRouter(tags=["operations"])
    observer = Observer(library)

    @api.get("/status")
    async def status(_: By) -> list[Status]:
        return await observer.status()

    @api.get("/rebuilds")
    async def under_way(_: By) -> list[Rebuilding]:
        return await observer.rebuilds()

    @api.post("/rebuilds", status_code=202)
    async def begin(body: Rebuild, _: By) -> Rebuild:
        await rebuilds.begin(body.projection)
        return body

    @api.post("/comparisons")
    async def compare(body: Rebuild, _: By) -> list[Differing]:
        """Where what is shown is not what the log gives when it is read again; nothing: all is."""
        found = await rebuilds.compare(body.projection)
        return [Differing(**one._asdict()) for one in found]

    @api.get("/parked")
    async def parked(by: By) -> list[ParkedDocument]:
        return await observer.parked(by.establishment)

    @api.post("/parked/{projection}/{key}/retry", status_code=204)
    async def retry(projection: str, key: UUID, by: By) -> Response:
        if projection not in projections:
            raise NotFound
        await projections[projection].retry(Key(by.establishment, str(key)))
        return Response(status_code=204)

    return api

"""What leaves for whoever checks or reads it elsewhere: audit bundles, and exports of facts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from services.chassis.giving import Form, given
from services.chassis.http import By
from services.chassis.moments import first_instant, last_instant
from services.ledger.proofs.bundling import Bundling, Selection

type Day = Annotated[str | None, Query(max_length=10, description="A day, a month or a year")]
LONG_AGO, FAR_OFF = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)


async def selection(
    person: UUID | None = None, request: UUID | None = None, since: Day = None, until: Day = None
) -> Selection:
    """A person, a request, or from a day to the end of another. Raises NotADate."""
    begins = first_instant(since) if since else LONG_AGO
    ends = last_instant(until) if until else FAR_OFF
    return Selection(person, request, begins, ends, tuple(filter(None, (since, until))))


type Selected = Annotated[Selection, Depends(selection)]


def routes(bundling: Bundling) -> APIRouter:
    """`bundle` and `export`."""
    api = APIRouter(tags=["proof"], default_response_class=Response)

    @api.get("/bundle")
    async def give_bundle(by: By, of: Selected) -> Response:
        parts = await bundling.bundle(by.establishment, of)
        return await _file(parts, "application/zip", "preuves.zip")

    @api.get("/export")
    async def export_facts(by: By, of: Selected, form: Form = Form.NDJSON) -> Response:
        parts = given(bundling.pages(by.establishment, of), form)
        return await _file(parts, form.media, f"faits.{form.suffix}")

    return api


async def _file(parts: AsyncIterator[bytes], media: str, name: str) -> Response:
    """Begun before it is answered: what is refused is refused with its sentence."""
    first = await anext(parts, b"")

    async def whole() -> AsyncIterator[bytes]:
        yield first
        async for part in parts:
            yield part

    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingResponse(whole(), media_type=media, headers=headers)

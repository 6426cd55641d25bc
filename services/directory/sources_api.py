"""The sources of HR over HTTP: opened, adjusted, given a token, closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from contracts.directory import (
    Share,
    SourceAdjusted,
    SourceKind,
    SourceName,
    SourceOpened,
    StaffColumn,
    Tolerance,
)
from contracts.terms import Label
from services.chassis.http import Body, By, decided
from services.directory.sources import Living, Source, Sources

type Columns = dict[StaffColumn, Label]
DAY = 24  # hours


class Expected(Body):
    """How far a source may depart from the letter, and whom it may end at once, in percent."""

    tolerance: Tolerance = Tolerance.STRICT
    share: Share = 5
    columns: Columns = {}


class NewSource(Expected):
    name: SourceName
    kind: SourceKind


class Renewal(Body):
    """For how many hours the token before still counts."""

    hours: Annotated[int, Field(ge=0, le=7 * DAY)] = DAY


class TokenShown(BaseModel):
    """When it was given, and until when it counts where another was given since."""

    given: datetime
    until: datetime | None


class SourceShown(NewSource):
    id: UUID
    closed: bool
    tokens: tuple[TokenShown, ...] = ()


def source_routes(sources: Sources) -> APIRouter:
    api = APIRouter(prefix="/sources", tags=["sources of HR"])

    @api.get("")
    async def list_sources(by: By) -> list[SourceShown]:
        known = await sources.known(by.establishment)
        tokens = await sources.tokens(by.establishment)
        return [_shown(source, tokens.get(source.id, [])) for source in known]

    @api.post("", status_code=201, response_class=Response)
    async def open_source(body: NewSource, by: By) -> Response:
        source, position = await sources.open(SourceOpened(**dict(body)), by)
        return decided(position, id=str(source))

    @api.put("/{source}", status_code=204, response_class=Response)
    async def adjust_source(source: UUID, body: Expected, by: By) -> Response:
        return decided(await sources.adjust(source, SourceAdjusted(**dict(body)), by))

    @api.post("/{source}/tokens", status_code=201, response_class=Response)
    async def give_source_token(source: UUID, body: Renewal, by: By) -> Response:
        given = await sources.give_token(source, body.hours, by)
        answer = decided(given.position, token=given.token)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @api.delete("/{source}", status_code=204, response_class=Response)
    async def close_source(source: UUID, by: By) -> Response:
        return decided(await sources.close(source, by))

    return api


def _shown(source: Source, tokens: Sequence[Living]) -> SourceShown:
    return SourceShown(
        id=source.id,
        name=source.name,
        kind=source.kind,
        tolerance=source.tolerance,
        share=source.share,
        columns=source.columns,
        closed=source.closed,
        tokens=tuple(TokenShown(given=one.given, until=one.until) for one in tokens),
    )

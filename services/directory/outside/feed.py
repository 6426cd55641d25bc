"""The feed: the messages of an establishment in order, without gaps, for who would rather ask."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import Query

from services.chassis.http import Body
from services.directory.outside.composing import Composing
from services.directory.outside.outbox import Outbox

LONGEST_WAIT = 25.0  # seconds

type Place = Annotated[int, Query(ge=0, le=2**62)]
type Limit = Annotated[int, Query(ge=1, le=500)]
type Wait = Annotated[float, Query(ge=0, le=LONGEST_WAIT)]


class Feed(Body):
    """`items` are messages in order; a position that may not be told says only that it is one."""

    items: list[dict[str, Any]]
    next: int  # what to ask after, next time


class Feeding:
    def __init__(self, outbox: Outbox, composing: Composing) -> None:
        self._outbox = outbox
        self._composing = composing

    async def read(
        self, establishment: str, source: str | None, after: int, limit: int, wait: float
    ) -> Feed:
        """What follows a position, at once or as soon as there is something, for some seconds."""
        await self._outbox.wait(establishment, after, wait)
        parcels = await self._outbox.feed(establishment, after, limit)
        told = await asyncio.gather(*(self._composing.compose(one, source) for one in parcels))
        items = [
            one.model_dump(mode="json") if one else {"position": at.position, "withheld": True}
            for one, at in zip(told, parcels, strict=True)
        ]
        return Feed(items=items, next=parcels[-1].position if parcels else after)

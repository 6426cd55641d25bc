"""How projections are doing: how far they are, what is parked, what is being rebuilt."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from pydantic import BaseModel

from services.chassis.database import Pool
from services.chassis.figures import of_pool
from services.chassis.metrics import Figure

if TYPE_CHECKING:
    from services.chassis.library import Library

LIVE = """
select projection, generation, position, begun, stopped, (
    select count(*) from parked
    where (parked.projection, parked.generation) = (live.projection, live.generation)
) as parked
from generations join live using (projection, generation) order by projection
"""
OTHERS = """
select projection, generation, position, begun, failed from generations
where not exists (
    select from live where (live.projection, live.generation)
        = (generations.projection, generations.generation)
) order by projection, generation
"""
PARKED = """
select projection, key, position, why, since from parked join live using (projection, generation)
where establishment = $1 order by projection, since, key
"""
FREE = "select pg_try_advisory_xact_lock(hashtext($1))"


class Status(BaseModel):
    """A projection's place beside the log's head; `stopped` says at what it refuses to go on."""

    projection: str
    generation: int
    position: int
    head: int
    lag: int
    parked: int
    since: datetime
    stopped: str | None


class Rebuilding(BaseModel):
    """A generation being filled: `rate` in facts a second, `state` running, failed or ended."""

    projection: str
    generation: int
    state: str
    position: int
    head: int
    rate: float
    begun: datetime
    failed: str | None


class ParkedDocument(BaseModel):
    projection: str
    key: UUID
    position: int
    why: str
    since: datetime


class Observer:
    """Looks at all projections of a service."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def status(self) -> list[Status]:
        head = await self._library.log.head()
        return [
            Status(
                projection=name,
                generation=generation,
                position=position,
                head=head,
                lag=max(0, head - position),
                parked=parked,
                since=begun,
                stopped=stopped,
            )
            for name, generation, position, begun, stopped, parked in await self._pool.fetch(LIVE)
        ]

    async def rebuilds(self) -> list[Rebuilding]:
        head = await self._library.log.head()
        found = []
        for name, generation, position, begun, failed in await self._pool.fetch(OTHERS):
            seconds = max((datetime.now(UTC) - begun).total_seconds(), 0.001)
            state = "failed" if failed else "running" if await self.is_rebuilt(name) else "ended"
            found.append(
                Rebuilding(
                    projection=name,
                    generation=generation,
                    state=state,
                    position=position,
                    head=head,
                    rate=round(position / seconds, 1),
                    begun=begun,
                    failed=failed,
                )
            )
        return found

    async def figures(self) -> list[Figure]:
        told = [Figure("tandem_log_position", {}, await self._library.log.head())]
        for one in await self.status():
            label = {"projection": one.projection}
            told.append(Figure("tandem_projection_position", label, one.position))
            told.append(Figure("tandem_projection_parked", label, one.parked))
            told.append(Figure("tandem_projection_stopped", label, one.stopped is not None))
        for going in await self.rebuilds():
            label = {"projection": going.projection}
            if going.state == "running":
                told.append(Figure("tandem_rebuild_position", label, going.position))
        return told + of_pool("insights", self._pool)

    async def is_rebuilt(self, projection: str) -> bool:
        """Whether some process is rebuilding it now."""
        async with self._pool.acquire() as connection, connection.transaction():
            return not await connection.fetchval(FREE, f"rebuild of {projection}")

    async def parked(self, establishment: str) -> list[ParkedDocument]:
        rows = await self._pool.fetch(PARKED, establishment)
        return [ParkedDocument.model_validate(dict(row)) for row in rows]

    @property
    def _pool(self) -> Pool:
        return self._library.pool

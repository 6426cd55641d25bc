"""What is to go out: messages in one order an establishment, and a delivery for each receiver."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import orjson

from contracts.outgoing import OfStaff
from services.chassis.appending import Overtaken
from services.chassis.database import Connection
from services.chassis.deciding import Provenance
from services.chassis.domain import NotFound
from services.chassis.store import MOVE, Store
from services.chassis.working import Bell

NEXT = """
insert into outgoing_head values ($1, 1)
on conflict (establishment) do update set position = outgoing_head.position + 1
returning position
"""
LOCK = "select 1 from outgoing_head where establishment = $1 for update"
KNOWN = "select 1 from outgoing where id = $1"
ADD = "insert into outgoing values ($1, $2, $3, $4, $5, $6, $7, $8)"
DELIVER = """
insert into deliveries (establishment, subscription, position)
select $1, unnest($2::uuid[]), $3 on conflict do nothing
"""
AGAIN = """
insert into deliveries (establishment, subscription, position, asked_by)
select establishment, subscription, position, $4 from (
    select distinct on (position) * from deliveries
    where establishment = $1 and subscription = $2 and position = any($3::bigint[])
) as before order by position returning number
"""
BETWEEN = """
select distinct position from deliveries
where establishment = $1 and subscription = $2 and position between $3 and $4
order by position limit 1000
"""
FEED = """
select establishment, position, id, name, subject, person, time, data from outgoing
where establishment = $1 and position > $2 order by position limit $3
"""

type Receivers = Callable[[str, str], Awaitable[Sequence[UUID]]]


class Parcel(NamedTuple):
    """A message as it waits: without what is read as it leaves."""

    establishment: str
    position: int
    id: UUID
    name: str
    subject: UUID
    person: UUID | None
    time: datetime
    data: dict[str, Any]


def parcel_of(row: Mapping[str, Any]) -> Parcel:
    said = {name: row[name] for name in Parcel._fields}
    return Parcel(**said | {"data": orjson.loads(row["data"])})


class Told(NamedTuple):
    """A message to be told, by its name, and about whom or what.

    What tells of somebody's own partnership is about the partner, until it leaves.
    """

    name: str
    subject: UUID
    data: dict[str, Any]
    person: UUID | None = None


def of_staff(message: OfStaff) -> Told:
    return Told(message.name, message.staff, message.model_dump(mode="json", exclude_none=True))


class Outbox:
    """`receivers` are the subscriptions of an establishment that hear a message of this name."""

    def __init__(self, store: Store, receivers: Receivers) -> None:
        self._store = store
        self._receivers = receivers
        self.posted = Bell()

    @asynccontextmanager
    async def hearing(self, by: Provenance) -> AsyncIterator[Connection]:
        """A transaction in which the listener's place is moved. Raises Overtaken."""
        async with self._store.pool.acquire() as connection, connection.transaction():
            if heard := by.heard:
                place = heard.listener, heard.since, heard.position
                if await connection.execute(MOVE, *place) != "UPDATE 1":
                    raise Overtaken(heard.listener)
            yield connection
        if by.heard:
            by.heard.saved = True

    async def find(self, words: str, *said: object) -> Any:
        return await self._store.pool.fetchval(words, *said)

    async def tell(self, by: Provenance, *told: Told) -> None:
        """Because of the fact that was heard; once, however often it is heard."""
        receivers = [await self._receivers(by.establishment, one.name) for one in told]
        async with self.hearing(by) as connection:
            for one, subscriptions in zip(told, receivers, strict=True):
                await self._add(connection, by, one, subscriptions)
        self.posted.ring()

    async def _add(
        self, connection: Connection, by: Provenance, told: Told, subscriptions: Sequence[UUID]
    ) -> None:
        assert by.causation, "a message is told because of a fact"
        name, home = told.name, by.establishment
        message = uuid5(by.causation, f"{name} {told.subject}")
        await connection.fetchval(LOCK, home)
        if await connection.fetchval(KNOWN, message):
            return
        # The row of the head is held until the end: positions are seen in order, without gaps.
        position = await connection.fetchval(NEXT, home)
        data = orjson.dumps(told.data).decode()
        time = by.time or datetime.now(UTC)
        await connection.execute(
            ADD, home, position, message, name, told.subject, told.person, time, data
        )
        await connection.execute(DELIVER, home, list(subscriptions), position)

    async def feed(self, establishment: str, after: int, limit: int) -> list[Parcel]:
        """What follows this position, in order."""
        rows = await self._store.pool.fetch(FEED, establishment, after, limit)
        return [parcel_of(dict(row)) for row in rows]

    async def wait(self, establishment: str, after: int, seconds: float) -> None:
        """Until something follows this position, or the time is up."""
        end = asyncio.get_running_loop().time() + seconds
        while (left := end - asyncio.get_running_loop().time()) > 0:
            rings = self.posted.rings
            if await self.feed(establishment, after, 1):
                return
            await self.posted.rung_since(rings, min(left, 1.0))

    async def deliver_again(
        self, by: Provenance, subscription: UUID, positions: Sequence[int]
    ) -> list[int]:
        """New deliveries of what this subscription was sent; returns their numbers."""
        async with self._store.pool.acquire() as connection, connection.transaction():
            await connection.fetchval(LOCK, by.establishment)  # they stay in the order of deciding
            said = by.establishment, subscription, list(positions), by.actor
            rows = await connection.fetch(AGAIN, *said)
        if not rows:
            raise NotFound
        self.posted.ring()
        return [number for (number,) in rows]

    async def positions_between(
        self, establishment: str, subscription: UUID, first: int, last: int
    ) -> list[int]:
        """Which of these positions the subscription was to be sent, a thousand at most."""
        rows = await self._store.pool.fetch(BETWEEN, establishment, subscription, first, last)
        return [position for (position,) in rows]

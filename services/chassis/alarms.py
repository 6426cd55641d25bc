"""Turns what was to be done about a stream into a command, when its time has come."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from services.chassis.database import connect
from services.chassis.deciding import Provenance
from services.chassis.domain import NotFound, Refusal
from services.chassis.personal import VaultIsAway
from services.chassis.store import Store
from services.chassis.working import Worker

log = logging.getLogger(__name__)

AT_ONCE = 100
POLL = 1.0
PAUSES = (5.0, 60.0, 600.0, 3600.0)

DUE = """
select establishment, stream, kind, due from alarms
where due <= $1 and kind = any($2::text[]) order by due limit $3
"""
DONE = """
delete from alarms where establishment = $1 and stream = $2 and kind = $3 and due = $4
"""

type Ring = Callable[[UUID, datetime, Provenance], Awaitable[object]]


class Due(NamedTuple):
    """An alarm whose time has come."""

    establishment: str
    stream: UUID
    kind: str
    due: datetime

    @property
    def command(self) -> UUID:
        """The same whenever it rings: ringing twice changes nothing."""
        return uuid5(self.stream, f"{self.establishment} {self.kind} {self.due.isoformat()}")


@asynccontextmanager
async def elected(database_url: str, service: str, task: str) -> AsyncIterator[None]:
    """Wait until nobody else does this; their end, however sudden, sets it free."""
    connection = await connect(database_url, service)
    try:
        lock = f"{service} {task}"
        await connection.execute("select pg_advisory_lock(hashtext($1))", lock)
        yield
    finally:
        connection.terminate()


class Alarms(Worker):
    """One for each service. What fails rings again later, and the others ring meanwhile.

    `now` tells the time, so that a test need not wait for it.
    """

    def __init__(
        self,
        store: Store,
        database_url: str,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._database_url = database_url
        self._now = now
        self._rings: dict[str, Ring] = {}
        self._failed: dict[Due, tuple[int, datetime]] = {}

    def when(self, kind: str) -> Callable[[Ring], Ring]:
        """The function gets the stream, when it was due, and on whose behalf to act."""

        def register(ring: Ring) -> Ring:
            self._rings[kind] = ring
            return ring

        return register

    async def work(self) -> None:
        async with elected(self._database_url, self._store.service, "alarms"):
            while True:
                if not await self.ring_all_due():
                    await asyncio.sleep(POLL)

    async def ring_all_due(self) -> int:
        """Ring once for everything that is due; return how many were done with."""
        rows = await self._store.pool.fetch(DUE, self._now(), list(self._rings), AT_ONCE)
        done = 0
        for due in (Due(*row) for row in rows):
            if due not in self._failed or self._failed[due][1] <= self._now():
                done += await self._ring(due)
        return done

    async def _ring(self, alarm: Due) -> bool:
        by = Provenance(
            establishment=alarm.establishment,
            actor=f"service:{self._store.service}",
            channel="alarm",
            command=alarm.command,
        )
        try:
            await self._rings[alarm.kind](alarm.stream, alarm.due, by)
        except Exception as error:
            if not isinstance(error, Refusal) or isinstance(error, NotFound | VaultIsAway):
                self._try_later(alarm, error)
                return False
            log.info("%s of %s: %s", alarm.kind, alarm.stream, type(error).__name__)
        self._failed.pop(alarm, None)
        # Set anew meanwhile, it has another due time, and stays.
        await self._store.pool.execute(DONE, *alarm)
        return True

    def _try_later(self, alarm: Due, error: Exception) -> None:
        tries, _ = self._failed.get(alarm, (0, None))
        pause = PAUSES[min(tries, len(PAUSES) - 1)]
        self._failed[alarm] = tries + 1, self._now() + timedelta(seconds=pause)
        log.warning("%s of %s rings again in %s s: %r", alarm.kind, alarm.stream, pause, error)

"""Readings go when the schedule says, their leaves stay; values that were let go leave no trace."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from services.chassis.alarms import elected
from services.chassis.moments import HERE
from services.chassis.working import Worker
from services.vault.safe import Safe
from services.vault.schedule import Schedules

RULE = "J-10"
EVERY = 3600.0  # seconds
QUIET = range(1, 5)  # hours, in Québec: whoever reads waits while the tables are written anew

LET_GO = "select let_go(now() - make_interval(months => $1))"
FORGOTTEN = "select max(at) from forgotten"
WRITTEN_ANEW = "delete from forgotten where at <= $1"


class LettingGo(Worker):
    """One for the whole vault. The database itself refuses to let go of the last two years.

    `now` tells the time, so that a test need not wait for it.
    """

    def __init__(
        self, safe: Safe, schedules: Schedules, rewrite: Callable[[], Awaitable[None]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._safe = safe
        self._schedules = schedules
        self._rewrite = rewrite
        self._now = now

    async def work(self) -> None:
        async with elected(self._safe.database_url, "vault", "letting go"):
            while True:
                for (establishment,) in await self._safe.pool.fetch("select establishments()"):
                    await self.let_go(establishment)
                if self._now().astimezone(HERE).hour in QUIET:
                    await self.leave_no_trace()
                await asyncio.sleep(EVERY)

    async def let_go(self, establishment: str) -> int:
        """How many readings were past their time."""
        terms = await self._schedules.of(establishment)
        months = max(terms.rules[RULE].months, 24)
        async with self._safe.opened_for(establishment) as connection:
            gone: int = await connection.fetchval(LET_GO, months)
        return gone

    async def leave_no_trace(self) -> None:
        """Write the tables anew, where single values were destroyed since the last time."""
        if last := await self._safe.pool.fetchval(FORGOTTEN):
            await self._rewrite()
            await self._safe.pool.execute(WRITTEN_ANEW, last)

"""Readings are kept as long as the schedule says, and then let go; their leaves stay."""

from __future__ import annotations

import asyncio

from services.chassis.alarms import elected
from services.chassis.working import Worker
from services.vault.safe import Safe
from services.vault.schedule import Schedules

RULE = "J-10"
EVERY = 6 * 3600.0  # seconds

LET_GO = "select let_go(now() - make_interval(months => $1))"


class LettingGo(Worker):
    """One for the whole vault. The database itself refuses to let go of the last two years."""

    def __init__(self, safe: Safe, schedules: Schedules) -> None:
        self._safe = safe
        self._schedules = schedules

    async def work(self) -> None:
        async with elected(self._safe.database_url, "vault", "letting go"):
            while True:
                for (establishment,) in await self._safe.pool.fetch("select establishments()"):
                    await self.let_go(establishment)
                await asyncio.sleep(EVERY)

    async def let_go(self, establishment: str) -> int:
        """How many readings were past their time."""
        terms = await self._schedules.of(establishment)
        months = max(terms.rules[RULE].months, 24)
        async with self._safe.opened_for(establishment) as connection:
            gone: int = await connection.fetchval(LET_GO, months)
        return gone

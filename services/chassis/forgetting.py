"""Forgets the answers to commands that nobody will ask again."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from services.chassis.database import Pool
from services.chassis.working import Worker

# A form that was left open, a queue that was away: nobody repeats a command after that.
KEPT = timedelta(days=30)
EVERY = 3600.0  # seconds
AT_ONCE = 5000

FORGET = """
delete from commands where key in (
    select key from commands where answered < now() - $1::interval limit $2
)
"""


class Forgetting(Worker):
    """Keeps the table of answers as long as a month is, and not as long as the log."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def work(self) -> None:
        while True:
            if await self.forget() < AT_ONCE:
                await asyncio.sleep(EVERY)

    async def forget(self) -> int:
        """Forget some; return how many there were."""
        done = await self._pool.execute(FORGET, KEPT, AT_ONCE)
        return int(done.removeprefix("DELETE "))

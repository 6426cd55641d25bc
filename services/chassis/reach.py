"""How far anybody has heard of a service's facts, as far as this process knows, and since when its
store has less."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from datetime import datetime

from services.chassis.database import Pool

log = logging.getLogger(__name__)

LOOK = "select position, now(), looked from head"
PATIENCE = 5.0  # seconds; NATS may be away, and then work goes on


class Reach:
    """A store that stands in for another, or was restored, has less than others have heard."""

    def __init__(self, service: str) -> None:
        self.known = 0
        self._service = service
        self._behind_since: datetime | None = None
        self._told = asyncio.Event()
        self._told.set()

    def ask(self) -> None:
        """Somebody is about to look where the stream ends."""
        self._told.clear()

    def told(self) -> None:
        self._told.set()

    async def asked(self) -> None:
        """Returns once that was seen, and at the latest when it takes too long."""
        if not self._told.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self._told.wait()
            self._told.set()

    async def is_beyond(self, pool: Pool) -> bool:
        """Whether others have heard more than is stored.

        What is lost everywhere is given up once the operator, after we noticed, has looked for it
        where else it could be: `tandem heal`.
        """
        known = self.known  # as of before we look: what comes meanwhile may be stored already
        position, now, looked = await pool.fetchrow(LOOK) or (0, None, None)
        if self._behind_since and looked and looked > self._behind_since:
            lost = f"{position + 1} to {self.known}" if self.known > position else "nothing"
            log.error("%s goes on from %s; lost everywhere: %s", self._service, position, lost)
            self.known, self._behind_since = position, None
            known = position
        behind = known > position
        self._behind_since = (self._behind_since or now) if behind else None
        return behind

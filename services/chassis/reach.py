"""How far anybody has heard of a service's facts, as far as this process knows, and since when its
store has less."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime

from services.chassis.appending import StoreBehind
from services.chassis.database import Pool

LOOK = "select position, now(), looked from head"
# A cluster has an identifier; whoever stands in, or is rolled on to a moment, begins a timeline.
SERVER = """
(select system_identifier || ' ' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
from pg_control_system())
"""
AS_LEFT = f"(server = {SERVER} and written::xid = xmin)"
IS_AS_LEFT = f"select {AS_LEFT} from head"
SIGN = f"""
update head set server = {SERVER}, written = pg_current_xact_id() where {AS_LEFT} is not true
"""
PATIENCE = 5.0  # seconds; NATS may be away, and then work goes on


class Reach:
    """A store that stands in for another, or was restored, has less than others have heard."""

    def __init__(self, service: str) -> None:
        self.known = 0
        self.unsure = False  # whether commands wait until the stream was seen
        self._service = service
        self._behind_since: datetime | None = None
        self._looked: datetime | None = None
        self._until = 0.0
        self._told = asyncio.Event()
        self._told.set()

    def ask(self) -> None:
        """Somebody is about to look where the stream ends."""
        self._until = asyncio.get_running_loop().time() + PATIENCE
        self._told.clear()

    async def told(self, pool: Pool) -> None:
        """That was seen. A store that has all of it is signed: this server, this transaction."""
        if not self._behind_since:
            await pool.execute(SIGN)
        self.unsure = False
        self._told.set()

    async def asked(self, pool: Pool) -> None:
        """Returns once that was seen; where it takes too long, if the store is as it was left.

        Raises StoreBehind where it may be an older one: others may have heard more.
        """
        if self._told.is_set():
            return
        with suppress(TimeoutError):
            async with asyncio.timeout_at(self._until):
                await self._told.wait()
        if not self._told.is_set():
            self.unsure = not await pool.fetchval(IS_AS_LEFT)
            if self.unsure:
                raise StoreBehind(self._service)
            self._told.set()

    async def is_beyond(self, pool: Pool) -> bool:
        """Whether others have heard more than is stored."""
        known = self.known  # as of before we look: what comes meanwhile may be stored already
        position, now, self._looked = await pool.fetchrow(LOOK) or (0, None, None)
        behind = known > position
        self._behind_since = (self._behind_since or now) if behind else None
        return behind

    @property
    def is_given_up(self) -> bool:
        """Whether the operator, after we noticed, has looked for it where else it could be:
        `tandem heal`."""
        since, looked = self._behind_since, self._looked
        return bool(since and looked and looked > since)

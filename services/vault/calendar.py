"""Looks at the retention schedule every day, and proposes what it allows; it destroys nothing."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.rights import MOST_FILES, Ground
from services.chassis.alarms import elected
from services.chassis.deciding import Provenance
from services.chassis.domain import Refusal
from services.chassis.moments import HERE
from services.chassis.working import Worker
from services.vault.application import Rights
from services.vault.domain.disposition import OPEN, Disposition, Stage
from services.vault.safe import Safe
from services.vault.standing import FILE, Standing

log = logging.getLogger(__name__)

FIRST_AFTER = 60.0  # seconds, when the others answer
EVERY = 3600.0  # seconds; the day’s proposal has one id, so that looking again adds nothing
NOT_AGAIN_FOR = timedelta(days=365)  # after somebody refused or withdrew it


class Calendar(Worker):
    """One for the whole installation, whichever process is elected."""

    def __init__(self, safe: Safe, rights: Rights, standing: Standing) -> None:
        self._safe = safe
        self._rights = rights
        self._standing = standing

    async def work(self) -> None:
        async with elected(self._safe.database_url, "vault", "calendar"):
            await asyncio.sleep(FIRST_AFTER)
            while True:
                await self.look()
                await asyncio.sleep(EVERY)

    async def look(self) -> None:
        """Every establishment; one that cannot be read now is looked at next time."""
        rows = await self._safe.pool.fetch("select * from establishments()")
        for (establishment,) in rows:
            try:
                await self.propose(establishment)
            except Refusal as refusal:
                log.warning("the schedule of %s waits: %s", establishment, type(refusal).__name__)

    async def propose(self, establishment: str) -> UUID | None:
        """What may go, and nobody has been asked about; the disposition, if there is one."""
        day = datetime.now(HERE).date().isoformat()
        batch = uuid5(NAMESPACE_URL, f"tandem disposition {establishment} {FILE} {day}")
        by = Provenance(
            establishment=establishment, actor="service:vault", channel="schedule", command=batch
        )
        if await self._rights.standing(Disposition, [batch], by):
            return None  # the day has had its proposal
        files = [one for one in await self._standing.over(by) if await self._is_free(one, by)]
        if not files:
            return None
        some = files[:MOST_FILES]
        await self._rights.propose(batch, some, Ground.RETENTION_ENDED, FILE, None, by)
        return batch

    async def _is_free(self, person: UUID, by: Provenance) -> bool:
        """Neither held, nor proposed already, nor refused within the year."""
        for one in await self._rights.proposed_for(person, by):
            if one.stage in OPEN or one.stage in (Stage.ORDERED, Stage.CERTIFIED):
                return False
            if datetime.now(UTC) - one.modified_on < NOT_AGAIN_FOR:
                return False
        return not await self._rights.what_keeps(by, [person])

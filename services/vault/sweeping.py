"""Destroys what was kept for facts that never came; asks first, and believes no silence."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from services.chassis.alarms import elected
from services.chassis.database import Connection
from services.chassis.jetstream import connection as nats_connection
from services.chassis.knowing import AT_ONCE, ask_known
from services.chassis.working import Worker
from services.vault.keeping import card_again
from services.vault.safe import Safe

log = logging.getLogger(__name__)

BREATH = timedelta(minutes=1)  # a command that was not refused is written by then
GRACE = timedelta(hours=1)
POLL = 30.0  # seconds

WAITING = """
select establishment, claim, refs, since, doubted from claims
where service = $1 and since < $2 and (since, claim) > ($3, $4) order by since, claim limit $5
"""
SERVICES = "select distinct service from claims"
# Who asks again meanwhile has another `since`, and their claim stays.
KNOWN = """
delete from claims using unnest($2::uuid[], $3::timestamptz[]) as seen (claim, since)
where claims.establishment = $1 and claims.claim = seen.claim and claims.since = seen.since
returning claims.refs
"""
DOUBT = """
update claims set doubted = coalesce(doubted, now())
from unnest($2::uuid[], $3::timestamptz[]) as seen (claim, since)
where claims.establishment = $1 and claims.claim = seen.claim and claims.since = seen.since
returning claims.refs
"""
DESTROY = "delete from kept where establishment = $1 and ref = any($2::uuid[])"
SUBJECTS = "select distinct subject from kept where establishment = $1 and ref = any($2::uuid[])"

type Ask = Callable[[str, str, Collection[UUID]], Awaitable[set[UUID] | None]]


class Claim(NamedTuple):
    """Values kept for one fact, and what its service last said of it."""

    establishment: str
    claim: UUID
    refs: list[UUID]
    since: datetime
    doubted: datetime | None


class Sweep(Worker):
    """One for the whole vault. What a service knows is never asked of it again.

    After a breath, a value whose fact is not known is doubted: nobody is shown it. After the
    grace it is destroyed. `now` tells the time, so that a test need not wait for it.
    """

    def __init__(
        self, safe: Safe, nats_url: str, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._safe = safe
        self._nats_url = nats_url
        self._now = now

    async def work(self) -> None:
        async with (
            elected(self._safe.database_url, "vault", "sweep"),
            nats_connection(self._nats_url) as client,
        ):

            async def ask(service: str, home: str, ids: Collection[UUID]) -> set[UUID] | None:
                return await ask_known(client, service, home, ids)

            while True:
                await self.sweep(ask)
                await asyncio.sleep(POLL)

    async def sweep(self, ask: Ask) -> int:
        """Ask once about all that waits; return how many claims were destroyed."""
        services = await self._safe.pool.fetch(SERVICES)
        return sum([await self._sweep_of(service, ask) for (service,) in services])

    async def _sweep_of(self, service: str, ask: Ask) -> int:
        destroyed, place = 0, (datetime.min.replace(tzinfo=UTC), UUID(int=0))
        while True:
            before = self._now() - BREATH
            rows = await self._safe.pool.fetch(WAITING, service, before, *place, AT_ONCE)
            claims = [Claim(*row) for row in rows]
            homes: defaultdict[str, list[Claim]] = defaultdict(list)
            for one in claims:
                homes[one.establishment].append(one)
            for home, some in homes.items():
                known = await ask(service, home, [one.claim for one in some])
                if known is None:
                    log.warning("%s does not say what it wrote: nothing is destroyed", service)
                    return destroyed
                destroyed += await self._settle(home, some, known)
            if len(claims) < AT_ONCE:
                return destroyed
            place = claims[-1].since, claims[-1].claim

    async def _settle(self, home: str, claims: Sequence[Claim], known: set[UUID]) -> int:
        late = self._now() - GRACE
        written = [one for one in claims if one.claim in known]
        unknown = [one for one in claims if one.claim not in known]
        gone = [one for one in unknown if one.doubted and one.since < late]
        async with self._safe.opened_for(home) as connection:
            await _move(connection, KNOWN, home, written, [one for one in written if one.doubted])
            await _move(
                connection, DOUBT, home, unknown, [one for one in unknown if not one.doubted]
            )
            await _destroy(connection, home, gone)
        return len(gone)


async def _move(
    connection: Connection, how: str, home: str, claims: Sequence[Claim], shown: Sequence[Claim]
) -> None:
    """`shown`: those whose values are shown from now on, or no more."""
    if claims:
        await connection.execute(how, home, *_columns(claims))
    if refs := [ref for one in shown for ref in one.refs]:
        rows = await connection.fetch(SUBJECTS, home, refs)
        await card_again(connection, home, [subject for (subject,) in rows])


async def _destroy(connection: Connection, home: str, claims: Sequence[Claim]) -> None:
    if not claims:
        return
    rows = await connection.fetch(KNOWN, home, *_columns(claims))
    await connection.execute(DESTROY, home, [ref for (refs,) in rows for ref in refs])


def _columns(claims: Sequence[Claim]) -> tuple[list[UUID], list[datetime]]:
    return [one.claim for one in claims], [one.since for one in claims]

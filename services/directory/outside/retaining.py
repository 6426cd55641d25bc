"""What went out and what lies aside is let go of when the schedule says: rules as data, swept."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from contracts.schedule import RetentionRule
from services.chassis.alarms import elected
from services.chassis.deciding import Provenance
from services.chassis.domain import NotFound
from services.chassis.store import Store
from services.chassis.working import Worker
from services.directory.outside.hooking import Hooks

SENT, ASIDE = "L-10", "L-20"
BEGIN_WITH = Path(__file__).parent / "schedule.toml"
EVERY = 6 * 3600.0  # seconds
LEAST = 1  # months: who is sent something tries for days, and asks again later

HOMES = "select establishment from outgoing_head union select establishment from hooks_aside"
DECIDED = """
select distinct on (rule) said from retention where establishment = $1 order by rule, number desc
"""
DECIDE = "insert into retention (establishment, rule, said, decided_by) values ($1, $2, $3, $4)"
# What still waits for its receiver stays, and so does the message that it carries.
OVER = "$2::timestamptz - make_interval(months => $3)"
SETTLED = f"establishment = $1 and state <> 'waiting' and done < {OVER}"
LET_GO = (
    f"delete from attempts where delivery in (select number from deliveries where {SETTLED})",
    f"delete from deliveries where {SETTLED}",
    f"delete from outgoing where establishment = $1 and kept_at < {OVER} and not exists ("
    "select from deliveries d where d.establishment = $1 and d.position = outgoing.position)",
)
LAID_BEFORE = f"select hook from hooks_aside where establishment = $1 and at < {OVER} limit 200"
LISTED_NO_MORE = "delete from hooks_aside where establishment = $1 and hook = $2"


class Gone(NamedTuple):
    """How much was past its time."""

    messages: int = 0
    deliveries: int = 0
    aside: int = 0


class Retaining(Worker):
    """One for the whole directory. `now` tells the time, so that a test need not wait for it."""

    def __init__(
        self, store: Store, database_url: str, hooks: Hooks,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._store = store
        self._database_url = database_url
        self._hooks = hooks
        self._now = now

    async def rules(self, establishment: str) -> Mapping[str, RetentionRule]:
        """Those an establishment decided, and for the rest what all begin with."""
        rows = await self._store.pool.fetch(DECIDED, establishment)
        decided = [RetentionRule.model_validate_json(said) for (said,) in rows]
        return DEFAULT | {one.number: one for one in decided}

    async def decide(self, by: Provenance, rule: RetentionRule) -> None:
        """From now on this holds here; what was decided before stays on record. Raises NotFound."""
        if rule.number not in DEFAULT:
            raise NotFound
        said = by.establishment, rule.number, rule.model_dump_json(), by.actor
        await self._store.pool.execute(DECIDE, *said)

    async def work(self) -> None:
        async with elected(self._database_url, self._store.service, "retention"):
            while True:
                for (establishment,) in await self._store.pool.fetch(HOMES):
                    await self.let_go(establishment)
                await asyncio.sleep(EVERY)

    async def let_go(self, establishment: str) -> Gone:
        """All of an establishment's that is past its time. Raises VaultIsAway."""
        rules = await self.rules(establishment)
        sent = establishment, self._now(), max(rules[SENT].months, LEAST)
        async with self._store.pool.acquire() as connection, connection.transaction():
            done = [await connection.execute(statement, *sent) for statement in LET_GO]
        _, deliveries, messages = (int(one.split()[-1]) for one in done)
        laid = establishment, self._now(), max(rules[ASIDE].months, LEAST)
        rows = await self._store.pool.fetch(LAID_BEFORE, *laid)
        for (hook,) in rows:
            await self._hooks.forget(establishment, hook)
            await self._store.pool.execute(LISTED_NO_MORE, establishment, hook)
        return Gone(messages, deliveries, len(rows))


DEFAULT = {
    rule.number: rule
    for rule in map(RetentionRule.model_validate, tomllib.loads(BEGIN_WITH.read_text())["rules"])
}

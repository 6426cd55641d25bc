import asyncio
import sys
from uuid import UUID

import pytest

from services.chassis.relay import Relay
from services.chassis.settings import Settings
from services.chassis.store import Store
from services.ledger.book import Book
from services.ledger.ingest import Ingest
from tests.patience import eventually

pytestmark = pytest.mark.anyio

APPENDER = "to-be-killed"
# PostgreSQL ends what it was asked before it notices that nobody waits for it.
STILL_AT_IT = "select count(*) from pg_stat_activity where application_name = $1"


async def append_until_killed(settings: Settings) -> dict[UUID, int]:
    """What a process was told is stored, before it was killed in the middle of its work."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-W", "ignore", "-m", "tests.faults.appender",
        f"{settings.database_url}&application_name={APPENDER}",
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout
    told = [await process.stdout.readline() for _ in range(200)]
    process.kill()
    rest = (await process.stdout.read()).splitlines(keepends=True)
    await process.wait()
    lines = [line.split() for line in told + rest if line.endswith(b"\n")]
    return {UUID(fact.decode()): int(position) for position, fact in lines}


async def test_what_was_acknowledged_survives_its_process(
    store: Store, settings: Settings, ledger: Settings
) -> None:
    told: dict[UUID, int] = {}
    async with (
        Book(ledger.database_url) as book,
        Relay(store, settings),
        Ingest("intake", book, ledger.nats_url),
    ):
        for _ in range(4):
            told |= await append_until_killed(settings)

        async def forgotten() -> bool:
            return not await store.pool.fetchval(STILL_AT_IT, APPENDER)

        await eventually(forgotten)
        count = await store.position()

        async def entered() -> bool:
            return await book.place_of("intake") == count

        await eventually(entered)
        rows = await book.pool.fetch("select source_position, id from entries order by position")

    stored = await store.read_log(0, 100_000)
    assert [fact.position for fact in stored] == list(range(1, count + 1))
    assert told.items() <= {fact.id: fact.position for fact in stored}.items()
    assert [tuple(row) for row in rows] == [(fact.position, fact.id) for fact in stored]

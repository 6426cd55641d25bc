"""A log that no longer leaves is noticed, on a PostgreSQL that really cannot put it aside."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from services.chassis.database import Pool
from services.chassis.postgres import postgres
from services.chassis.settings import OPERATOR, Installation
from services.chassis.wal import Leaving, leaving, of_wal
from tests.patience import eventually

pytestmark = pytest.mark.anyio


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    with (
        tempfile.TemporaryDirectory(prefix="tandem-wal-") as name,
        postgres(Path(name) / "postgres", "secret") as url,
    ):
        here = Installation(url, "", {OPERATOR: "secret"}).operator_url("postgres")
        async with asyncpg.create_pool(here, min_size=1, max_size=1) as pool:
            await archive(pool, "false")
            yield pool
            await archive(pool, "true")  # else it would try to the last


async def archive(pool: Pool, command: str) -> None:
    await pool.execute(f"alter system set archive_command = '{command}'")
    await pool.execute("select pg_reload_conf()")


async def test_what_cannot_be_put_aside_and_what_nobody_fetches_is_said_in_figures(
    pool: Pool,
) -> None:
    before = await leaving(pool)

    await pool.execute("create table numbers as select generate_series(1, 1000) as number")
    await pool.execute("select pg_create_physical_replication_slot('forgotten', true)")

    async def stuck() -> bool:
        await pool.execute("insert into numbers select generate_series(1, 1000)")
        await pool.execute("select pg_switch_wal()")  # the first may still go as it did before
        await asyncio.sleep(0.1)
        return (await leaving(pool)).stuck > 0

    await eventually(stuck)
    after, figures = await leaving(pool), await of_wal("intake", pool)
    assert before == Leaving(0, 0, 0)
    assert after.slots == 1
    assert after.held > 10_000
    assert {one.name: one.value > 0 for one in figures} == {
        "tandem_wal_stuck_seconds": True,
        "tandem_wal_slots_idle": True,
        "tandem_wal_held_bytes": True,
    }

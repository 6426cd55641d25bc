import asyncio

import asyncpg
import pytest

from services.chassis.database import OUT_OF_REACH, Connection, Pool, open_pool
from services.chassis.settings import Settings

pytestmark = pytest.mark.anyio


async def lose_it_on_the_way(pool: Pool, operator: Connection, pause: float) -> None:
    async with pool.acquire() as connection, connection.transaction():
        mine = await connection.fetchval("select pg_backend_pid()")
        await operator.execute("select pg_terminate_backend($1)", mine)
        await asyncio.sleep(pause)
        await connection.fetchval("select 1")


@pytest.mark.parametrize("pause", [0, 0.2], ids=["as it is lost", "when the pool knows it"])
async def test_a_connection_lost_in_a_transaction_is_out_of_reach_and_no_mistake_of_ours(
    settings: Settings, operator: Settings, pause: float
) -> None:
    pool = await open_pool(settings.database_url, "intake")
    other = await asyncpg.connect(operator.database_url)
    try:
        with pytest.raises(OUT_OF_REACH):
            await lose_it_on_the_way(pool, other, pause)
        assert await pool.fetchval("select 1") == 1
    finally:
        await pool.close()
        await other.close()

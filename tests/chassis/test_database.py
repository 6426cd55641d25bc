import asyncpg
import pytest

from services.chassis.database import OUT_OF_REACH, Connection, Pool, open_pool
from services.chassis.settings import Settings

pytestmark = pytest.mark.anyio


async def lose_it_on_the_way(pool: Pool, operator: Connection) -> None:
    async with pool.acquire() as connection, connection.transaction():
        mine = await connection.fetchval("select pg_backend_pid()")
        await operator.execute("select pg_terminate_backend($1)", mine)
        await connection.fetchval("select 1")


async def test_a_connection_lost_in_a_transaction_is_out_of_reach_and_no_mistake_of_ours(
    settings: Settings, operator: Settings
) -> None:
    pool = await open_pool(settings.database_url, "intake")
    other = await asyncpg.connect(operator.database_url)

    with pytest.raises(OUT_OF_REACH):
        await lose_it_on_the_way(pool, other)

    assert await pool.fetchval("select 1") == 1
    await pool.close()
    await other.close()

import asyncio

import pytest

from services.chassis.settings import Settings
from services.chassis.store import Store
from tests.errands import an_errand

pytestmark = pytest.mark.anyio

WRITERS = 8
EACH = 250


async def test_a_tailing_reader_misses_nothing(settings: Settings) -> None:
    """Half of the writers sit in another process, as far as PostgreSQL can tell."""
    seen: list[int] = []

    async def write(store: Store) -> None:
        for _ in range(EACH):
            await store.append(an_errand())

    async def tail(store: Store) -> None:
        while len(seen) < WRITERS * EACH:
            seen.extend(
                fact.position for fact in await store.read_log(seen[-1:][0] if seen else 0, 100)
            )

    async with (
        Store("intake", settings.database_url) as one,
        Store("intake", settings.database_url) as other,
        asyncio.timeout(60),
        asyncio.TaskGroup() as group,
    ):
        group.create_task(tail(one))
        for number in range(WRITERS):
            group.create_task(write(one if number % 2 else other))

    assert seen == list(range(1, WRITERS * EACH + 1))

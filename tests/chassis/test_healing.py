import asyncio

import pytest

from services.chassis.jetstream import connection, last_sequence
from services.chassis.relay import Relay
from services.chassis.settings import Installation, Settings
from services.chassis.store import Store, StoreBehind
from services.healing import heal
from tests.errands import an_errand
from tests.operating import put_back
from tests.patience import eventually

pytestmark = pytest.mark.anyio


async def announce(store: Store, settings: Settings, count: int) -> None:
    await asyncio.gather(*(store.append(an_errand()) for _ in range(count)))

    async def carried() -> bool:
        async with connection(settings.nats_url) as client:
            return await last_sequence(client, "intake") == await store.position()

    async with Relay(store, settings):
        await eventually(carried)


async def test_a_restored_store_takes_back_what_its_stream_still_has(
    installation: Installation, store: Store, settings: Settings
) -> None:
    await announce(store, settings, 30)
    before = await store.read_log(0, 100)
    await put_back(installation, 20)

    async with Relay(store, settings):

        async def whole() -> bool:
            return await store.position() == 30 and not store.is_behind

        await eventually(whole)
        assert await store.append(an_errand()) == 31

    assert (await store.read_log(0, 100))[:30] == before


async def test_a_store_that_was_put_back_takes_nothing_from_whoever_knew_it_further(
    installation: Installation, store: Store, settings: Settings
) -> None:
    await announce(store, settings, 10)

    await put_back(installation, 5)

    with pytest.raises(StoreBehind):
        await store.append(an_errand())
    assert await store.position() == 5


async def test_what_is_lost_everywhere_is_given_up_once_the_operator_has_looked(
    installation: Installation, store: Store, settings: Settings
) -> None:
    await announce(store, settings, 10)
    await store.append(an_errand())  # nobody has heard it
    await put_back(installation, 10)

    async with Relay(store, settings):

        async def behind() -> bool:
            return store.is_behind

        async def on_its_way() -> bool:
            return not store.is_behind

        await eventually(behind)
        await heal(installation)
        await eventually(on_its_way)

    assert await store.append(an_errand()) == 11


async def test_a_store_that_went_another_way_since_is_not_mixed_up(
    installation: Installation, store: Store, settings: Settings
) -> None:
    await announce(store, settings, 10)
    await put_back(installation, 5)
    async with Store("intake", settings.database_url) as newcomer:
        await newcomer.append(an_errand())  # before anybody noticed

    async with Relay(store, settings):

        async def noticed() -> bool:
            return store.is_behind

        await eventually(noticed)
        with pytest.raises(StoreBehind):
            await store.append(an_errand())

    assert await store.position() == 6

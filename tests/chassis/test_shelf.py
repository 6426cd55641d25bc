import asyncio
from dataclasses import replace
from uuid import uuid4

import pytest

from services.chassis.database import connect
from services.chassis.deciding import ChangedMeanwhile
from services.chassis.settings import Settings
from services.chassis.store import Store
from tests.errands import AlreadyEnded, Errand, Errands, north

pytestmark = pytest.mark.anyio


async def test_a_kept_aggregate_that_is_out_of_date_decides_nothing(settings: Settings) -> None:
    """Another process ends the errand that this one still believes to be under way."""
    async with (
        Store("intake", settings.database_url) as one,
        Store("intake", settings.database_url) as other,
    ):
        here, there = Errands(one), Errands(other)
        errand, _ = await here.begin("Ask the porter", north())
        await here.note(errand, 5, north())
        await there.end(errand, north())

        with pytest.raises(AlreadyEnded):
            await here.note(errand, 5, north())

        assert (await here.load(Errand, errand, "north")).minutes == 5


async def test_a_refusal_of_a_kept_aggregate_is_asked_of_the_store(
    settings: Settings, operator: Settings
) -> None:
    """This process would refuse, or see nothing to do; the store was restored meanwhile."""
    async with Store("intake", settings.database_url) as store:
        errands = Errands(store)
        errand, _ = await errands.begin("Ask the porter", north())
        await errands.note(errand, 5, north())
        await errands.end(errand, north())
        restoring = await connect(operator.database_url, "intake")
        await restoring.execute("delete from events where position > 1")
        await restoring.close()

        await errands.note(errand, 7, north())

        assert (await errands.load(Errand, errand, "north")).minutes == 7


async def test_what_was_said_twice_is_not_believed_twice(settings: Settings) -> None:
    async with Store("intake", settings.database_url) as store:
        errands = Errands(store)
        errand, _ = await errands.begin("Ask the porter", north())
        again = north()

        for _ in range(3):
            await errands.note(errand, 5, again)
        await errands.note(errand, 1, north())

        kept = store.shelf.take(Errand, "north", errand)
        assert kept
        assert (kept.version, kept.minutes) == (3, 6)


async def test_commands_that_race_leave_the_shelf_as_the_store_is(settings: Settings) -> None:
    async with Store("intake", settings.database_url) as store:
        errands = Errands(store)
        errand, _ = await errands.begin("Ask the porter", north())

        for _ in range(10):
            await asyncio.gather(*(errands.note(errand, 1, north()) for _ in range(3)))

        loaded = await errands.load(Errand, errand, "north")
        kept = store.shelf.take(Errand, "north", errand)
        assert loaded.minutes == 30
        assert kept is None or (kept.version, kept.minutes) == (loaded.version, loaded.minutes)


async def test_a_form_that_showed_an_older_version_is_told(settings: Settings) -> None:
    async with Store("intake", settings.database_url) as store:
        errands = Errands(store)
        errand, _ = await errands.begin("Ask the porter", north())
        await errands.note(errand, 1, north())

        with pytest.raises(ChangedMeanwhile):
            await errands.note(errand, 1, replace(north(), seen=1, command=uuid4()))


async def test_anothers_aggregate_is_not_on_the_shelf(settings: Settings) -> None:
    async with Store("intake", settings.database_url) as store:
        errands = Errands(store)
        errand, _ = await errands.begin("Ask the porter", north())
        await errands.note(errand, 1, north())

        assert store.shelf.take(Errand, "south", errand) is None
        assert store.shelf.take(Errand, "north", errand)
        assert store.shelf.take(Errand, "north", errand) is None

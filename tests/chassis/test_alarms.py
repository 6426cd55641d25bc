import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from contracts.envelope import Envelope
from services.chassis.alarms import Alarms, elected
from services.chassis.appending import Alarm, Cancel
from services.chassis.deciding import Provenance
from services.chassis.personal import VaultIsAway
from services.chassis.settings import Settings
from services.chassis.store import Store
from tests.errands import AlreadyEnded, Errand, ErrandBegun, ErrandEnded, Errands, north
from tests.patience import eventually

pytestmark = pytest.mark.anyio


def remind(envelope: Envelope) -> Iterable[Alarm | Cancel]:
    """An errand is asked about after three days, unless it has ended."""
    if envelope.type == ErrandBegun.type:
        yield Alarm(envelope.time + timedelta(days=3), envelope.subject, "ask")
    if envelope.type == ErrandEnded.type:
        yield Cancel(envelope.subject, "ask")


def in_three_days() -> datetime:
    return datetime.now(UTC) + timedelta(days=3, minutes=1)


def asking(store: Store, settings: Settings, asked: list[UUID]) -> Alarms:
    alarms, errands = Alarms(store, settings.database_url, now=in_three_days), Errands(store)

    @alarms.when("ask")
    async def ask(errand: UUID, _: datetime, by: Provenance) -> None:
        asked.append(errand)
        await errands.note(errand, 1, by)

    return alarms


async def set_alarms(store: Store) -> int:
    return int(await store.pool.fetchval("select count(*) from alarms"))


async def test_an_alarm_rings_when_it_is_due_and_only_once(settings: Settings) -> None:
    asked: list[UUID] = []
    async with Store("intake", settings.database_url, remind) as store:
        errand, _ = await Errands(store).begin("Ask the porter", north())

        async with asking(store, settings, asked), asking(store, settings, asked):

            async def rung() -> bool:
                return await set_alarms(store) == 0

            await eventually(rung)

        assert asked == [errand]
        assert await store.position() == 2


async def test_an_alarm_that_rings_again_after_a_crash_changes_nothing(settings: Settings) -> None:
    asked: list[UUID] = []
    async with Store("intake", settings.database_url, remind) as store:
        await Errands(store).begin("Ask the porter", north())
        alarms = asking(store, settings, asked)
        [alarm] = await store.pool.fetch("select * from alarms")
        await alarms.ring_all_due()
        await store.pool.execute("insert into alarms values ($1, $2, $3, $4)", *alarm.values())

        await alarms.ring_all_due()

        assert len(asked) == 2
        assert await store.position() == 2


async def test_what_has_ended_is_not_asked_about(settings: Settings) -> None:
    async with Store("intake", settings.database_url, remind) as store:
        errands = Errands(store)
        errand, _ = await errands.begin("Ask the porter", north())

        await errands.end(errand, north())

        assert await set_alarms(store) == 0


async def test_what_was_imported_sets_no_alarm(settings: Settings) -> None:
    async with Store("intake", settings.database_url, remind) as store:
        by = Provenance("north", "marie", channel="import")

        await Errands(store).begin("Ask the porter", by)

        assert await set_alarms(store) == 0


async def test_an_alarm_that_fails_holds_no_other_back(settings: Settings) -> None:
    asked: list[UUID] = []
    async with Store("intake", settings.database_url, remind) as store:
        errands = Errands(store)
        first, _ = await errands.begin("Ask the porter", north())
        second, _ = await errands.begin("Ask the nurse", north())
        alarms = Alarms(store, settings.database_url, now=in_three_days)

        @alarms.when("ask")
        async def ask(errand: UUID, _: datetime, __: Provenance) -> None:
            asked.append(errand)
            if errand == first:
                raise ConnectionError
            raise AlreadyEnded

        done = [await alarms.ring_all_due(), await alarms.ring_all_due()]

        assert asked == [first, second]
        assert done == [1, 0]
        assert await set_alarms(store) == 1


async def test_what_the_vault_is_needed_for_rings_again_once_it_is_back(
    settings: Settings,
) -> None:
    async with Store("intake", settings.database_url, remind) as store:
        await Errands(store).begin("Ask the porter", north())
        alarms = Alarms(store, settings.database_url, now=in_three_days)

        @alarms.when("ask")
        async def ask(*_: object) -> None:
            raise VaultIsAway

        done = await alarms.ring_all_due()

        assert (done, await set_alarms(store)) == (0, 1)


async def test_of_two_who_would_do_something_one_does(settings: Settings) -> None:
    async with elected(settings.database_url, "intake", "alarms"):
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.3), elected(settings.database_url, "intake", "alarms"):
                pass


async def test_an_errand_that_was_asked_about_can_still_be_decided(settings: Settings) -> None:
    asked: list[UUID] = []
    async with Store("intake", settings.database_url, remind) as store:
        errands = Errands(store)
        errand, _ = await errands.begin("Ask the porter", north())
        await asking(store, settings, asked).ring_all_due()

        await errands.end(errand, north())

        assert (await errands.load(Errand, errand, "north")).ended

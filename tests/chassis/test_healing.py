import asyncio

import pytest

from contracts.envelope import Envelope
from contracts.intake import FactsLost
from services.chassis import reach, relay
from services.chassis.deciding import Provenance
from services.chassis.healing import heal as take_back
from services.chassis.jetstream import connection, last_sequence, stream_of
from services.chassis.losing import losses
from services.chassis.relay import Relay
from services.chassis.settings import Installation, Settings
from services.chassis.store import Store, StoreBehind
from services.healing import heal
from tests.errands import an_errand
from tests.operating import operating, put_back
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


async def given_up(store: Store, installation: Installation) -> None:
    """The operator looks, and finds it nowhere."""

    async def behind() -> bool:
        return store.is_behind

    async def on_its_way() -> bool:
        return not store.is_behind

    await eventually(behind)
    await heal(installation)
    await eventually(on_its_way)


async def test_what_is_lost_everywhere_is_said_in_its_place_once_the_operator_has_looked(
    installation: Installation, store: Store, settings: Settings
) -> None:
    await announce(store, settings, 10)
    for _ in range(4):
        await store.append(an_errand())  # nobody has heard it
    await put_back(installation, 10)

    async with Relay(store, settings):
        await given_up(store, installation)

    facts = [Envelope.read(one.body) for one in await store.read_log(10, 100)]
    assert [one.fact() for one in facts] == [FactsLost(first=11, last=14)] * 4
    assert [one.position for one in facts] == [11, 12, 13, 14]
    assert [one.version for one in facts] == [1, 2, 3, 4]
    assert {(one.establishment, one.actor) for one in facts} == {("north", "operator")}
    [told] = await losses(store)
    assert (told["first"], told["last"]) == (11, 14)
    assert await store.append(an_errand()) == 15


async def test_every_establishment_is_told_that_something_is_lost(
    installation: Installation, store: Store, settings: Settings
) -> None:
    for home in ("east", "north", "south"):
        await store.append(an_errand(Provenance(home, "marie")))
    await announce(store, settings, 2)
    await store.append(an_errand())  # nobody has heard it
    await put_back(installation, 5)

    async with Relay(store, settings):
        await given_up(store, installation)

    facts = [Envelope.read(one.body) for one in await store.read_log(5, 100)]
    assert [one.establishment for one in facts] == ["east", "north", "south"]
    assert {(one.data["first"], one.data["last"]) for one in facts} == {(6, 6)}


async def test_what_its_stream_has_forgotten_is_lost_and_what_it_still_has_is_taken_back(
    installation: Installation, store: Store, settings: Settings, operator: Settings
) -> None:
    await announce(store, settings, 10)
    before = await store.read_log(0, 100)
    await put_back(installation, 4)
    async with connection(operator.nats_url) as client:
        await client.jetstream().purge_stream(stream_of("intake"), seq=8)
    async with connection(settings.nats_url) as client:
        await store.lacks(10)
        with pytest.raises(StoreBehind):
            await take_back(store, client, 10)

    async with Relay(store, settings):
        await given_up(store, installation)
        assert await store.append(an_errand()) == 11

    after = await store.read_log(0, 100)
    assert after[:4] == before[:4]
    assert [one.type for one in after[4:7]] == ["intake.FactsLost.v1"] * 3
    assert after[7:10] == before[7:]


@pytest.mark.usefixtures("impatient")
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


NOWHERE = {"nats_url": "nats://127.0.0.1:1"}


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "PATIENCE", 0.2)
    monkeypatch.setattr(relay, "TO_LEAVE", 0.2)


@pytest.mark.usefixtures("impatient")
async def test_a_service_that_begins_while_nats_is_away_goes_on_where_it_left(
    store: Store, settings: Settings
) -> None:
    await announce(store, settings, 10)

    async with (
        Store("intake", settings.database_url) as again,
        Relay(again, settings.model_copy(update=NOWHERE)),
    ):
        position = await again.append(an_errand())

    assert position == 11


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("how", ["put back", "another server", "never seen"])
async def test_a_store_that_is_not_as_it_was_left_takes_nothing_before_its_stream_was_seen(
    installation: Installation, store: Store, settings: Settings, how: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    await announce(store, settings, 10)
    async with operating(installation, "intake") as operator:
        if how == "put back":
            await put_back(installation, 5)
        elif how == "another server":
            await operator.execute("update head set server = 'one of before'")
        else:
            await operator.execute("update head set server = null, written = null")

    async with Store("intake", settings.database_url) as again:
        async with Relay(again, settings.model_copy(update=NOWHERE)):
            with pytest.raises(StoreBehind):
                await again.append(an_errand())
            assert again.reach.unsure

        monkeypatch.setattr(reach, "PATIENCE", 30)  # here the stream is seen, however late
        async with Relay(again, settings):
            position = await again.append(an_errand())
        assert not again.reach.unsure

    assert position == 11


@pytest.mark.usefixtures("impatient")
async def test_the_operator_may_say_that_nothing_is_to_be_expected_of_the_stream(
    installation: Installation, store: Store, settings: Settings
) -> None:
    await announce(store, settings, 10)
    await put_back(installation, 5)

    async with (
        Store("intake", settings.database_url) as again,
        Relay(again, settings.model_copy(update=NOWHERE)),
    ):
        with pytest.raises(StoreBehind):
            await again.append(an_errand())
        await heal(installation)
        with pytest.raises(StoreBehind):
            await again.append(an_errand())
        await heal(installation, without_stream=True)
        position = await again.append(an_errand())

    assert position == 6


async def test_to_look_for_what_is_lost_where_nothing_is_changes_nothing(
    installation: Installation, store: Store, settings: Settings
) -> None:
    await announce(store, settings, 10)

    await heal(installation)

    async with operating(installation, "intake") as operator:
        assert await operator.fetchval(reach.IS_AS_LEFT)

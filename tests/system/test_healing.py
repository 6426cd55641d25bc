import pytest

from services.chassis.settings import Installation, Settings
from services.chassis.store import Store
from services.healing import Healed, heal
from services.ledger.book import Book
from tests.errands import an_errand
from tests.operating import put_back

pytestmark = pytest.mark.anyio


async def entered(store: Store, ledger: Settings, count: int) -> None:
    """Some facts of intake, which the ledger has too."""
    for _ in range(count):
        await store.append(an_errand())
    async with Book(ledger.database_url) as book:
        place = await book.place_of("intake")
        facts = await store.read_log(place, 1000)
        await book.enter("intake", place, [fact.body for fact in facts])


@pytest.mark.parametrize("position", [0, 7])
async def test_what_a_service_lost_the_ledger_gives_back(
    installation: Installation, store: Store, ledger: Settings, position: int
) -> None:
    await entered(store, ledger, 20)
    before = await store.read_log(0, 100)
    await put_back(installation, position)

    taken = await heal(installation)

    assert taken["intake"] == Healed(20 - position, 20, 0)
    assert await store.read_log(0, 100) == before
    assert (await heal(installation))["intake"].taken == 0
    assert await store.append(an_errand()) == 21


async def test_a_service_that_went_another_way_is_left_as_it_is(
    installation: Installation, store: Store, ledger: Settings
) -> None:
    await entered(store, ledger, 10)
    await put_back(installation, 5)
    async with Store("intake", installation.settings("intake").database_url) as newcomer:
        await newcomer.append(an_errand())
    other = await store.read_log(0, 100)

    assert (await heal(installation))["intake"] == Healed(0, 6, 0, parted_since=5)

    assert await store.read_log(0, 100) == other


async def test_whoever_went_another_way_comes_back_by_the_steps_that_operators_are_told(
    installation: Installation, store: Store, ledger: Settings
) -> None:
    await entered(store, ledger, 10)
    before = await store.read_log(0, 100)
    await put_back(installation, 5)
    async with Store("intake", installation.settings("intake").database_url) as newcomer:
        await newcomer.append(an_errand())

    since = (await heal(installation))["intake"].parted_since
    assert since is not None
    await put_back(installation, since)
    taken = (await heal(installation))["intake"].taken

    assert taken == 5
    assert await store.read_log(0, 100) == before


async def test_a_service_that_the_ledger_has_not_caught_up_with_is_left_as_it_is(
    installation: Installation, store: Store, ledger: Settings
) -> None:
    await entered(store, ledger, 3)
    await store.append(an_errand())

    assert (await heal(installation))["intake"] == Healed(0, 4, 0)

    assert await store.position() == 4

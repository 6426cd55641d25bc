"""What is lost everywhere, and what took its place, are never taken for one another."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from contracts.envelope import Envelope
from contracts.intake import FactsLost
from services.chassis import reach
from services.chassis.jetstream import connection, stream_of
from services.chassis.relay import Relay
from services.chassis.settings import Installation, Settings
from services.chassis.store import Store
from services.cli.proving.losses import losses
from services.healing import heal
from services.ledger import ingest
from services.ledger.book import Book
from services.ledger.ingest import Ingest, Road
from tests.errands import an_effect_of, an_errand
from tests.operating import put_back
from tests.patience import eventually

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest, "LONG", 0.3)
    monkeypatch.setattr(reach, "PATIENCE", 0.2)


@pytest.fixture
async def book(ledger: Settings) -> AsyncIterator[Book]:
    async with Book(ledger.database_url) as book:
        yield book


async def entered(book: Book, source: str, count: int) -> None:
    async def there() -> bool:
        return await book.place_of(source) == count

    await eventually(there)


async def lose(store: Store, settings: Settings, installation: Installation, last: int) -> None:
    """Everything after that position, which nobody else has, until the operator gives it up."""
    await put_back(installation, last)

    async def behind() -> bool:
        return store.is_behind

    async def on_its_way() -> bool:
        return not store.is_behind

    async with Relay(store, settings):
        await eventually(behind)
        await heal(installation)
        await eventually(on_its_way)


async def test_the_ledger_enters_what_is_said_of_the_loss_and_verification_tells_it(
    installation: Installation, settings: Settings, ledger: Settings, store: Store, book: Book
) -> None:
    for _ in range(3):
        await store.append(an_errand())
    async with Relay(store, settings), Ingest("intake", book, ledger.nats_url):
        await entered(book, "intake", 3)
    await store.append(an_errand())
    await store.append(an_errand())

    await lose(store, settings, installation, 3)
    await store.append(an_errand())
    async with Relay(store, settings), Ingest("intake", book, ledger.nats_url):
        await entered(book, "intake", 6)

    rows = await book.pool.fetch("select body from entries order by position")
    assert [body for (body,) in rows] == [one.body for one in await store.read_log(0, 100)]
    [words] = (await losses(installation.operator_url(installation.database_of("ledger"))))["north"]
    assert words.startswith("Les étapes 4 à 5 de intake sont perdues partout")


async def test_an_effect_whose_cause_is_lost_everywhere_does_not_hold_the_ledger_for_ever(
    installation: Installation, settings: Settings, recruitment: Settings, ledger: Settings,
    store: Store, book: Book,
) -> None:  # fmt: skip
    await store.append(an_errand())
    [cause] = an_errand()
    async with Store("recruitment", recruitment.database_url) as other:
        async with Relay(store, settings), Ingest("intake", book, ledger.nats_url):
            await entered(book, "intake", 1)
        await store.append([cause])
        await other.append([an_effect_of(cause)])

        async with Relay(other, recruitment), Ingest("recruitment", book, ledger.nats_url):
            await asyncio.sleep(0.8)
            before = await book.place_of("recruitment")
            await lose(store, settings, installation, 1)
            async with Relay(store, settings), Ingest("intake", book, ledger.nats_url):
                await entered(book, "recruitment", 1)

    assert before == 0
    rows = await book.pool.fetch("select body from entries order by position")
    assert [Envelope.read(body).type for (body,) in rows][1:] == [
        FactsLost.type,
        "recruitment.ReplyPromised.v1",
    ]


async def test_other_words_in_the_same_place_are_noticed_and_nothing_more_is_entered(
    installation: Installation, settings: Settings, ledger: Settings, operator: Settings,
    store: Store, book: Book,
) -> None:  # fmt: skip
    for _ in range(3):
        await store.append(an_errand())
    async with Relay(store, settings), Ingest("intake", book, ledger.nats_url):
        await entered(book, "intake", 3)
    await put_back(installation, 1)
    async with connection(operator.nats_url) as client:
        await client.jetstream().delete_stream(stream_of("intake"))
    async with Store("intake", settings.database_url) as newcomer:
        for _ in range(4):
            await newcomer.append(an_errand())

        reader = Ingest("intake", book, ledger.nats_url)
        async with Relay(newcomer, settings), reader:

            async def noticed() -> bool:
                return bool((await Road(book, [reader]).status())["intake"]["parted"])

            await eventually(noticed)

    assert await book.place_of("intake") == 3

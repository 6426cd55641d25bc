import asyncio
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from contracts import ANNOUNCING
from services.chassis.jetstream import connection, stream_of
from services.chassis.nats_server import nats_server
from services.chassis.relay import Relay
from services.chassis.settings import OPERATOR, Settings
from services.chassis.store import Store
from services.ledger.book import Book
from services.ledger.ingest import Ingest
from tests.errands import an_errand
from tests.patience import eventually
from tests.replies import listening

pytestmark = pytest.mark.anyio

KEY = "a-word-of-tests"


@contextmanager
def a_nats_of_our_own(settings: Settings, folder: Path) -> Iterator[Settings]:
    with nats_server(folder, {OPERATOR: KEY}, ANNOUNCING) as url:
        netloc = f"{OPERATOR}:{KEY}@{urlsplit(url).netloc}"
        yield settings.model_copy(update={"nats_url": f"nats://{netloc}"})


async def append(store: Store, count: int) -> None:
    await asyncio.gather(*(store.append(an_errand()) for _ in range(count)))


async def all_have(count: int, book: Book, other: Store) -> None:
    async def there() -> bool:
        places = await book.place_of("intake"), await other.place_of("recruitment-intake")
        return places == (count, count)

    await eventually(there, within=20)


async def test_a_wiped_jetstream_folder_is_filled_again_and_nothing_doubles(
    settings: Settings, recruitment: Settings, ledger: Settings, store: Store, tmp_path: Path
) -> None:
    """Once between two runs, and once while everything runs."""
    async with (
        Book(ledger.database_url) as book,
        Store("recruitment", recruitment.database_url) as other,
    ):
        with a_nats_of_our_own(settings, tmp_path / "nats") as ours:
            async with (
                Relay(store, ours),
                Ingest("intake", book, ours.nats_url),
                listening(other, ours.nats_url),
            ):
                await append(store, 20)
                await all_have(20, book, other)
        shutil.rmtree(tmp_path / "nats" / "jetstream")

        with a_nats_of_our_own(settings, tmp_path / "nats") as ours:
            async with (
                Relay(store, ours),
                Ingest("intake", book, ours.nats_url),
                listening(other, ours.nats_url),
                connection(ours.nats_url) as client,
            ):
                await append(store, 20)
                await all_have(40, book, other)
                await client.jetstream().delete_stream(stream_of("intake"))
                await append(store, 20)
                await all_have(60, book, other)

        assert await other.position() == 60
        assert await book.pool.fetchval("select count(*) from entries") == 60

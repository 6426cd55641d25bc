"""The live read models, held against the log read again."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from services.chassis.comparing import Difference, compare
from services.chassis.database import connect
from services.chassis.library import Library
from services.chassis.projecting import Projection
from services.chassis.settings import Installation, Settings
from services.insights.models import MODELS
from services.ledger.book import Book
from tests.insights.chronicle import NORTH
from tests.insights.life import PERSON, REQUEST, a_whole_life, id_of
from tests.patience import eventually

pytestmark = pytest.mark.anyio

COUNT = "select count(*) from documents where projection = 'requests'"
requests, partners = MODELS["requests"], MODELS["partners"]


@pytest.fixture
async def library(installation: Installation, book: Book) -> AsyncIterator[Library]:
    """Everything is shown that has happened."""
    await a_whole_life().enter(book)
    async with Library(installation.settings("insights").database_url) as library:
        for model in (requests, partners):
            async with Projection(model, library) as shown:

                async def read(shown: Projection[Any] = shown) -> bool:
                    place = await shown.documents.place(await shown.documents.live())
                    return bool(place == await book.pool.fetchval("select position from head"))

                await eventually(read)
        yield library


async def test_what_readers_see_is_what_the_log_gives(library: Library) -> None:
    assert await compare(requests, library) == []
    assert await compare(partners, library) == []


async def test_a_planted_corruption_is_found_and_named(
    library: Library, operator: Settings
) -> None:
    superuser = await connect(operator.database_url, "insights")
    await superuser.execute(
        "update documents set state = 'rewritten' where projection = 'requests'"
    )
    await superuser.execute("delete from documents where projection = 'partners'")
    await superuser.execute(
        "insert into documents select 'partners', 1, $1, $2, '', '{}', '', '{}', ''",
        id_of(99), NORTH,
    )  # fmt: skip
    await superuser.close()

    altered = await compare(requests, library)
    found = await compare(partners, library)

    assert Difference(NORTH, str(REQUEST), "altered") in altered
    assert Difference(NORTH, str(PERSON), "lacking") in found
    assert Difference(NORTH, str(id_of(99)), "beyond") in found


async def test_nothing_is_left_of_what_was_compared(library: Library) -> None:
    await compare(requests, library)

    left = "select count(distinct generation) from documents where projection = 'requests'"
    assert await library.pool.fetchval(left) == 1


async def test_an_operator_asks_for_it_and_a_process_of_its_own_answers(
    library: Library, reader: httpx2.AsyncClient
) -> None:
    before = await library.pool.fetchval(COUNT)

    same = await reader.post("/comparisons", json={"projection": "requests"}, timeout=120)
    unknown = await reader.post("/comparisons", json={"projection": "nothing"})

    assert (same.json(), unknown.status_code) == ([], 404)
    assert await library.pool.fetchval(COUNT) == before

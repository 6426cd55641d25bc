"""How read models follow the log: in order, whole, and without stopping for one bad document."""

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from contracts.accompaniment import ContributionAnswered, ContributionMade, Decision, HoursLogged
from services.chassis.changes import Key
from services.chassis.database import acting_as
from services.chassis.deciding import Position
from services.chassis.documents import Documents
from services.chassis.folding import Entry, ReadModel
from services.chassis.generations import LaterVersion
from services.chassis.library import Library
from services.chassis.observing import Observer
from services.chassis.projecting import Projection, StillCannotBeFolded
from services.chassis.reading import Asked, Shelf
from services.chassis.settings import Installation
from services.insights.models import MODELS
from services.insights.partners import Partner
from services.insights.requests import Request, requests
from services.ledger.book import Book
from tests.insights.chronicle import NORTH, Chronicle
from tests.insights.life import (
    CONTRIBUTION,
    DRAFT,
    PARTNER,
    PERSON,
    REQUEST,
    WORDS,
    a_request,
    a_whole_life,
    id_of,
)
from tests.insights.test_reading import entered
from tests.patience import eventually

pytestmark = pytest.mark.anyio

MANY = 3000
LONG = 30.0  # seconds, where nobody waits at a page

partners: ReadModel[Partner] = MODELS["partners"]


class Stumbling(ReadModel[Request]):
    """Makes no sense of one request, until it is mended."""

    stumbles = True

    def __init__(self) -> None:
        super().__init__(requests.name, Request)
        self.rules = requests.rules

    def evolve(self, key: str, document: Request | None, entry: Entry) -> Request:
        if self.stumbles and key == str(REQUEST):
            raise ValueError("no sense")
        return super().evolve(key, document, entry)


@pytest.fixture
async def library(installation: Installation) -> AsyncIterator[Library]:
    async with Library(installation.settings("insights").database_url) as library:
        yield library


async def titles(library: Library) -> list[str]:
    page = await Shelf(requests, library).page(NORTH, Asked(sort=3, limit=100))
    return [one.title for one in page.items]


async def test_what_cannot_be_folded_is_parked_the_rest_goes_on_and_it_is_retried_alone(
    book: Book, library: Library
) -> None:
    told = a_request().tell(id_of(70), DRAFT.model_copy(update={"title": "Un autre"}))
    await told.enter(book)
    model = Stumbling()

    async with Projection(model, library) as projection:
        assert await projection.has_reached(Position("intake", 5), LONG)
        assert await titles(library) == ["Un autre"]
        [parked] = await Observer(library).parked(NORTH)
        assert (parked.key, parked.why) == (REQUEST, "ValueError: no sense")
        with pytest.raises(StillCannotBeFolded):
            await projection.retry(Key(NORTH, str(REQUEST)))

        model.stumbles = False
        await projection.retry(Key(NORTH, str(REQUEST)))

    assert await Observer(library).parked(NORTH) == []
    request = await Shelf(requests, library).one(NORTH, str(REQUEST))
    assert (request.state, request.version) == ("accepted", 4)


async def test_a_version_that_is_not_known_stops_the_projection_and_is_shown(
    book: Book, library: Library
) -> None:
    told = a_request()
    told.envelopes[2] = told.envelopes[2].model_copy(update={"type": "intake.RequestTriaged.v2"})
    await told.enter(book)
    observer = Observer(library)

    async with Projection(requests, library):

        async def stopped() -> bool:
            return any(one.stopped for one in await observer.status())

        await eventually(stopped)

    [status] = await observer.status()
    assert (status.position, status.lag) == (2, 2)
    assert status.stopped == "intake.RequestTriaged.v2 at 3"


async def test_a_rebuild_that_fails_leaves_readers_where_they_were_and_says_why(
    book: Book, library: Library
) -> None:
    told = a_request()
    told.envelopes[2] = told.envelopes[2].model_copy(update={"type": "intake.RequestTriaged.v2"})
    await told.enter(book)

    with pytest.raises(LaterVersion):
        await Projection(requests, library).rebuild()

    [failed] = await Observer(library).rebuilds()
    assert (failed.state, failed.generation, failed.position) == ("failed", 2, 2)
    assert failed.failed == "LaterVersion: intake.RequestTriaged.v2 at 3"
    assert [one.generation for one in await Observer(library).status()] == [1]


async def test_readers_never_see_a_list_half_rebuilt(book: Book, library: Library) -> None:
    told = Chronicle()
    for _ in range(MANY):
        told.tell(uuid4(), DRAFT)
    await book.place_of("intake")
    await book.enter("intake", 0, told.bodies)
    seen: list[int] = []

    async with Projection(requests, library) as projection:
        assert await projection.has_reached(Position("intake", MANY), LONG)

        async def read() -> None:
            while True:
                page = await Shelf(requests, library).page(NORTH, Asked(limit=1))
                seen.append(page.counts["draft"])

        reader = asyncio.create_task(read())
        await Projection(requests, library).rebuild()
        reader.cancel()

    assert set(seen) == {MANY}
    assert [one.generation for one in await Observer(library).status()] == [2]


async def test_a_rebuild_in_its_own_process_gives_the_same_documents(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    await entered(a_whole_life(), book, reader)
    before = (await reader.get("/partners")).json()

    begun = await reader.post("/rebuilds", json={"projection": "partners"})
    again = await reader.post("/rebuilds", json={"projection": "partners"})

    async def switched() -> bool:
        status = (await reader.get("/status")).json()
        return any((one["projection"], one["generation"]) == ("partners", 2) for one in status)

    await eventually(switched, within=30)
    assert (begun.status_code, again.status_code) == (202, 409)
    assert (await reader.get("/partners")).json() == before


async def test_facts_that_come_one_by_one_give_what_a_refold_gives(
    book: Book, library: Library
) -> None:
    told = a_whole_life()
    async with Projection(requests, library) as projection:
        for number in range(1, len(told.envelopes) + 1):
            part = Chronicle()
            part.envelopes = told.envelopes[:number]
            part._written = number - 1
            await part.enter(book)
        assert await projection.has_reached(Position("accompaniment", 10), LONG)

    kept = await Shelf(requests, library).one(NORTH, str(REQUEST))
    streams = await Shelf(requests, library).streams_of(NORTH, str(REQUEST))
    assert len(streams) == 3
    async with Projection(requests, library) as projection:
        await projection.rebuild()
    assert await Shelf(requests, library).one(NORTH, str(REQUEST)) == kept


async def test_two_processes_that_follow_the_same_log_neither_lose_nor_double_a_fact(
    book: Book, library: Library
) -> None:
    told = Chronicle()
    logged = HoursLogged(partner=PARTNER, date="2026-10-05", minutes=1)
    async with Projection(partners, library), Projection(partners, library) as projection:
        for _ in range(30):
            for _ in range(10):
                told.tell(uuid4(), logged)
            await told.enter(book)
        assert await projection.has_reached(Position("accompaniment", 300), LONG)

    streams = await Shelf(partners, library).streams_of(NORTH, str(PERSON))
    [body] = (await Documents(partners.name, library).read(1, [Key(NORTH, str(PERSON))])).values()
    assert partners.read(body).minutes == 300
    assert len(streams) == 301


async def test_one_stream_id_feeds_in_each_establishment_only_what_it_was_said_to_feed_there(
    book: Book, library: Library
) -> None:
    ours, theirs = MODELS["involvements"], id_of(71)
    told = a_whole_life()
    made = ContributionMade(partner=PARTNER, involvement=theirs, text=WORDS)
    answer = ContributionAnswered(partner=PARTNER, decision=Decision.PARTLY)
    told.tell(CONTRIBUTION, made, answer, establishment="south")

    await told.enter(book)
    async with Projection(ours, library) as projection:
        last = told.last
        assert await projection.has_reached(Position(last.source, 11), LONG)
        async with acting_as("documents_reader", library.pool, "south") as connection:
            known = await connection.fetch("select key from documents")

    assert [key for (key,) in known] == [theirs]


async def test_who_names_no_establishment_is_refused_by_the_database_itself(
    book: Book, library: Library
) -> None:
    await a_request().enter(book)
    async with Projection(requests, library) as projection:
        assert await projection.has_reached(Position("intake", 4), LONG)

    for establishment, count in ((NORTH, 1), ("south", 0)):
        async with acting_as("documents_reader", library.pool, establishment) as connection:
            assert len(await connection.fetch("select key from documents")) == count
    with pytest.raises(asyncpg.RaiseError, match="no establishment"):
        async with acting_as("documents_reader", library.pool) as connection:
            await connection.fetch("select key from documents")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with acting_as("log_reader", library.pool) as connection:
            await connection.fetch("select body from ledger.entries")

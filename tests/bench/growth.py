"""Does anything cost more a fact as the log grows?

`python -m tests.bench.growth [facts …] [--rebuild]` fills one ledger through its own door, a whole
life of 24 facts at a time, and prints one line for each question at each size: by default at a
hundred thousand and a million facts. Of 200 establishments the second is half as large as the
first, the third a third.
"""

import asyncio
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import orjson
import psutil
import uvloop

from services.chassis.appending import moment, written
from services.chassis.database import acting_as
from services.chassis.library import Library
from services.chassis.projecting import Projection
from services.chassis.settings import Installation
from services.cli.proving.verifying import verify
from services.insights.models import MODELS
from services.insights.past import Past, When
from services.ledger.book import Book
from services.ledger.proofs.keyring import Keyring
from services.ledger.proofs.sealing import Sealer
from services.ledger.reading import OF_PERSON, Bounds, History
from tests.bench.measure import house, spread, tell
from tests.insights.life import PERSON, a_whole_life

SIZES = (100_000, 1_000_000)
LIVES = 200  # at once
HOMES = 200
ASKED = 400  # stories
BEGINNING = datetime(2026, 9, 1, 14, tzinfo=UTC)
LATER = Bounds(as_of=BEGINNING + timedelta(days=365))
OURS = "5eed0000-0000-4000-8000-"
MADE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
EXPLAIN = "explain (analyze, buffers, format json)"
SPENT = "select pg_total_relation_size($1::regclass)"


class Lives:
    """The same life, told of somebody else each time; of each service in its order."""

    def __init__(self) -> None:
        told = a_whole_life().envelopes
        self.facts = len(told)
        self._like = [(one.source, _pattern(written(one.source, one).body)) for one in told]
        self._dice = random.Random(7)
        self._names = [f"home-{number}" for number in range(HOMES)]
        self._shares = [1 / (number + 1) for number in range(HOMES)]
        self._positions: Counter[str] = Counter()
        self.homes: list[str] = []  # of each life

    def next(self, count: int) -> dict[str, list[bytes]]:
        """As each service would announce them."""
        made: dict[str, list[bytes]] = {source: [] for source, _ in self._like}
        for home in self._dice.choices(self._names, self._shares, k=count):
            life = len(self.homes)
            said = {"who": self.whose(life), "home": home, "now": moment_of(life)}
            for place, (source, like) in enumerate(self._like):
                self._positions[source] += 1
                said["id"] = f"{life:08x}-{place:04x}-4000-b000-000000000001"
                body = like.format(position=self._positions[source], **said)
                made[source].append(body.encode())
            self.homes.append(home)
        return made

    @staticmethod
    def whose(life: int) -> str:
        return f"5eed{life >> 16:04x}-{life & 0xFFFF:04x}-4000-8000-"

    @staticmethod
    def person(life: int) -> UUID:
        return UUID(Lives.whose(life) + str(PERSON)[24:])


def moment_of(life: int) -> str:
    """A life a minute."""
    return moment(BEGINNING + timedelta(minutes=life)).decode()


def _pattern(body: bytes) -> str:
    """Whose life, where, and which fact it is are still to be said."""
    like = body.decode().replace("{", "{{").replace("}", "}}").replace(OURS, "{who}")
    like = MADE.sub("{id}", like).replace('"establishment":"north"', '"establishment":"{home}"')
    return '{{"recordedtime":"{now}","position":{position},' + like[2:]


async def fill(book: Book, lives: Lives, size: int) -> None:
    """Through the ledger's own door."""
    began, entered = time.perf_counter(), 0
    to_do = max(0, size - len(lives.homes) * lives.facts)
    while entered < to_do:
        for source, bodies in lives.next(LIVES).items():
            await book.enter(source, await book.place_of(source), bodies)
            entered += len(bodies)
    if entered:
        took = time.perf_counter() - began
        tell(f"entering {entered:,} facts more", f"{entered / took:,.0f} facts/s")
    await book.pool.execute("analyze entries, stories, nodes")


async def stories(book: Book, lives: Lives) -> None:
    """Of anybody, as it is and as it was on a day."""
    history, dice = History(book), random.Random(11)
    some = [dice.randrange(len(lives.homes)) for _ in range(ASKED)]
    for what, bounds in (("replay", Bounds()), ("replay as of a day", LATER)):
        taken: list[float] = []
        for life in some:
            who, home = lives.person(life), lives.homes[life]
            began = time.perf_counter()
            assert await history.of_person(home, who, bounds)
            taken.append(time.perf_counter() - began)
        tell(f"a person's {what}", spread(taken))


async def pages(book: Book, lives: Lives) -> None:
    """What a replay touches in PostgreSQL: this says what it costs on a busy machine too."""
    dice, touched = random.Random(13), list[int]()
    for life in [dice.randrange(len(lives.homes)) for _ in range(ASKED // 10)]:
        who, home = lives.person(life), lives.homes[life]
        async with acting_as("ledger_reader", book.pool, home) as connection:
            told = await connection.fetchval(f"{EXPLAIN} {OF_PERSON}", home, [who])
        plan = orjson.loads(told)[0]["Plan"]
        touched.append(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
    touched.sort()
    tell("pages touched by a replay", f"p50 {touched[len(touched) // 2]}  most {touched[-1]}")


async def boards(library: Library, homes: dict[str, int]) -> None:
    """The list of requests as of a day: of the largest establishment, and of a small one."""
    for home in (max(homes, key=homes.__getitem__), min(homes, key=homes.__getitem__)):
        past = Past(MODELS["requests"], home, When(as_of=LATER.as_of), library)
        took = await _taken(past.catch_up)
        per = 1e6 * took / homes[home]
        tell(f"as-of board of {homes[home]:,} facts", f"{took:.2f} s  {per:.1f} µs a fact")


async def rebuilds(library: Library, size: int) -> None:
    for name, model in MODELS.items():
        took = await _taken(Projection(model, library).rebuild)
        tell(f"rebuild of {name}", f"{took:.1f} s  {1e6 * took / size:.1f} µs a fact")


async def proofs(home: Installation, book: Book, homes: dict[str, int]) -> None:
    settings = home.settings("ledger")
    sealer = Sealer(book, Keyring(book, settings.secret, "tandem"))
    largest = max(homes, key=homes.__getitem__)
    took = await _taken(lambda: sealer.seal(largest))
    tell(f"a checkpoint of {homes[largest]:,} facts", f"{took * 1000:.1f} ms")
    began = time.perf_counter()
    found = await asyncio.to_thread(
        verify, home.operator_url(home.database_of("ledger")), {}, "tandem"
    )
    took, size = time.perf_counter() - began, sum(homes.values())
    assert not any(one.findings for one in found), found
    tell(f"verify {size:,} facts", f"{took:.1f} s  {1e6 * took / size:.1f} µs a fact")


async def room(book: Book, library: Library, size: int) -> None:
    """On disk and in memory."""
    for table in ("entries", "stories", "nodes"):
        spent = await book.pool.fetchval(SPENT, f"ledger.{table}")
        tell(f"disk for {table}", f"{spent / size:,.0f} bytes a fact")
    spent = await library.pool.fetchval(SPENT, "insights.documents")
    tell("disk for documents", f"{spent / size:,.0f} bytes a fact")
    servers = sum(one.memory_info().rss for one in psutil.Process().children(recursive=True))
    here = psutil.Process().memory_info().rss
    tell("memory", f"{here >> 20} MB here, {servers >> 20} MB in servers (shared counted again)")


async def measure(home: Installation, sizes: list[int], rebuilding: bool) -> None:
    lives, insights = Lives(), home.settings("insights")
    async with (
        Book(home.settings("ledger").database_url) as book,
        Library(insights.database_url) as library,
    ):
        for size in sizes:
            await fill(book, lives, size)
            rows = await book.pool.fetch("select establishment, size from trees")
            homes = dict(map(tuple, rows))
            load, *_ = os.getloadavg()
            told = f"== {sum(homes.values()):,} facts, {len(homes)} establishments"
            tell(told, f"load of the machine {load:.1f}")
            for ask in _questions(home, book, library, lives, homes, rebuilding):
                await ask()


def _questions(
    home: Installation, book: Book, library: Library, lives: Lives, homes: dict[str, int],
    rebuilding: bool,
) -> Iterator[Callable[[], Awaitable[None]]]:  # fmt: skip
    size = sum(homes.values())
    yield lambda: stories(book, lives)
    yield lambda: pages(book, lives)
    yield lambda: boards(library, homes)
    yield lambda: proofs(home, book, homes)
    if rebuilding:
        yield lambda: rebuilds(library, size)
    yield lambda: room(book, library, size)


async def _taken(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


if __name__ == "__main__":
    asked = [int(one.replace("_", "")) for one in sys.argv[1:] if not one.startswith("-")]
    with house() as installation:
        uvloop.run(measure(installation, asked or list(SIZES), "--rebuild" in sys.argv))

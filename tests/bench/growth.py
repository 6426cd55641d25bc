"""Does anything cost more a fact as the log grows?

`python -m tests.bench.growth [facts …] [--rebuild]` fills a ledger through its own door and asks it
the same questions, once for each size, the largest first: by default for a million facts and a
hundred thousand. Stories are asked of all sizes by turns at the end, so that what else the machine
does in that minute falls on each alike. What it found is in tests/bench/growth.md. With `--rebuild`
every read model is made anew at each size, which is long at ten millions; how far it is, is said on
stderr.
"""

import argparse
import asyncio
import os
import random
import sys
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from datetime import datetime

import asyncpg
import orjson
import psutil
import uvloop

from services.chassis.database import acting_as
from services.chassis.library import Library
from services.chassis.observing import Observer
from services.chassis.projecting import Projection
from services.chassis.settings import Installation
from services.cli.proving.verifying import verify
from services.insights.models import MODELS
from services.insights.past import Past, When
from services.ledger.book import Book
from services.ledger.proofs.keyring import Keyring
from services.ledger.proofs.sealing import Sealer
from services.ledger.reading import OF_PERSON
from tests.bench.lives import BEGINNING, Lives
from tests.bench.measure import house
from tests.bench.peers.__main__ import machine
from tests.bench.sizes import Findings
from tests.bench.turns import Filled, by_turns, taken

SIZES = (100_000, 1_000_000)
LOOKED_AT = 40  # stories
EXPLAIN = "explain (analyze, buffers, format json)"
SPENT = "select pg_total_relation_size($1::regclass)"


class Growing:
    """A ledger of its own for a size, and what is found there."""

    def __init__(
        self, home: Installation, book: Book, library: Library, found: Findings, others: set[int]
    ) -> None:
        self._home = home
        self._book = book
        self._library = library
        self._found = found
        self._others = others
        self.lives = Lives()
        self._sizes: dict[str, int] = {}  # of each establishment
        self.size = 0

    async def to(self, size: int, *, rebuilding: bool) -> None:
        began = time.perf_counter()
        entered = await self.lives.enter(self._book, size)
        took = time.perf_counter() - began
        await self._settle()
        rows = await self._book.pool.fetch("select establishment, size from trees order by size")
        self._sizes = dict(map(tuple, rows))
        self.size = sum(self._sizes.values())
        self._found.at(self.size)
        if entered:
            self._found.tell("entered", entered / took, "facts a second")
        await self.pages()
        for name in MODELS if rebuilding else ["requests"]:
            await self.rebuild(name)
        await self.boards()
        await self.proofs()
        await self.room()

    async def _settle(self) -> None:
        """What PostgreSQL does by itself in the hours after so much was written, done at once."""
        owner = await asyncpg.connect(self._home.operator_url(self._home.database_of("ledger")))
        await owner.execute("vacuum analyze ledger.entries, ledger.stories, ledger.nodes")
        await owner.execute("checkpoint")
        await owner.close()

    async def pages(self) -> None:
        """What a replay touches in PostgreSQL: this says what it costs on a busy machine too."""
        dice, touched = random.Random(13), list[int]()
        for life in [dice.randrange(len(self.lives.homes)) for _ in range(LOOKED_AT)]:
            who, home = Lives.person(life), self.lives.homes[life]
            async with acting_as("ledger_reader", self._book.pool, home) as connection:
                told = await connection.fetchval(f"{EXPLAIN} {OF_PERSON}", home, [who])
            plan = orjson.loads(told)[0]["Plan"]
            touched.append(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
        touched.sort()
        self._found.tell("pages a replay touches, p50", touched[len(touched) // 2], "pages")
        self._found.tell("pages a replay touches, most", touched[-1], "pages")

    async def rebuild(self, name: str) -> None:
        projection = Projection(MODELS[name], self._library)
        async with said_on_stderr(Observer(self._library)):
            took = await taken(projection.rebuild)
        self._found.tell(f"rebuild of {name}, a fact", 1e6 * took / self.size, "µs")

    async def boards(self) -> None:
        """The list of requests as of a day: of the largest establishment, and of the smallest."""
        end = Lives.day(len(self.lives.homes))
        days = {
            "yesterday": end - (end - BEGINNING) / 100,
            "half way": BEGINNING + (end - BEGINNING) / 2,
        }
        for which, home in (
            ("largest", list(self._sizes)[-1]),
            ("smallest", next(iter(self._sizes))),
        ):
            self._found.tell(f"facts of the {which} establishment", self._sizes[home], "facts")
            for when, day in days.items():
                took = await self._past(home, day)
                self._found.tell(f"its board as of {when} ({which})", took, "s")

    async def _past(self, home: str, day: datetime) -> float:
        past = Past(MODELS["requests"], home, When(as_of=day), self._library)
        return await taken(past.catch_up)

    async def proofs(self) -> None:
        settings = self._home.settings("ledger")
        sealer = Sealer(self._book, Keyring(self._book, settings.secret, "tandem"))
        took = await taken(lambda: sealer.seal(list(self._sizes)[-1]))
        self._found.tell("a checkpoint of the largest", 1000 * took, "ms")
        began = time.perf_counter()
        url = self._home.operator_url(self._home.database_of("ledger"))
        found = await asyncio.to_thread(verify, url, {}, "tandem")
        took = time.perf_counter() - began
        assert not any(one.findings for one in found), found
        self._found.tell("verify, a fact", 1e6 * took / self.size, "µs")

    async def room(self) -> None:
        """On disk and in memory."""
        for table in ("entries", "stories", "nodes"):
            spent = await self._book.pool.fetchval(SPENT, f"ledger.{table}")
            self._found.tell(f"disk for {table}, a fact", spent / self.size, "bytes")
        spent = await self._library.pool.fetchval(SPENT, "insights.documents")
        self._found.tell("disk for documents, a fact", spent / self.size, "bytes")
        servers = sum(one.memory_info().rss for one in _servers() if one.pid not in self._others)
        here = psutil.Process().memory_info().rss
        self._found.tell("memory of this process", here / 2**20, "MB")
        self._found.tell("memory of the servers, shared counted again", servers / 2**20, "MB")


@asynccontextmanager
async def said_on_stderr(observer: Observer) -> AsyncIterator[None]:
    """How far rebuilds are, every ten seconds."""

    async def say() -> None:
        while True:
            await asyncio.sleep(10)
            for one in await observer.rebuilds():
                if one.state == "running":
                    told = f"{one.projection}: {one.position:,} of {one.head:,}, {one.rate:,.0f}/s"
                    print(told, file=sys.stderr, flush=True)  # noqa: T201

    saying = asyncio.create_task(say())
    try:
        yield
    finally:
        saying.cancel()


def _servers() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


async def measure(home: Installation, size: int, found: Findings, rebuilding: bool) -> Filled:
    others = {one.pid for one in _servers()}
    async with (
        Book(home.settings("ledger").database_url) as book,
        Library(home.settings("insights").database_url) as library,
    ):
        growing = Growing(home, book, library, found, others)
        await growing.to(size, rebuilding=rebuilding)
    return Filled(home, growing.lives, growing.size)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.bench.growth")
    parser.add_argument("facts", type=int, nargs="*", default=SIZES)
    parser.add_argument("--rebuild", action="store_true", help="every read model, at each size")
    parser.add_argument("--try", action="store_true", dest="trying", help="write no page")
    asked = parser.parse_args()
    command = " ".join(("python -m tests.bench.growth", *sys.argv[1:]))
    findings = Findings(command, machine(), os.getloadavg()[0])
    with ExitStack() as houses:
        kept = [
            uvloop.run(measure(houses.enter_context(house()), facts, findings, asked.rebuild))
            for facts in sorted(asked.facts, reverse=True)
        ]
        uvloop.run(by_turns(kept, findings))
    print(findings.page(to_file=not asked.trying))  # noqa: T201

"""A person's replay, asked of ledgers of several sizes by turns."""

import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

from services.chassis.settings import Installation
from services.ledger.book import Book
from services.ledger.reading import Bounds, History
from tests.bench.lives import Lives
from tests.bench.sizes import Findings

ASKED = 2000  # stories


@dataclass(frozen=True)
class Filled:
    """A ledger of a size, whose servers still run."""

    home: Installation
    lives: Lives
    size: int

    async def story(
        self, history: History, dice: random.Random, as_it_was: bool
    ) -> tuple[float, float]:
        """How many milliseconds somebody's takes: for the first time, and again."""
        life = dice.randrange(len(self.lives.homes))
        bounds = Bounds(as_of=Lives.day(life)) if as_it_was else Bounds()

        async def ask() -> None:
            assert await history.of_person(self.lives.homes[life], Lives.person(life), bounds)

        return 1000 * await taken(ask), 1000 * await taken(ask)


async def by_turns(filled: list[Filled], found: Findings) -> None:
    """A person's replay, of anybody, as it is and as it was on a day: of each size in its turn.

    Asked for the first time it comes from the disk where memory does not hold all; then again.
    """
    async with AsyncExitStack() as opened:
        books = [
            await opened.enter_async_context(Book(one.home.settings("ledger").database_url))
            for one in filled
        ]
        for what, as_it_was, seed in (("replay", False, 11), ("replay as of a day", True, 12)):
            dice, told = random.Random(seed), [list[tuple[float, float]]() for _ in filled]
            for _ in range(ASKED):
                for one, book, times in zip(filled, books, told, strict=True):
                    times.append(await one.story(History(book), dice, as_it_was))
            for one, times in zip(filled, told, strict=True):
                found.at(one.size)
                for turn, spent in enumerate(map(sorted, zip(*times, strict=True))):
                    said = f"a person's {what}, {('first', 'again')[turn]}"
                    found.tell(f"{said}, p50", spent[ASKED // 2], "ms")
                    found.tell(f"{said}, p99", spent[ASKED * 99 // 100], "ms")


async def taken(work: Callable[[], Awaitable[object]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began

"""A store in a process of its own: asked in lines of JSON, it answers in lines of JSON.

It runs in the environment of each peer, so it knows nothing but the standard library.
"""

import asyncio
import json
import math
import sys
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import batched, islice
from typing import Any, NamedTuple
from uuid import UUID, uuid4

JSON = 500  # bytes of each event, as it is kept
FACTS = 10  # of each errand, where a log is read
AT_ONCE = 1000
WARMED_UP = 0.3  # seconds
FILL = "Find out why the second lift is always late. "

type Said = dict[str, float]


class Work(NamedTuple):
    """What one store has to do, in ways that all stores share."""

    made: Callable[[], Any]  # an event of a stream that nobody has seen yet
    append: Callable[[Any], Any]


def words(kept: int) -> str:
    """As many as are missing to an event that takes so many bytes without them."""
    return (FILL * JSON)[: max(JSON - kept, 1)]


def errands(events: int) -> Iterator[list[tuple[UUID, list[int]]]]:
    """Which streams to write at a time, and the versions that each has."""
    each = ((uuid4(), list(range(1, FACTS + 1))) for _ in range(events // FACTS))
    for some in batched(each, AT_ONCE // FACTS, strict=False):
        yield list(some)


def answer(peer: object, run: Callable[[Any], Any] = lambda said: said) -> None:
    """Until nobody asks any more; `run` waits for what a coroutine says."""
    for line in sys.stdin:
        asked = json.loads(line)
        said = run(getattr(peer, asked.pop("do"))(**asked))
        print(json.dumps(said), flush=True)  # noqa: T201


def measured(took: Sequence[float], seconds: float) -> Said:
    took = sorted(took)
    at = {name: took[math.ceil(len(took) * part) - 1] for name, part in PARTS.items()}
    return {"rate": len(took) / seconds} | {name: 1000 * one for name, one in at.items()}


PARTS = {"p50": 0.5, "p99": 0.99}


def rate(count: int, began: float) -> Said:
    return {"rate": count / (time.perf_counter() - began), "events": count}


def by_threads(work: Work) -> Callable[..., Said]:
    """A thread a caller: each appends again as soon as it is answered."""

    def run(callers: int, events: Iterable[Any], seconds: float) -> Said:
        taken, each = [], iter(events)
        began = time.perf_counter()
        until = began + seconds

        def call() -> None:
            while (start := time.perf_counter()) < until and (event := next(each, None)):
                work.append(event)
                taken.append(time.perf_counter() - start)

        with ThreadPoolExecutor(callers) as threads:
            for done in [threads.submit(call) for _ in range(callers)]:
                done.result()
        return measured(taken, time.perf_counter() - began)

    def appends(callers: int, seconds: float) -> Said:
        said = run(callers, Endless(work.made), WARMED_UP)
        return run(callers, prepared(work, said, callers, seconds), seconds)

    return appends


def by_tasks(work: Work) -> Callable[..., Coroutine[Any, Any, Said]]:
    """The same, with a task a caller."""

    async def run(callers: int, events: Iterable[Any], seconds: float) -> Said:
        taken, each = [], iter(events)
        began = time.perf_counter()
        until = began + seconds

        async def call() -> None:
            while (start := time.perf_counter()) < until and (event := next(each, None)):
                await work.append(event)
                taken.append(time.perf_counter() - start)

        await asyncio.gather(*(call() for _ in range(callers)))
        return measured(taken, time.perf_counter() - began)

    async def appends(callers: int, seconds: float) -> Said:
        said = await run(callers, Endless(work.made), WARMED_UP)
        return await run(callers, prepared(work, said, callers, seconds), seconds)

    return appends


class Endless:
    """Made when they are asked for; threads may ask at once, which a generator does not bear."""

    def __init__(self, made: Callable[[], Any]) -> None:
        self._made = made

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return self._made()


def prepared(work: Work, said: Said, callers: int, seconds: float) -> list[Any]:
    """More than will be needed, so that only appending is measured."""
    return list(islice(Endless(work.made), callers + int(2 * said["rate"] * seconds)))

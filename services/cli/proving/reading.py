"""Stretches of a ledger, read in as many processes as the machine has cores."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from typing import NamedTuple

from contracts.ledger import Promise
from services.chassis.database import connect
from services.chassis.tree import EMPTY, WIDTH, Tree, fold, full
from services.cli.proving.stretches import LENGTH, Finding, read

# What is done at the same time, is done here.
HABITS = {"jit": "off", "max_parallel_workers_per_gather": "0"}


class Task(NamedTuple):
    establishment: str
    first: int
    last: int
    sizes: tuple[int, ...]  # where the frontier is wanted


class Checked(NamedTuple):
    """A stretch, without its leaves."""

    first: int
    tiles: list[bytes]
    frontiers: dict[int, list[bytes]]
    findings: list[Finding]
    entries: int
    begins: int
    ends: int


class Found(NamedTuple):
    """The whole of an establishment's entries, as they were read."""

    tiles: list[bytes]
    frontiers: dict[int, list[bytes]]  # at the sizes that were asked for
    findings: list[Finding]
    entries: int  # that there are

    def root(self, size: int) -> bytes:
        return fold(self.frontiers[size]) if size else EMPTY


class Reader:
    """One connection, in one process."""

    def __init__(self, url: str) -> None:
        self._runner = asyncio.Runner()
        self._connection = self._runner.run(connect(url, "ledger", **HABITS))

    def check(self, task: Task) -> Checked:
        found = self._runner.run(read(self._connection, task.establishment, task.first, task.last))
        frontiers = {size: found.frontier(size - found.first + 1) for size in task.sizes}
        told = found.findings, found.entries, found.begins, found.ends
        return Checked(task.first, found.tiles, frontiers, *told)

    def close(self) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()


_READERS: list[Reader] = []  # of this process, where it works for another


def _begin(url: str) -> None:
    _READERS.append(Reader(url))


def _check(task: Task) -> Checked:
    return _READERS[0].check(task)


@contextmanager
def readers(url: str, count: int) -> Iterator[Callable[[Sequence[Task]], Iterable[Checked]]]:
    """What reads tasks, and gives them in their order; one process is this one."""
    if count > 1:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(count, context, _begin, (url,)) as pool:
            yield lambda tasks: pool.map(_check, tasks, chunksize=4)
    else:
        reader = Reader(url)
        yield lambda tasks: map(reader.check, tasks)
        reader.close()


def join(stretches: Iterable[Checked]) -> Found:
    """One establishment's, in order."""
    above, tiles, frontiers = Tree(), list[bytes](), dict[int, list[bytes]]()
    findings, entries, ends = list[Finding](), 0, 0
    for one in stretches:
        entries += one.entries
        findings += one.findings
        if one.begins and one.begins <= ends:
            why = "elle est venue avant la précédente"
            findings.append(Finding(Promise.IN_ORDER, one.first, one.first, why))
        ends = one.ends or ends
        before = list(above.frontier)
        if len(one.tiles) * WIDTH == LENGTH:
            above.append(full(one.tiles))
        for size, local in one.frontiers.items():
            frontiers[size] = before + local if size % LENGTH else list(above.frontier)
        tiles += one.tiles
    return Found(tiles, frontiers, findings, entries)

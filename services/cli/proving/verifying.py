"""A whole ledger, held against its own promises: which was broken, and at which entry."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from contracts.ledger import Promise
from services.chassis.database import connect
from services.cli.proving.assessing import (
    Held,
    of_checkpoints,
    of_keys,
    of_this_log,
    of_trees,
    of_witnesses,
    sizes_of,
)
from services.cli.proving.journals import journals
from services.cli.proving.locating import locate
from services.cli.proving.reading import Checked, Found, Task, join, readers
from services.cli.proving.stretches import LENGTH, Finding
from services.cli.proving.surveying import (
    AT_A_MOMENT,
    Key,
    Survey,
    head,
    homes,
    keys,
    places,
    survey,
)

ALONE = 100_000  # entries that one process has read before another would have begun

type Advance = Callable[[int, int], None]


class Report(NamedTuple):
    establishment: str  # "" for what is of all
    entries: int
    root: str
    checkpoints: int
    held: int  # notes of witnesses that were compared
    findings: list[Finding]


class Everything(NamedTuple):
    """What is kept, before an entry is read."""

    surveys: list[Survey]
    keys: list[Key]
    odd: list[str]
    head: int | None  # how many entries there are said to be, where all are read


def verify(
    url: str, stores: Mapping[str, str], log: str, establishments: Iterable[str] = (),
    held: Sequence[Held] = (), advance: Advance = lambda *_: None,
) -> list[Report]:  # fmt: skip
    """Everything that is kept of these establishments, or of all.

    `url` leads to the ledger's database as somebody who may read all of it, `stores` to those of
    the services; `log` is what the installation calls itself; `advance` hears how many entries were
    read, of how many. Raises NotANote for what a witness is said to hold.
    """
    kept = asyncio.run(_survey(url, list(establishments)))
    ours = {one.establishment: of_this_log(held, log, one.establishment) for one in kept.surveys}
    tasks = [
        task for one in kept.surveys for task in _tasks(one, sizes_of(one, ours[one.establishment]))
    ]
    checked = {home: join(found) for home, found in _read(url, kept, tasks, advance).items()}
    reports = list(_of_all(kept, log, sum(found.entries for found in checked.values())))
    for one in kept.surveys:
        found, notes = checked[one.establishment], ours[one.establishment]
        findings = list(_assess(one, found, log, kept.keys, notes))
        told = asyncio.run(locate(url, stores, one.establishment, findings))
        root = found.root(one.size) if one.size in found.frontiers else b""
        counted = one.entries, root.hex(), len(one.checkpoints), len(notes) + len(one.cosigned)
        reports.append(Report(one.establishment, *counted, told))
    return reports


def verify_journals(url: str, establishments: Sequence[str] = ()) -> list[Report]:
    """The journals of readings; `url` leads to the vault's database."""
    return [
        Report(f"{one.establishment}, lectures", one.readings, one.root, 0, 0, one.findings)
        for one in asyncio.run(journals(url, establishments))
    ]


async def _survey(url: str, wanted: list[str]) -> Everything:
    connection = await connect(url, "ledger")
    try:
        async with connection.transaction(**AT_A_MOMENT):
            odd = [] if wanted else await places(connection)
            named = wanted or await homes(connection)
            surveys = [await survey(connection, one) for one in named]
            said = None if wanted else await head(connection)
            return Everything(surveys, await keys(connection), odd, said)
    finally:
        await connection.close()


def _tasks(kept: Survey, sizes: set[int]) -> Iterator[Task]:
    for first in range(1, kept.last + 1, LENGTH):
        last = min(first + LENGTH - 1, kept.last)
        here = tuple(size for size in sizes if first <= size <= last)
        yield Task(kept.establishment, first, last, here)


def _read(
    url: str, kept: Everything, tasks: Sequence[Task], advance: Advance
) -> dict[str, list[Checked]]:
    checked: dict[str, list[Checked]] = {one.establishment: [] for one in kept.surveys}
    total, done = sum(task.last - task.first + 1 for task in tasks), 0
    with readers(url, min(total // ALONE, os.cpu_count() or 1)) as reading:
        for task, one in zip(tasks, reading(tasks), strict=True):
            checked[task.establishment].append(one)
            done += task.last - task.first + 1
            advance(done, total)
    return checked


def _of_all(kept: Everything, log: str, entries: int) -> Iterator[Report]:
    """What is of no establishment in particular; so many entries were read."""
    odd = list(kept.odd)
    if kept.head not in (None, entries):
        odd.append(f"le registre en annonce {kept.head} et en a {entries}")
    findings = [Finding(Promise.NOTHING_REMOVED, None, None, why) for why in odd]
    if findings := findings + list(of_keys(kept.keys, f"{log}/keys")):
        yield Report("", 0, "", 0, 0, findings)


def _assess(
    kept: Survey, found: Found, log: str, keys: Sequence[Key], held: Sequence[Held]
) -> Iterator[Finding]:
    yield from found.findings
    yield from of_trees(kept, found)
    yield from of_checkpoints(kept, found, log, keys)
    yield from of_witnesses(kept, found, keys, held)

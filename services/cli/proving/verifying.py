"""A whole ledger, held against its own promises: which was broken, and at which entry."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from services.cli.proving.checking import Advance, Checking
from services.cli.proving.joining import Found
from services.cli.proving.journals import journals
from services.cli.proving.locating import locate
from services.cli.proving.stretches import Finding
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


class Report(NamedTuple):
    establishment: str  # "" for what is of all
    entries: int
    root: str
    checkpoints: int
    held: int  # notes of witnesses that were compared
    findings: list[Finding]
    # What services have said to be lost everywhere: nothing is broken by it.
    lost: Sequence[str] = ()


class Everything(NamedTuple):
    """What is kept, before an entry is read."""

    surveys: list[Survey]
    keys: list[Key]
    odd: list[str]
    head: int | None  # how many entries there are said to be, where all are read
    positions: int  # where the last one lies then, if there is one at each place; else 0


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
    sizes = {one.establishment: sizes_of(one, ours[one.establishment]) for one in kept.surveys}
    checked = Checking(kept.surveys, sizes, advance).found(url, kept.positions)
    reports = list(_of_all(kept, log, sum(found.entries for found in checked.values())))
    for one in kept.surveys:
        found, notes = checked[one.establishment], ours[one.establishment]
        told = list(_assess(one, found, log, kept.keys, notes))
        if told:
            told = asyncio.run(locate(url, stores, one.establishment, told))
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
            surveys = await survey(connection, wanted or await homes(connection))
            said, last = (None, 0) if wanted else await head(connection)
            lies = last if last == sum(one.entries for one in surveys) else 0
            return Everything(surveys, await keys(connection), odd, said, lies)
    finally:
        await connection.close()


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

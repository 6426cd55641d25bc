"""A ledger of several establishments is read as it lies, by several, and each is held alone."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from itertools import batched

import asyncpg
import pytest

from contracts.ledger import Promise
from services.chassis.database import Connection, connect
from services.chassis.settings import Installation
from services.chassis.tree import Tree, leaf_of
from services.cli.proving.growing import Growing
from services.cli.proving.ranges import Positions
from services.cli.proving.reading import Question, readers
from services.cli.proving.stretches import Entries
from services.cli.proving.verifying import Report, verify
from services.ledger.book import Book
from tests.ledger.books import enter, facts

pytestmark = pytest.mark.anyio

COUNT = 700


@pytest.fixture
async def superuser(installation: Installation) -> AsyncIterator[Connection]:
    """Of a ledger in which two establishments come in turn."""
    async with Book(installation.settings("ledger").database_url) as book:
        for first in range(1, 2 * COUNT, 20):
            await enter(book, facts(10, "north", first) + facts(10, "south", first + 10))
    superuser = await connect(url(installation), "ledger")
    await superuser.execute("set session_replication_role = replica")
    yield superuser
    await superuser.close()


def url(installation: Installation) -> str:
    return installation.operator_url(installation.database_of("ledger"))


def read[A](installation: Installation, count: int, asked: Sequence[Question[A]]) -> list[A]:
    """In so many processes."""
    with readers(url(installation), count) as several:
        return list(several.read(asked))


async def verified(installation: Installation, *establishments: str) -> dict[str, Report]:
    reports = await asyncio.to_thread(verify, url(installation), {}, "tandem", establishments)
    return {report.establishment: report for report in reports}


@pytest.mark.usefixtures("superuser")
async def test_all_are_read_as_each_would_be_alone(installation: Installation) -> None:
    alone = [(await verified(installation, home))[home] for home in ("north", "south")]

    together = await verified(installation)

    assert list(together.values()) == alone
    assert [(one.entries, one.findings) for one in alone] == [(COUNT, []), (COUNT, [])]


@pytest.mark.parametrize(
    ("change", "promise"),
    [
        ("update entries set actor = 'staff:nobody' where {}", Promise.DATED_AS_WRITTEN),
        (r"update entries set body = body || '\x20' where {}", Promise.WRITTEN_ONCE),
        (r"update entries set body = body || '\x00' where {}", Promise.WRITTEN_ONCE),
        ("update entries set leaf = sha256(leaf) where {}", Promise.WRITTEN_ONCE),
    ],
)
async def test_what_was_changed_is_told_of_whom_it_was(
    installation: Installation, superuser: Connection, change: str, promise: Promise
) -> None:
    await superuser.execute(change.format("establishment = 'south' and sequence = 300"))

    told = await verified(installation)

    assert told["north"].findings == []
    assert {(one.promise, one.first) for one in told["south"].findings} == {(promise, 300)}


async def test_an_entry_that_was_given_to_another_establishment_is_missed_and_found(
    installation: Installation, superuser: Connection
) -> None:
    moved = "update entries set establishment = 'south', sequence = $1 where sequence = $2"
    await superuser.execute(f"{moved} and establishment = 'north'", COUNT + 1, COUNT)

    told = await verified(installation)

    missed = {(one.promise, one.first) for one in told["north"].findings}
    found = {(one.promise, one.first) for one in told["south"].findings}
    assert (Promise.NOTHING_REMOVED, COUNT) in missed
    assert (Promise.DATED_AS_WRITTEN, COUNT + 1) in found


async def test_an_entry_that_lies_far_beyond_the_others_is_not_looked_for_in_between(
    installation: Installation, superuser: Connection
) -> None:
    last = "establishment = 'south' and sequence = $1"
    await superuser.execute(f"update entries set position = 2 ^ 60 where {last}", COUNT)

    told = await verified(installation)

    assert [told["north"].findings, told["south"].findings] == [[], []]


@pytest.mark.usefixtures("superuser")
async def test_two_processes_read_what_one_does(installation: Installation) -> None:
    asked = [Positions(first, first + 99) for first in range(1, 2 * COUNT, 100)]

    one, two = [await asyncio.to_thread(read, installation, count, asked) for count in (1, 2)]

    assert one == two
    assert sum(len(run.leaves) for part in two for run in part.runs.values()) == 2 * COUNT


async def test_what_fails_in_another_process_fails_here(installation: Installation) -> None:
    asked = [Entries("\0", 1, 1, ())]

    with pytest.raises(asyncpg.CharacterNotInRepertoireError):
        await asyncio.to_thread(read, installation, 2, asked)


def test_a_tree_grown_in_parts_has_the_frontier_of_every_size() -> None:
    leaves = [leaf_of(bytes([number % 251])) for number in range(1200)]
    growing, tree, frontiers = Growing(range(1, 1201)), Tree(), {}
    for leaf in leaves:
        tree.append(leaf)
        frontiers[tree.size] = list(tree.frontier)

    for part in batched(leaves, 70, strict=False):
        growing.take(part)

    found = growing.found()
    assert found.frontiers == frontiers
    assert [one.hash for one in tree.grown if one.node.level == 8] == found.tiles

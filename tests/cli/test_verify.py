"""Whoever may do anything in the database changes something: the ledger's own promises tell."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from contracts.ledger import Promise
from services.chassis.database import Connection, connect
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.chassis.tree import Tree, leaf_of
from services.cli.proving.assessing import Held
from services.cli.proving.stretches import Finding
from services.cli.proving.verifying import verify
from services.ledger.book import Book
from services.ledger.proofs.keyring import Keyring
from services.ledger.proofs.sealing import Sealer
from tests.errands import an_errand
from tests.ledger.books import enter

pytestmark = pytest.mark.anyio

COUNT = 600  # two tiles and a part of a third
BEFORE = 400  # where it was signed first


@dataclass
class Town:
    """A ledger that was signed twice, its only service, and a superuser."""

    installation: Installation
    superuser: Connection
    notes: list[str]

    async def found(self, *held: str) -> list[Finding]:
        url = self.installation.operator_url(self.installation.database_of("ledger"))
        stores = {"intake": url}
        notes = [Held("le témoin", note) for note in held]
        reports = await asyncio.to_thread(verify, url, stores, "tandem", (), notes)
        return [finding for report in reports for finding in report.findings]

    async def change(self, *statements: str) -> None:
        """As a superuser does who means to: triggers do not hold them."""
        await self.superuser.execute("set session_replication_role = replica")
        for statement in statements:
            await self.superuser.execute(statement)

    async def grow_anew(self) -> Tree:
        """A tree, nodes and leaves that fit whatever the entries are now."""
        tree, rows = (
            Tree(),
            await self.superuser.fetch("select body from entries order by sequence"),
        )
        for (body,) in rows:
            tree.append(leaf_of(body))
        await self.change("delete from nodes", r"update entries set leaf = sha256('\x00' || body)")
        kept = [("north", *one.node, one.hash) for one in tree.grown]
        await self.superuser.copy_records_to_table("nodes", records=kept)
        update = "update trees set size = $1, frontier = $2"
        await self.superuser.execute(update, tree.size, tree.frontier)
        return tree


@pytest.fixture
async def town(installation: Installation, store: Store) -> AsyncIterator[Town]:
    settings = installation.settings("ledger")
    await asyncio.gather(*(store.append(an_errand()) for _ in range(COUNT)))
    bodies = [one.body for one in await store.read_log(0, COUNT)]
    superuser = await connect(
        installation.operator_url(installation.database_of("ledger")), "ledger"
    )
    notes = []
    async with Book(settings.database_url) as book:
        sealer = Sealer(book, Keyring(book, settings.secret, "tandem"))
        for some in (bodies[:BEFORE], bodies[BEFORE:]):
            await enter(book, some)
            sealed = await sealer.seal("north")
            assert sealed
            notes.append(sealed.note)
    yield Town(installation, superuser, notes)
    await superuser.close()


def at(findings: list[Finding], promise: Promise) -> list[int | None]:
    """The entries at which this promise, and no other, was broken."""
    assert {one.promise for one in findings} == {promise}, findings
    return [one.first for one in findings]


async def test_a_ledger_that_nobody_touched_keeps_every_promise(town: Town) -> None:
    assert await town.found(*town.notes) == []


async def test_a_changed_body_is_found(town: Town) -> None:
    await town.change(r"update entries set body = body || '\x20' where sequence = 300")

    assert at(await town.found(), Promise.WRITTEN_ONCE) == [300]


async def test_a_changed_body_is_found_though_its_hash_was_changed_too(town: Town) -> None:
    await town.change(
        r"update entries set body = body || '\x20', leaf = sha256('\x00' || body || '\x20') "
        "where sequence in (300, 599)"
    )

    assert at(await town.found(), Promise.WRITTEN_ONCE) == [300, 599]


async def test_a_changed_body_is_found_though_the_whole_tree_was_made_anew(town: Town) -> None:
    await town.change(r"update entries set body = body || '\x20' where sequence = 500")
    await town.grow_anew()

    assert at(await town.found(), Promise.WRITTEN_ONCE) == [500]


async def test_a_removed_last_entry_is_found(town: Town) -> None:
    await town.change(f"delete from entries where sequence = {COUNT}")

    assert set(at(await town.found(), Promise.NOTHING_REMOVED)) == {COUNT, None}


async def test_a_removed_last_entry_is_found_though_everything_else_forgot_it(town: Town) -> None:
    await town.change(
        f"delete from entries where sequence = {COUNT}",
        "update head set position = position - 1",
        "update sources set position = position - 1",
    )
    await town.grow_anew()

    assert at(await town.found(), Promise.NOTHING_REMOVED) == [COUNT]


async def test_an_entry_removed_from_the_middle_is_found(town: Town) -> None:
    await town.change("delete from entries where sequence = 42")

    assert set(at(await town.found(), Promise.NOTHING_REMOVED)) == {42, None}


async def test_two_swapped_entries_are_found(town: Town) -> None:
    await town.change(
        "update entries set sequence = -7 where sequence = 7",
        "update entries set sequence = 7 where sequence = 9",
        "update entries set sequence = 9 where sequence = -7",
    )

    assert at(await town.found(), Promise.IN_ORDER) == [8, 9]


async def test_two_entries_swapped_with_their_positions_are_found(town: Town) -> None:
    await town.change(
        "create table swapped as select sequence, position from entries where sequence in (7, 9)",
        "update entries set sequence = -sequence, position = -position where sequence in (7, 9)",
        "update entries set sequence = 16 + entries.sequence, position = swapped.position "
        "from swapped where swapped.sequence = 16 + entries.sequence and entries.sequence < 0",
    )

    assert at(await town.found(), Promise.IN_ORDER) == [8, 9]


async def test_a_rewritten_tree_is_found(town: Town) -> None:
    await town.change("update nodes set hash = sha256(hash) where number = 1")

    [found] = await town.found()

    assert (found.promise, found.first, found.last) == (Promise.ONE_TREE, 257, 512)


async def test_a_rewritten_root_is_found(town: Town) -> None:
    await town.change("update trees set frontier = array_fill(sha256('x'), array[4])")

    assert at(await town.found(), Promise.ONE_TREE) == [1, 513, 577, 593]


async def test_a_replaced_key_is_found(town: Town) -> None:
    await town.change(r"update signing_keys set public = sha256('mine')")

    found = await town.found()

    assert {one.promise for one in found} == {Promise.SIGNED, Promise.ONE_LINE_OF_KEYS}


async def test_a_re_dated_entry_is_found(town: Town) -> None:
    await town.change(
        "update entries set time = time - interval '1 day' where sequence = 12",
        "update entries set recordedtime = recordedtime - interval '1 day' where sequence = 13",
    )

    assert at(await town.found(), Promise.DATED_AS_WRITTEN) == [12, 13]


async def test_a_checkpoint_that_signs_another_root_is_found(town: Town) -> None:
    await town.change("update checkpoints set note = replace(note, '600', '599') where size = 600")

    assert at(await town.found(), Promise.SIGNED) == [None]


async def test_a_history_written_anew_and_signed_again_is_found_by_what_a_witness_holds(
    town: Town,
) -> None:
    settings = town.installation.settings("ledger")
    await town.change(
        r"update entries set body = body || '\x20' where sequence = 10",
        "delete from checkpoints",
    )
    await town.change("update intake.events set body = body || '\\x20' where position = 10")
    await town.grow_anew()
    async with Book(settings.database_url) as book:
        await Sealer(book, Keyring(book, settings.secret, "tandem")).seal("north")

    assert await town.found() == []
    assert at(await town.found(*town.notes), Promise.AS_WITNESSED) == [1, 1]


async def test_a_ledger_that_grows_meanwhile_breaks_no_promise(town: Town, store: Store) -> None:
    await asyncio.gather(*(store.append(an_errand()) for _ in range(COUNT)))
    bodies = [one.body for one in await store.read_log(COUNT, COUNT)]

    async def grow(book: Book) -> None:
        for first in range(0, COUNT, 5):
            await enter(book, bodies[first : first + 5])

    async with Book(town.installation.settings("ledger").database_url) as book:
        growing = asyncio.create_task(grow(book))
        while not growing.done():
            assert await town.found() == []
        await growing

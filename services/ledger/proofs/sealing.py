"""Signs how large each establishment's log is, and its root: every so many entries, or seconds."""

from __future__ import annotations

import asyncio
import logging
from datetime import datetime, timedelta
from typing import NamedTuple

from contracts.ledger import origin_of
from services.chassis.database import Connection
from services.chassis.domain import Refusal
from services.chassis.notes import Checkpoint, Note, Signer, signed
from services.chassis.tree import Tree
from services.chassis.working import Worker
from services.ledger.book import TREE, Book
from services.ledger.proofs.keyring import Keyring
from services.ledger.proofs.roots import Incomplete, Roots

log = logging.getLogger(__name__)

ENTRIES = 10_000
SECONDS = timedelta(minutes=1)
LOOK = 1.0
DUE = """
select trees.establishment from trees left join lateral (
    select size, at from checkpoints as one where one.establishment = trees.establishment
    order by epoch desc, size desc limit 1
) as last on true
where trees.size >= coalesce(last.size, 0) + $1 or (
    trees.size > coalesce(last.size, 0)
    and coalesce(last.at < clock_timestamp() - $2::interval, true)
)
"""
EPOCH = "select coalesce(max(epoch), 1) from epochs where establishment = $1"
LAST = """
select establishment, epoch, size, key, at, note from checkpoints
where establishment = $1 and epoch = $2 order by size desc limit 1
"""
ADD = """
insert into checkpoints (establishment, epoch, size, key, note) values ($1, $2, $3, $4, $5)
on conflict do nothing
"""
OPEN = """
insert into epochs (establishment, epoch, size, why)
select $1, coalesce(max(epoch), 1) + 1,
    coalesce((select size from trees where establishment = $1), 0), $2
from epochs where establishment = $1 returning epoch
"""


class Rewritten(Refusal):
    """What is kept does not lead to what was signed before. Nothing more is signed: verify it."""

    french = (
        "Ce qui est conservé ne mène plus à ce qui a été signé. Plus rien n’est signé : "
        "vérifiez le registre."
    )
    passing = True


class Sealed(NamedTuple):
    """A checkpoint as it is kept."""

    establishment: str
    epoch: int
    size: int
    key: int
    at: datetime
    note: str

    @property
    def checkpoint(self) -> Checkpoint:
        return Checkpoint.read(Note.read(self.note).text)


class Sealer(Worker):
    """What others can see is held by the standby too, where the database waits for one."""

    def __init__(self, book: Book, keyring: Keyring) -> None:
        self._book = book
        self._keyring = keyring
        self._refused: set[str] = set()  # of these it was said already

    async def work(self) -> None:
        while True:
            for (establishment,) in await self._book.pool.fetch(DUE, ENTRIES, SECONDS):
                try:
                    await self.seal(establishment)
                    self._refused.discard(establishment)
                except (Rewritten, Incomplete) as error:
                    if establishment not in self._refused:
                        log.error("no checkpoint for %s: %s", establishment, error)
                    self._refused.add(establishment)
            await asyncio.sleep(LOOK)

    async def seal(self, establishment: str) -> Sealed | None:
        """The checkpoint of all that is entered now; None where nothing is.

        Raises Rewritten, Incomplete: it never signs what contradicts what it signed.
        """
        number, key = await self._keyring.current()
        async with self._book.pool.acquire() as connection:
            epoch = int(await connection.fetchval(EPOCH, establishment))
            last = await last_of(connection, establishment, epoch)
            size, frontier = await connection.fetchrow(TREE, establishment) or (0, ())
            if not size or (last and last.size == size):
                return last
            root = Tree(size, list(frontier)).root()
            await _require_the_same(connection, establishment, size, root, last)
            origin = origin_of(self._keyring.name, establishment, epoch)
            note = signed(Checkpoint(origin, size, root).text(), Signer(origin, key))
            await connection.execute(ADD, establishment, epoch, size, number, str(note))
            return await last_of(connection, establishment, epoch)

    async def open_epoch(self, establishment: str, why: str) -> int:
        """The ledger was restored to less than it had shown: from now on it is another log."""
        return int(await self._book.pool.fetchval(OPEN, establishment, why))


async def last_of(connection: Connection, establishment: str, epoch: int) -> Sealed | None:
    row = await connection.fetchrow(LAST, establishment, epoch)
    return Sealed(*row) if row else None


async def _require_the_same(
    connection: Connection, establishment: str, size: int, root: bytes, last: Sealed | None
) -> None:
    roots, before = Roots(connection, establishment), last.checkpoint if last else None
    if before and (before.size > size or await roots.at(before.size) != before.root):
        raise Rewritten
    if await roots.at(size) != root:
        raise Rewritten

"""The journal of readings: each is committed before a value leaves, and proved by a tree."""

from __future__ import annotations

import asyncio
import hmac
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.envelope import Envelope
from contracts.journal import PersonalFilesRead
from services.chassis.database import Connection
from services.chassis.deciding import Provenance
from services.chassis.tree import Tree, leaf_of
from services.chassis.working import Worker
from services.vault.names import is_name
from services.vault.safe import Safe

AT_ONCE = 256

# The row of the tree is locked until commit: places have no gap.
TREE = """
insert into journal_trees (establishment, size, frontier) values ($1, 0, '{}')
on conflict (establishment) do update set size = journal_trees.size returning size, frontier
"""
ADD = """
insert into journal (establishment, sequence, at, actor, role, purpose, asked, whole, own, refused,
    subjects, body, leaf)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
GROWN = "update journal_trees set size = $2, frontier = $3 where establishment = $1"


class _Waiting(NamedTuple):
    by: Provenance
    read: PersonalFilesRead
    written: asyncio.Future[None]


class Journal(Worker):
    """Readings that come together share one transaction; each waits until it is committed."""

    def __init__(self, safe: Safe, secret: str) -> None:
        self._safe = safe
        self._secret = secret.encode()
        self._waiting: list[_Waiting] = []
        self._asked = asyncio.Event()

    async def write(self, by: Provenance, read: PersonalFilesRead) -> None:
        """Return once it is committed: values may leave then, and not before."""
        own = bool(read.subjects) and set(read.subjects) == {by.person}
        more = {"own": own, "subjects": _each(read.subjects), "through": by.issuer}
        said = read.model_copy(update=more)
        written = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(by, said, written))
        self._asked.set()
        await written

    def of_text(self, text: str) -> dict[str, Any]:
        """What may be written down of what was looked for: never the words."""
        digest = hmac.digest(self._secret, text.encode(), "sha256").hex()[:16]
        return {"length": len(text), "digest": digest}

    async def work(self) -> None:
        while True:
            await self._asked.wait()
            self._asked.clear()
            while self._waiting:
                batch, self._waiting = self._waiting[:AT_ONCE], self._waiting[AT_ONCE:]
                homes: defaultdict[str, list[_Waiting]] = defaultdict(list)
                for one in batch:
                    homes[one.by.establishment].append(one)
                await asyncio.gather(*(self._write(*home) for home in homes.items()))

    async def _write(self, establishment: str, readings: Sequence[_Waiting]) -> None:
        try:
            async with self._safe.opened_for(establishment) as connection:
                await _add(connection, establishment, readings)
        except BaseException as error:
            for one in readings:  # nothing was written for sure, so nothing leaves
                if not one.written.done():
                    one.written.set_exception(error)
            if not isinstance(error, Exception):
                raise
        else:
            for one in readings:
                if not one.written.done():
                    one.written.set_result(None)


def _each(subjects: Iterable[UUID]) -> tuple[UUID, ...]:
    return tuple(sorted(set(subjects)))


async def _add(connection: Connection, establishment: str, readings: Sequence[_Waiting]) -> None:
    size, frontier = await connection.fetchrow(TREE, establishment) or (0, ())
    tree, rows = Tree(size, list(frontier)), []
    for by, read, _ in readings:
        now = datetime.now(UTC)
        body = _sealed(by, read, tree.size + 1, now).write()
        leaf = leaf_of(body)
        tree.append(leaf)
        rows.append(
            (establishment, tree.size, now, by.actor, by.role, read.purpose, read.asked,
             not all(map(is_name, read.fields)), read.own, read.refused is not None,
             read.subjects, body, leaf)
        )  # fmt: skip
    await connection.executemany(ADD, rows)
    await connection.execute(GROWN, establishment, tree.size, tree.frontier)


def _sealed(by: Provenance, read: PersonalFilesRead, place: int, now: datetime) -> Envelope:
    return Envelope(
        id=uuid5(by.command, f"read {place}"),
        type=PersonalFilesRead.type,
        source="vault",
        subject=uuid5(NAMESPACE_URL, f"readings of {by.establishment}"),
        time=now,
        recordedtime=now,
        position=place,
        establishment=by.establishment,
        version=place,
        actor=by.actor,
        onbehalfof=by.onbehalfof,
        role=by.role,
        channel=by.channel,
        reason=by.reason,
        correlationid=by.correlation or by.command,
        data=read.model_dump(mode="json", exclude_defaults=True) | {"own": read.own},
    )

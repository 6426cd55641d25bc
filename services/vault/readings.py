"""The journal as it is looked at: by who, whom, when and why; given out whole; and verified."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from contracts.envelope import Envelope
from contracts.journal import Asked, PersonalFilesRead, Reading
from contracts.journal import Readings as Page
from contracts.vault import Purpose
from services.chassis.cells import harmless
from services.chassis.deciding import Provenance
from services.chassis.tree import Tree, leaf_of
from services.vault.journal import Journal
from services.vault.safe import Safe

AT_ONCE = 1_000
HEADERS = (
    "sequence", "at", "actor", "onbehalfof", "role", "channel", "purpose", "reason", "asked",
    "fields", "subjects", "values", "own", "refused", "through", "request", "leaf",
)  # fmt: skip

LIST = """
select body, leaf from {table}
where establishment = $1 and body is not null
    and ($2::text is null or actor = $2) and ($3::timestamptz is null or at >= $3)
    and ($4::timestamptz is null or at < $4) and ($5::text is null or purpose = $5)
    and ($6::bigint is null or sequence {beyond} $6)
order by sequence {way} limit $7
"""
LEAVES = """
select sequence, body, leaf from journal where establishment = $1 and sequence > $2
order by sequence limit $3
"""
ROOT = "select size, frontier from journal_trees where establishment = $1"


class Filter(NamedTuple):
    """Who read, of whom, from when until before when, and why."""

    actor: str | None = None
    subject: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    purpose: Purpose | None = None


class Readings:
    """Values are nowhere in it: it tells of whom, not what."""

    def __init__(self, safe: Safe, journal: Journal) -> None:
        self._safe = safe
        self._journal = journal

    async def page(
        self, by: Provenance, wanted: Filter, after: int | None, limit: int,
        *, newest_first: bool = True,
    ) -> Page:  # fmt: skip
        rows = await self._rows(by, wanted, after, limit, newest_first)
        items = tuple(_reading(body, leaf) for body, leaf in rows)
        return Page(items=items, next=items[-1].sequence if len(items) == limit else None)

    async def export(self, by: Provenance, wanted: Filter, as_csv: bool) -> AsyncIterator[bytes]:
        """Oldest first: CSV, or the entries' own bytes, one a line. It is a reading too."""
        subjects = (wanted.subject,) if wanted.subject else ()
        asked = PersonalFilesRead(asked=Asked.JOURNAL, purpose=Purpose.AUDIT, subjects=subjects)
        await self._journal.write(by, asked)
        return self._lines(by, wanted, as_csv)

    async def _lines(self, by: Provenance, wanted: Filter, as_csv: bool) -> AsyncIterator[bytes]:
        if as_csv:
            yield _csv([HEADERS])
        after: int | None = None
        while rows := await self._rows(by, wanted, after, AT_ONCE, newest_first=False):
            readings = [_reading(body, leaf) for body, leaf in rows]
            after = readings[-1].sequence
            yield (
                _csv(map(_cells, readings))
                if as_csv
                else b"".join(body + b"\n" for body, _ in rows)
            )

    async def verified(self, by: Provenance) -> tuple[int, bytes, bool]:
        """Size and root of the tree, and whether all that is kept leads to it, without a gap."""
        tree, whole = Tree(), True
        async with self._safe.opened(by) as connection:
            size, frontier = await connection.fetchrow(ROOT, by.establishment) or (0, [])
            while tree.size < size:
                rows = await connection.fetch(LEAVES, by.establishment, tree.size, AT_ONCE)
                if not rows:
                    break
                for sequence, body, leaf in rows:
                    tree.append(leaf)
                    whole &= sequence == tree.size and (body is None or leaf_of(body) == leaf)
        root = Tree(size, list(frontier)).root()
        return size, root, whole and tree.size == size and tree.root() == root

    async def _rows(
        self, by: Provenance, wanted: Filter, after: int | None, limit: int, newest_first: bool
    ) -> Sequence[tuple[bytes, bytes]]:
        given: list[Any] = [by.establishment, wanted.actor, wanted.since, wanted.until,
                            wanted.purpose, after, limit]  # fmt: skip
        if wanted.subject:
            given.append(wanted.subject)
        sql = LIST.format(
            table="readings_of($8)" if wanted.subject else "journal",
            beyond="<" if newest_first else ">",
            way="desc" if newest_first else "asc",
        )
        async with self._safe.opened(by) as connection:
            return [(row["body"], row["leaf"]) for row in await connection.fetch(sql, *given)]


def _reading(body: bytes, leaf: bytes) -> Reading:
    said = Envelope.read(body)
    return Reading(
        sequence=said.version,
        at=said.time,
        actor=said.actor,
        onbehalfof=said.onbehalfof,
        role=said.role,
        channel=said.channel,
        reason=said.reason,
        request=said.correlationid,
        read=PersonalFilesRead.model_validate(said.data),
        leaf=leaf.hex(),
    )


def _cells(one: Reading) -> tuple[object, ...]:
    read = one.read
    return (
        one.sequence, one.at.isoformat(), one.actor, one.onbehalfof, one.role, one.channel,
        read.purpose, one.reason, read.asked, " ".join(read.fields),
        " ".join(map(str, read.subjects)), read.values, read.own, read.refused,
        read.through, one.request, one.leaf,
    )  # fmt: skip


def _csv(rows: Any) -> bytes:
    """Every cell quoted, and none that a spreadsheet would take for a formula (ASVS 5, 1.2.10)."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(
        [harmless(cell) for cell in row] for row in rows
    )
    return written.getvalue().encode()

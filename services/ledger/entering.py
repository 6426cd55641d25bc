"""One batch of one source, on its way into the book: entries, trees and stories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from services.chassis.database import Connection
from services.chassis.tree import Tree, leaf_of
from services.ledger.stories import Link, links

COLUMNS = (
    "position", "establishment", "sequence", "source", "source_position", "stream", "version",
    "id", "type", "time", "recordedtime", "actor", "body", "leaf",
)  # fmt: skip
# The head row is held until commit: readers see positions in their order.
BEGIN = """
with moved as (
    update sources set position = $3 where source = $1 and position = $2 returning source
)
select position from head where exists (select from moved) for update
"""
TREES = "select establishment, size, frontier from trees where establishment = any($1)"
SAVE_TREES = """
with kept as (insert into nodes select (one).* from unnest($2::nodes[]) as one)
insert into trees select (one).* from unnest($1::trees[]) as one
on conflict (establishment) do update set size = excluded.size, frontier = excluded.frontier
"""
END = """
with opened as (
    insert into stories (establishment, subject, stream, since, how)
    select a, b, c, greatest(d, (
        select max(until) + 1 from stories  -- what has ended since is not begun again
        where establishment = a and subject = b and stream = c and since >= d
    )), e
    from unnest($2::text[], $3::uuid[], $4::uuid[], $5::bigint[], $6::text[]) as o (a, b, c, d, e)
    on conflict (establishment, subject, stream) where until is null
    do update set since = excluded.since, how = excluded.how where excluded.since < stories.since
), alone as (
    insert into stories (establishment, subject, stream, since, until, how)
    select a, b, c, d, d, e
    from unnest($7::text[], $8::uuid[], $9::uuid[], $10::bigint[], $11::text[]) as o (a, b, c, d, e)
    on conflict do nothing
)
update head set position = coalesce($1, position)
"""
CLOSE = """
update stories set until = $4
where establishment = $1 and subject = $2 and stream = $3 and until is null
"""


class Overtaken(Exception):
    """Another ledger process has entered these facts."""


class Said(NamedTuple):
    """A link, and the entry that says it."""

    establishment: str
    sequence: int
    link: Link


class Page:
    """Read before the transaction begins, so that the head is held for as short as can be."""

    def __init__(self, source: str, place: int, bodies: Sequence[bytes]) -> None:
        self._source = source
        self._place = place
        self._bodies = bodies
        self._facts: list[dict[str, Any]] = [orjson.loads(body) for body in bodies]
        self._leaves = [leaf_of(body) for body in bodies]

    async def write(self, connection: Connection) -> int:
        """Add all of it, inside the caller's transaction; return the new place.

        Raises Overtaken if the place is no longer where the batch begins.
        """
        reached = self._place + len(self._bodies)
        head = await connection.fetchval(BEGIN, self._source, self._place, reached)
        if head is None:
            raise Overtaken(self._source)
        homes = {fact["establishment"] for fact in self._facts}
        trees = {home: Tree() for home in homes}
        for home, size, frontier in await connection.fetch(TREES, homes):
            trees[home] = Tree(size, list(frontier))
        entries, said = self._entries(head, trees)
        await connection.copy_records_to_table("entries", records=entries, columns=COLUMNS)
        grown = [(home, tree.size, tree.frontier) for home, tree in trees.items()]
        nodes = [(home, *one.node, one.hash) for home, tree in trees.items() for one in tree.grown]
        await connection.execute(SAVE_TREES, grown, nodes)
        await tell(connection, said, head + len(self._bodies))
        return reached

    def _entries(
        self, head: int, trees: Mapping[str, Tree]
    ) -> tuple[list[tuple[Any, ...]], list[Said]]:
        entries, said = [], []
        for number, (fact, body, leaf) in enumerate(
            zip(self._facts, self._bodies, self._leaves, strict=True), 1
        ):
            tree = trees[fact["establishment"]]
            tree.append(leaf)
            where = head + number, fact["establishment"], tree.size
            source = self._source, self._place + number
            entries.append((*where, *source, *_attributes(fact), body, leaf))
            said += [Said(fact["establishment"], tree.size, link) for link in links(fact)]
        return entries, said


def _attributes(fact: Mapping[str, Any]) -> tuple[Any, ...]:
    """By the envelope alone: the data may be of a version yet unknown."""
    return (
        fact["subject"],
        fact["version"],
        fact["id"],
        fact["type"],
        datetime.fromisoformat(fact["time"]),
        datetime.fromisoformat(fact["recordedtime"]),
        fact["actor"],
    )


type Key = tuple[str, UUID, UUID]


async def tell(connection: Connection, said: Iterable[Said], head: int | None = None) -> None:
    """Write down whose story the entries belong to, in their order; and the new head, if any."""
    opened: dict[Key, tuple[int, str]] = {}
    alone: set[tuple[str, UUID, UUID, int, str]] = set()
    for establishment, sequence, link in said:
        key = establishment, link.subject, link.stream
        if link.alone:
            alone.add((*key, sequence, link.how))
            continue
        since = 0 if link.from_beginning else sequence
        opened[key] = min(opened.get(key, (since, link.how)), (since, link.how))
        if link.ends:
            await connection.execute(END, None, *_columns(opened, ()))
            await connection.execute(CLOSE, *key, sequence)
            opened = {}
    await connection.execute(END, head, *_columns(opened, alone))


def _columns(
    opened: Mapping[Key, tuple[int, str]], alone: Iterable[tuple[str, UUID, UUID, int, str]]
) -> list[Sequence[Any]]:
    # Always in the same order, so that two writers never wait for each other in a circle.
    rows = sorted((*key, *how) for key, how in opened.items()), sorted(alone)
    return [column for some in rows for column in (zip(*some, strict=True) if some else ((),) * 5)]

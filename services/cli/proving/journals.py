"""The journals of readings, held against their trees; what was let go is known by its leaf."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

import msgspec

from contracts.ledger import Promise
from services.chassis.database import Connection, connect
from services.chassis.tree import Tree, leaf_of
from services.cli.proving.stretches import Finding
from services.cli.proving.surveying import AT_A_MOMENT

AT_ONCE = 5_000
HOMES = """
select establishment from vault.journal_trees union select establishment from vault.journal
order by 1
"""
TREE = "select size, frontier from vault.journal_trees where establishment = $1"
ROWS = """
select sequence, body, leaf, actor, at from vault.journal
where establishment = $1 and sequence > $2 order by sequence limit $3
"""


class Read(msgspec.Struct):
    """Of a reading, what is kept beside its bytes too."""

    actor: str
    time: datetime


class Journal(NamedTuple):
    establishment: str
    readings: int
    root: str
    findings: list[Finding]


async def journals(url: str, wanted: Iterable[str]) -> list[Journal]:
    """Of these establishments, or of all."""
    connection = await connect(url, "vault")
    try:
        known = [str(home) for (home,) in await connection.fetch(HOMES)]
        homes = [home for home in known if home in wanted] if wanted else known
        async with connection.transaction(**AT_A_MOMENT):
            return [await _journal(connection, home) for home in homes]
    finally:
        await connection.close()


async def _journal(connection: Connection, establishment: str) -> Journal:
    tree, findings = Tree(), list[Finding]()
    async for sequence, body, leaf, actor, at in _rows(connection, establishment):
        if sequence > tree.size + 1:
            why = "la lecture n’y est plus"
            findings.append(Finding(Promise.NOTHING_REMOVED, tree.size + 1, sequence - 1, why))
        while tree.size < sequence - 1:
            tree.append(bytes(32))
        tree.append(leaf)
        if body is not None:
            findings += _differs(sequence, body, leaf, actor, at)
    size, frontier = await connection.fetchrow(TREE, establishment) or (0, ())
    if size > tree.size:
        findings.append(Finding(Promise.NOTHING_REMOVED, tree.size + 1, size, "n’y est plus"))
    elif not findings and (size, list(frontier)) != (tree.size, tree.frontier):
        findings.append(Finding(Promise.ONE_TREE, 1, tree.size, "l’arbre n’est pas le leur"))
    return Journal(establishment, tree.size, tree.root().hex(), findings)


def _differs(
    sequence: int, body: bytes, leaf: bytes, actor: str, at: datetime
) -> Iterator[Finding]:
    if leaf_of(body) != leaf:
        why = "ses octets ne sont plus les mêmes"
        yield Finding(Promise.WRITTEN_ONCE, sequence, sequence, why)
        return
    said = msgspec.json.decode(body, type=Read)
    if (said.actor, said.time) != (actor, at):
        why = "l’auteur ou la date n’est pas ce que disent ses octets"
        yield Finding(Promise.DATED_AS_WRITTEN, sequence, sequence, why)


async def _rows(
    connection: Connection, establishment: str
) -> AsyncIterator[tuple[int, bytes | None, bytes, str, datetime]]:
    after = 0
    while rows := await connection.fetch(ROWS, establishment, after, AT_ONCE):
        for row in rows:
            yield tuple(row)
        after = rows[-1][0]

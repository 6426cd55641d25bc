"""Any node of an establishment's tree, from those that are kept: at most 255 to a level."""

from __future__ import annotations

from collections.abc import Sequence

from services.chassis.database import Connection
from services.chassis.tree import Node, Path, consistency, cover, fold, full, inclusion

READ = """
select number, hash from nodes
where establishment = $1 and level = $2 and number between $3 and $4
union all
select sequence - 1, leaf from entries
where $2 = 0 and establishment = $1 and sequence between $3 + 1 and $4 + 1
order by 1
"""
FORGET_AT = 100_000


class Incomplete(Exception):
    """Entries or nodes are missing: nothing can be proved of this tree."""


class Roots:
    """Of one tree; what was read once is remembered, for the next proof."""

    def __init__(self, connection: Connection, establishment: str) -> None:
        self._connection = connection
        self._establishment = establishment
        self._known: dict[Node, bytes] = {}

    async def at(self, size: int) -> bytes:
        """The root of the tree when it was of this size. Raises Incomplete."""
        return fold([await self._hash(node) for node in cover(0, size)])

    async def inclusion(self, place: int, size: int) -> list[bytes]:
        """Proves the leaf at `place`, counted from 0. Raises Incomplete."""
        return await self._prove(inclusion(place, size))

    async def consistency(self, old: int, new: int) -> list[bytes]:
        """Proves that the tree of size `old` is the beginning of the other. Raises Incomplete."""
        return await self._prove(consistency(old, new))

    async def _prove(self, path: Path) -> list[bytes]:
        return [fold([await self._hash(node) for node in part]) for part in path]

    async def _hash(self, node: Node) -> bytes:
        if node not in self._known:
            if len(self._known) >= FORGET_AT:
                self._known.clear()
            self._known[node] = full(await self._below(node))
        return self._known[node]

    async def _below(self, node: Node) -> Sequence[bytes]:
        level, first, last = node.kept
        asked = self._establishment, level, first, last
        found = await self._connection.fetch(READ, *asked)
        if [number for number, _ in found] != list(range(first, last + 1)):
            raise Incomplete(f"{self._establishment}: {first}..{last} at level {level}")
        return [hash for _, hash in found]

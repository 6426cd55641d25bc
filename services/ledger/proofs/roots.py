"""Any node of an establishment's tree, from those that are kept: a tile of 256 to a level."""

from __future__ import annotations

from services.chassis.database import Connection
from services.chassis.domain import Refusal
from services.chassis.tree import WIDTH, Node, Path, consistency, cover, fold, full, inclusion

READ = """
select number, hash from nodes
where establishment = $1 and level = $2 and number between $3 and $4
union all
select sequence - 1, leaf from entries
where $2 = 0 and establishment = $1 and sequence between $3 + 1 and $4 + 1
order by 1
"""
TILES, NODES = 64, 100_000  # remembered


class Incomplete(Refusal):
    """Entries are missing: nothing can be proved of this ledger. Verify it."""

    french = "Des entrées manquent : rien ne peut être prouvé de ce registre. Vérifiez-le."
    passing = True


class Roots:
    """Of one tree; what was read is remembered for the next proof, so it lives for one question."""

    def __init__(self, connection: Connection, establishment: str) -> None:
        self._connection = connection
        self._establishment = establishment
        self._tiles: dict[tuple[int, int], list[bytes]] = {}
        self._nodes: dict[Node, bytes] = {}

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
        if node not in self._nodes:
            if len(self._nodes) >= NODES:
                self._nodes.clear()
            level, first, last = node.kept
            tile = await self._tile(level, first // WIDTH)
            below = tile[first % WIDTH : last % WIDTH + 1]
            if len(below) != last - first + 1:
                raise Incomplete
            self._nodes[node] = full(below)
        return self._nodes[node]

    async def _tile(self, level: int, number: int) -> list[bytes]:
        if (level, number) not in self._tiles:
            if len(self._tiles) >= TILES:
                self._tiles.clear()
            asked = self._establishment, level, number * WIDTH, number * WIDTH + WIDTH - 1
            found = await self._connection.fetch(READ, *asked)
            if any(place != at for at, (place, _) in enumerate(found, number * WIDTH)):
                raise Incomplete
            self._tiles[level, number] = [kept for _, kept in found]
        return self._tiles[level, number]

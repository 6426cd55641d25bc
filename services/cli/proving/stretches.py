"""One stretch of a ledger: every entry read, hashed and held against what is kept beside it.

A tile of 256 entries is checked as a whole: a million entries in a few seconds. Only where a tile
is not as it should be is each of its entries looked at alone, to name it.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import lt
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from services.chassis.database import Connection
from services.chassis.tree import WIDTH, cover, full
from services.cli.proving.tiles import TILES, Tile, Written, numbers

if TYPE_CHECKING:
    from contracts.ledger import Promise

LENGTH = 1 << 12  # entries to a stretch: what is over a whole one is one node


class Finding(NamedTuple):
    """A promise that was broken, at these entries or at none in particular."""

    promise: Promise
    first: int | None
    last: int | None
    why: str


class Stretch:
    """What was found; hashes are made of the bytes, never of what is kept beside them."""

    def __init__(self, establishment: str, first: int) -> None:
        self.establishment = establishment
        self.first = first
        self.leaves: list[bytes] = []
        self.tiles: list[bytes] = []
        self.findings: list[Finding] = []
        self.entries = 0  # that there are
        self.begins = 0  # the position in the whole ledger of its first entry, and of its last
        self.ends = 0
        self._places: dict[str, int] = {}

    def frontier(self, count: int) -> list[bytes]:
        """The full subtrees over the first `count` of its entries."""
        return [self._hash(node.level, node.number) for node in cover(0, count)]

    def takes(self, tile: Tile, last: int) -> bool:
        """Whether the entries of a tile, up to the last, are all there and as they should be."""
        if tile.order != tuple(range(tile.first, last + 1)):
            return False
        hashes, positions = tile.hashes(), numbers(tile.positions, "q")
        try:
            said = tile.says()
        except msgspec.DecodeError:
            return False
        if not (
            b"".join(hashes) == tile.leaves
            and {one.establishment for one in said} == {self.establishment}
            and tile.is_said_by(said)
            and all(map(lt, (self.ends, *positions), positions))
            and self._are_in_order(said)
        ):
            return False
        self.begins, self.ends = self.begins or positions[0], positions[-1]
        self.keep(hashes, len(said))
        return True

    def places(self, position: int, source: str, place: int) -> bool:
        """Put an entry where it says that it is; whether it is after the one before."""
        after = position > self.ends and place > self._places.get(source, 0)
        self.begins, self.ends = self.begins or position, position
        self._places[source] = place
        return after

    def tell(self, promise: Promise, first: int, why: str, last: int | None = None) -> None:
        self.findings.append(Finding(promise, first, last or first, why))

    def keep(self, leaves: list[bytes], entries: int) -> None:
        """The leaves of a tile, and of how many entries that there are."""
        self.entries += entries
        self.leaves += leaves
        if len(leaves) == WIDTH:
            self.tiles.append(full(leaves))

    def _are_in_order(self, said: Sequence[Written]) -> bool:
        places = self._places.copy()
        for one in said:
            if one.position is None or one.position <= places.get(one.source, 0):
                return False
            places[one.source] = one.position
        self._places = places
        return True

    def _hash(self, level: int, number: int) -> bytes:
        wide = 1 << level
        if wide < WIDTH:
            return full(self.leaves[number * wide : (number + 1) * wide])
        wide //= WIDTH
        return full(self.tiles[number * wide : (number + 1) * wide])


class Checked(NamedTuple):
    """A stretch, without its leaves."""

    first: int
    tiles: list[bytes]
    frontiers: dict[int, list[bytes]]
    findings: list[Finding]
    entries: int
    begins: int
    ends: int


class Entries(NamedTuple):
    """Those of one establishment; `first` is one more than a multiple of LENGTH."""

    establishment: str
    first: int
    last: int
    sizes: tuple[int, ...]  # where the frontier is wanted

    async def read(self, connection: Connection) -> Checked:
        found = Stretch(self.establishment, self.first)
        rows = await connection.fetch(TILES, self.establishment, self.first, self.last)
        for tile in sorted(Tile(*row) for row in rows):
            until = min(tile.first + WIDTH - 1, self.last)
            if not found.takes(tile, until):
                await _look_at(connection, found, tile.first, until)
        frontiers = {size: found.frontier(size - self.first + 1) for size in self.sizes}
        told = found.findings, found.entries, found.begins, found.ends
        return Checked(self.first, found.tiles, frontiers, *told)


async def _look_at(connection: Connection, stretch: Stretch, first: int, last: int) -> None:
    from services.cli.proving.entries import ENTRIES, look_at  # rarely needed, and long to import

    rows = await connection.fetch(ENTRIES, stretch.establishment, first, last)
    stretch.keep(look_at(stretch, [tuple(one) for one in rows], first, last), len(rows))

"""The whole ledger in the order it lies in on disk: so it is read once, whoever its entries are of.

What is as it should be here is done with. Of whom anything is not, everything is read again, by
itself: in stretches, where it is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import lt
from typing import NamedTuple

import msgspec

from services.chassis.database import Connection
from services.cli.proving.tiles import BESIDE, Tile, Written, numbers

RANGES = f"""
select first, tile.* from generate_series($1::bigint, $2, 256) as first cross join lateral (
    select {BESIDE} from (
        select * from ledger.entries
        where position between first and least(first + 255, $2) order by position
    ) as entry having count(*) > 0
) as tile
"""


class Run(NamedTuple):
    """Entries of one establishment that follow each other here: the first, and their leaves."""

    first: int
    leaves: list[bytes]
    places: dict[str, int]  # how far each service has come


class Range(NamedTuple):
    """What is sound between two positions, by establishment; and of whom something is not."""

    runs: dict[str, Run]
    odd: set[str]

    def takes(self, tile: Tile) -> None:
        """Entries that lie one after another."""
        said, hashes = _sound(tile)
        if not said:
            self.odd.update(tile.words[0].split("\n"))
            return
        for one, sequence, leaf in zip(said, tile.order, hashes, strict=True):
            run = self.runs.get(one.establishment)
            if run is None:
                run = self.runs[one.establishment] = Run(sequence, [], {})
            first, leaves, places = run
            place = one.position or 0
            if sequence == first + len(leaves) and place > places.get(one.source, 0):
                places[one.source] = place
                leaves.append(leaf)
            else:
                self.odd.add(one.establishment)


class Positions(NamedTuple):
    """What lies between two of them, whoever it is of."""

    first: int
    last: int

    async def read(self, connection: Connection) -> Range:
        found = Range({}, set())
        rows = await connection.fetch(RANGES, self.first, self.last)
        for tile in sorted(Tile(*row) for row in rows):
            found.takes(tile)
        return found


def _sound(tile: Tile) -> tuple[Sequence[Written], Sequence[bytes]]:
    """What the bodies say, and their leaves: none at all where anything is not as it should be."""
    hashes, positions = tile.hashes(), numbers(tile.positions, "q")
    try:
        said = tile.says()
    except msgspec.DecodeError:
        return (), ()
    in_order = all(map(lt, positions, positions[1:]))
    is_whole = len(said) == len(positions) and b"".join(hashes) == tile.leaves
    return (said, hashes) if in_order and is_whole and tile.is_said_by(said) else ((), ())

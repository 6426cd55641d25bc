"""An establishment's tree, grown again from the leaves of its entries as they were read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from services.chassis.tree import WIDTH, Tree, cover, full
from services.cli.proving.joining import Found


class Growing:
    """Only whole tiles are kept, and the leaves that are not yet one."""

    def __init__(self, sizes: Iterable[int]) -> None:
        self._tiles: list[bytes] = []
        self._above = Tree()
        self._leaves: list[bytes] = []
        self._frontiers: dict[int, list[bytes]] = {}
        wanted = groupby(sorted(sizes), lambda size: size // WIDTH)
        self._wanted = {tile: list(those) for tile, those in wanted}

    @property
    def size(self) -> int:
        return len(self._tiles) * WIDTH + len(self._leaves)

    def take(self, leaves: Iterable[bytes]) -> None:
        """What comes next."""
        self._leaves += leaves
        while len(self._leaves) >= WIDTH:
            self._look()
            tile = full(self._leaves[:WIDTH])
            del self._leaves[:WIDTH]
            self._tiles.append(tile)
            self._above.append(tile)

    def found(self) -> Found:
        """All of it, without anything to tell of."""
        self._look()
        return Found(self._tiles, self._frontiers, [], self.size)

    def _look(self) -> None:
        """The frontier at each of the sizes that are wanted within this tile."""
        for size in self._wanted.get(len(self._tiles), ()):
            self._frontiers[size] = [*self._above.frontier, *self._beyond(size % WIDTH)]

    def _beyond(self, count: int) -> Iterator[bytes]:
        for node in cover(0, count):
            first = node.number << node.level
            yield full(self._leaves[first : first + (1 << node.level)])

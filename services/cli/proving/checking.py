"""Every entry, read by several: the ledger as it lies, and alone whoever has something odd."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence

from services.cli.proving.growing import Growing
from services.cli.proving.joining import Found, join
from services.cli.proving.ranges import Positions
from services.cli.proving.reading import Readers, readers
from services.cli.proving.stretches import LENGTH, Checked, Entries
from services.cli.proving.surveying import Survey

ALONE = 100_000  # entries that one process has read before another would have begun

type Advance = Callable[[int, int], None]


class Checking:
    """Of those that were surveyed, with the frontiers at some sizes; `advance` hears how far."""

    def __init__(
        self, surveys: Sequence[Survey], sizes: Mapping[str, set[int]], advance: Advance
    ) -> None:
        self._surveys = {one.establishment: one for one in surveys}
        self._sizes = sizes
        self._advance = advance
        self._done = 0

    def found(self, url: str, positions: int) -> dict[str, Found]:
        """By establishment; `positions`: up to there lies the whole ledger, or 0 to read a part."""
        entries = positions or sum(one.last for one in self._surveys.values())
        with readers(url, min(entries // ALONE, os.cpu_count() or 1)) as reading:
            sound = self._as_it_lies(reading, positions)
            return sound | self._alone(reading, self._surveys.keys() - sound.keys())

    def _as_it_lies(self, reading: Readers, positions: int) -> dict[str, Found]:
        """Those whose entries are all there and as they should be."""
        growing = {home: Growing(sizes) for home, sizes in self._sizes.items() if positions}
        odd = set[str]()
        asked = [Positions(*ends) for ends in _cut(positions)]
        for question, found in zip(asked, reading.read(asked), strict=True):
            odd |= found.odd
            for home, run in found.runs.items():
                if home in growing and run.first == growing[home].size + 1:
                    growing[home].take(run.leaves)
            self._have_read(question, positions)
        whole = {home: one for home, one in growing.items() if home not in odd}
        return {
            home: one.found() for home, one in whole.items() if one.size == self._surveys[home].last
        }

    def _alone(self, reading: Readers, homes: set[str]) -> dict[str, Found]:
        checked: dict[str, list[Checked]] = {home: [] for home in homes}
        asked = [
            Entries(home, *ends, tuple(size for size in self._sizes[home] if _in(size, ends)))
            for home in homes
            for ends in _cut(self._surveys[home].last)
        ]
        self._done, entries = 0, sum(self._surveys[home].last for home in homes)
        for question, found in zip(asked, reading.read(asked), strict=True):
            checked[question.establishment].append(found)
            self._have_read(question, entries)
        return {home: join(found) for home, found in checked.items()}

    def _have_read(self, what: Positions | Entries, of: int) -> None:
        self._done += what.last - what.first + 1
        self._advance(self._done, of)


def _cut(last: int) -> Iterator[tuple[int, int]]:
    """Where each stretch begins and ends."""
    for first in range(1, last + 1, LENGTH):
        yield first, min(first + LENGTH - 1, last)


def _in(size: int, ends: tuple[int, int]) -> bool:
    first, last = ends
    return first <= size <= last

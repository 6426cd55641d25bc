"""Two documents that are of one thing: which facts say so, and under which it is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from services.chassis.entries import Counted, Entry

# A document, with its establishment, that stands behind another, and which that is.
type Together = dict[tuple[str, str], str]


class Said(NamedTuple):
    """What a fact says of two documents."""

    kept: str
    other: str
    joined: bool


class Joining(NamedTuple):
    """The types that join two documents and part them, and the fields that name the two."""

    joined: str
    parted: str
    kept: str
    other: str

    def said(self, entry: Entry) -> Said | None:
        """None where the fact speaks of something else."""
        if entry.type not in (self.joined, self.parted):
            return None
        joined = entry.type == self.joined
        return Said(entry.data[self.kept], entry.data[self.other], joined)

    def others(self, key: str, pairs: Iterable[Counted]) -> set[str]:
        """Which documents stand behind this one, once all these facts are known."""
        found: set[str] = set()
        for _, counts in pairs:
            if counts and (said := self.said(counts)) and said.kept == key:
                (found.add if said.joined else found.discard)(said.other)
        return found

    def take(self, entry: Entry, together: Together) -> Collection[str]:
        """Change who stands behind whom as this fact says; return the two that it names."""
        if not (said := self.said(entry)):
            return ()
        other = entry.establishment, said.other
        if said.joined:
            together[other] = said.kept
        else:
            together.pop(other, None)
        return said.kept, said.other


def instead(home: str, keys: Iterable[str], together: Together) -> Mapping[str, str]:
    """For each of these documents the one that is shown: another, or itself."""
    return {key: together.get((home, key), key) for key in keys}


def behind(home: str, key: str, together: Together) -> list[str]:
    """The documents that stand behind this one."""
    return [one for (where, one), kept in together.items() if kept == key and where == home]

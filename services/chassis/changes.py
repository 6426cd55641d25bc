"""What some facts change in the documents of a read model."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from services.chassis.folding import Listed


class Key(NamedTuple):
    """Two establishments may speak of the same id: each has a document of its own."""

    establishment: str
    id: str


class Change(NamedTuple):
    """What a fold made of one document; no body means that the document is gone."""

    key: Key
    listed: Listed
    body: bytes | None


class Parked(NamedTuple):
    """A document that could not be folded, since which place of the log, and why."""

    key: Key
    position: int
    why: str


class Batch(NamedTuple):
    """What some rows of the log change in one generation."""

    changes: Sequence[Change]
    links: Collection[tuple[str, Key]] = ()  # a stream, and a document it feeds
    parked: Sequence[Parked] = ()
    mended: Collection[Key] = ()
    unlinked: Sequence[tuple[str, Key]] = ()
    passed_over: Collection[Key] = ()  # parked: their facts were left out
    joined: Mapping[Key, str | None] = {}  # whom a document stands behind from now on; none: nobody

    @property
    def behind(self) -> list[tuple[str, ...]]:
        """Establishment, document, and the one it stands behind."""
        return [(*other, kept) for other, kept in self.joined.items() if kept]

    @property
    def parted(self) -> list[Key]:
        return [other for other, kept in self.joined.items() if not kept]

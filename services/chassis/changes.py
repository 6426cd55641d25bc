"""What some facts change in the documents of a read model."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

BETWEEN = "\x1d"  # two changes, as one text
_IN_COLUMNS, _IN_LISTS = "\x1e", "\x1f"
_NOWHERE = dict.fromkeys(map(ord, (BETWEEN, _IN_COLUMNS)))


class Key(NamedTuple):
    """Two establishments may speak of the same id: each has a document of its own."""

    establishment: str
    id: str


class Listed(NamedTuple):
    """What lists filter and sort by. Without a state, a document is in no list."""

    state: str
    facets: Collection[str] = ()
    words: str = ""
    sorts: Sequence[str] = ()


class Change(NamedTuple):
    """What a fold made of one document; no body means that the document is gone."""

    key: Key
    listed: Listed
    body: bytes | None

    @property
    def said(self) -> str:
        """The columns of a document that there is, as one text."""
        state, facets, words, sorts = self.listed
        body = (self.body or b"").decode()
        lists = state, _IN_LISTS.join(facets), words, _IN_LISTS.join(sorts)
        columns = self.key.id, self.key.establishment, *lists, body
        said = _IN_COLUMNS.join(columns)
        if said.count(_IN_COLUMNS) == len(columns) - 1 and BETWEEN not in said:
            return said
        return _IN_COLUMNS.join(one.translate(_NOWHERE) for one in columns)  # no words have these


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

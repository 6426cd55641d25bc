"""Documents as they were, or as they were known: an establishment's facts folded again."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.chassis.changes import Key
from services.chassis.correcting import is_correction
from services.chassis.domain import NotFound
from services.chassis.folding import Counted, Document, Entry, Listed, ReadModel, counted, read
from services.chassis.joining import Together, behind
from services.chassis.library import Library
from services.chassis.log import ALL, Told
from services.chassis.reading import Asked, Page, place_in, token_of
from services.chassis.routing import Placed, routes

log = logging.getLogger(__name__)

AT_ONCE = 2000
BREATH = 200  # facts between two looks at what else is to be done


class When(NamedTuple):
    """As things were on a day, and as they were known on a day; None: no bound."""

    as_of: datetime | None = None
    known_on: datetime | None = None

    @property
    def moment(self) -> datetime | None:
        """The day one looks at."""
        return self.as_of or self.known_on

    def knows(self, entry: Entry) -> bool:
        return self.known_on is None or datetime.fromisoformat(entry.recordedtime) <= self.known_on

    def has(self, entry: Entry) -> bool:
        return self.as_of is None or datetime.fromisoformat(entry.time) <= self.as_of


class Past[D: Document]:
    """One read model of one establishment as of one day. As the log grows, it goes on."""

    def __init__(self, model: ReadModel[D], home: str, when: When, library: Library) -> None:
        self._model = model
        self._home = home
        self._when = when
        self._library = library
        self._alone = asyncio.Lock()
        self._fed: dict[Key, set[str]] = {}
        self._together: Together = {}
        self._again: set[Key] = set()
        self.place = 0
        self.head = 0
        self.documents: dict[str, D] = {}
        self.listed: dict[str, Listed] = {}

    async def catch_up(self) -> None:
        """Fold what the establishment's log has beyond this place; others are let in between."""
        async with self._alone:
            self.head = await self._library.log.last(self._home)
            while self.place < self.head:
                types = self._model.types
                told = await self._library.log.of_one(self._home, self.place, AT_ONCE, types)
                for begin in range(0, len(told), BREATH):
                    self._fold(told[begin : begin + BREATH])
                    await asyncio.sleep(0)
                self.place = told[-1].sequence if len(told) == AT_ONCE else self.head
            await self._put_right()

    def shelf(self) -> PastShelf[D]:
        return PastShelf(self)

    def behind(self, id: str) -> list[str]:
        return behind(self._home, id, self._together)

    def kept(self, id: str) -> str:
        return self._together.get((self._home, id), id)

    def _fold(self, told: Iterable[Told]) -> None:
        placed = [(one.sequence, entry) for one in told if self._counts(entry := read(one.body))]
        routed = routes(self._model, placed, self._fed, self._together)
        self._again |= routed.again
        for key, its in routed.each.items():
            if key not in self._again:
                self._evolve(key, its)

    def _counts(self, entry: Entry) -> bool:
        """Who somebody is, and what was wrong, does not change: what was found later was so."""
        joining = self._model.joining
        lasting = is_correction(entry.type) or (joining and joining.said(entry) is not None)
        return self._when.knows(entry) and bool(lasting or self._when.has(entry))

    def _evolve(self, key: Key, its: Sequence[Placed]) -> None:
        document = self.documents.get(key.id)
        try:
            for _, entry in its:
                document = self._model.evolve(key.id, document, entry)
        except Exception:
            self._again.add(key)
            return
        self._put(key.id, document)

    def _put(self, id: str, document: D | None) -> None:
        if document is None:
            self.documents.pop(id, None)
            self.listed.pop(id, None)
        else:
            self.documents[id], self.listed[id] = document, document.listed()

    async def _put_right(self) -> None:
        """What corrections and mergers touch is folded from all its streams."""
        feeding: dict[str, set[str]] = {}
        for stream, fed in self._fed.items() if self._again else ():
            for one in fed:
                feeding.setdefault(one, set()).add(stream.id)
        for key in self._again:
            self._put(key.id, None if key in self._together else await self._refolded(key, feeding))
        self._again = set()

    async def _refolded(self, key: Key, feeding: dict[str, set[str]]) -> D | None:
        ids = [key.id, *self.behind(key.id)]
        streams = {*ids, *(stream for one in ids for stream in feeding.get(one, ()))}
        told = await self._library.log.of_streams(self._home, sorted(streams))
        try:
            return refolded(self._model, key.id, told, self._when, self.place)
        except Exception:
            log.warning("a past document of %s cannot be folded: %s", self._model.name, key.id)
            return None


def refolded[D: Document](
    model: ReadModel[D], id: str, told: Sequence[Told], when: When, until: int = ALL
) -> D | None:
    """One document from all facts of its streams, as of a day. Raises what its folds raise."""
    bodies = [one.body for one in told if one.sequence <= until and when.knows(read(one.body))]
    pairs = counted(bodies)
    had = [one for one in pairs if is_correction(one[0].type) or _had(one, when)]
    return model.refold(id, had, model.others(id, pairs))


def _had(pair: Counted, when: When) -> bool:
    entry, counts = pair
    return when.has(counts or entry)


class PastShelf[D: Document]:
    """What readers are given of a past, as of what is live."""

    def __init__(self, past: Past[D]) -> None:
        self._past = past

    async def one(self, _: str, id: str, facets: Sequence[str] = ()) -> D:
        """Raises NotFound, also where it lacks these facets."""
        listed = self._past.listed.get(id)
        if listed is None or not listed.state or not set(facets) <= set(listed.facets):
            raise NotFound
        return self._past.documents[id]

    async def some(self, _: str, ids: Sequence[str]) -> list[D]:
        found = self._past.documents
        return [found[one] for one in ids if one in found and self._past.listed[one].state]

    async def page(self, _: str, asked: Asked) -> Page[D]:
        """Raises NoSuchPage where `after` is none of ours."""
        such = [
            (listed, key)
            for key, listed in self._past.listed.items()
            if _is_such(key, listed, asked)
        ]
        counts = Counter(listed.state for listed, _ in such)
        rows = sorted(
            (
                (listed.sorts[asked.sort - 1] if len(listed.sorts) >= asked.sort else "", key)
                for listed, key in such
                if not asked.states or listed.state in asked.states
            ),
            reverse=asked.descending,
        )
        if asked.after:
            last = place_in(asked.after)
            beyond = (last[0], str(last[1]))
            rows = [row for row in rows if (row < beyond if asked.descending else row > beyond)]
        shown = rows[: asked.limit]
        more = token_of(*shown[-1]) if len(rows) > len(shown) else None
        return Page([self._past.documents[key] for _, key in shown], dict(counts), more)

    async def kept(self, _: str, ids: Sequence[UUID]) -> list[UUID]:
        return [UUID(self._past.kept(str(one))) for one in ids]

    async def others(self, _: str, id: str) -> list[str]:
        return self._past.behind(id)


def _is_such(id: str, listed: Listed, asked: Asked) -> bool:
    return bool(
        listed.state
        and (not asked.facets or set(asked.facets) <= set(listed.facets))
        and all(word in listed.words for word in asked.words)
        and (not asked.ids or UUID(id) in asked.ids)
        and (not asked.either or not set(asked.either).isdisjoint(listed.facets))
    )


def differing(was: Past[Any], known: Past[Any]) -> list[tuple[str, str | None, str | None]]:
    """What stood otherwise than was known then: the document, its state, and that one knew of."""

    def standing(past: Past[Any]) -> dict[str, str]:
        return {key: listed.state for key, listed in past.listed.items() if listed.state}

    one, other = standing(was), standing(known)
    keys: Collection[str] = sorted(one.keys() | other.keys())
    return [(key, one.get(key), other.get(key)) for key in keys if one.get(key) != other.get(key)]

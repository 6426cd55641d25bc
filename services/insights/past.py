"""Documents as they were, or as they were known: an establishment's facts folded again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Any, NamedTuple

from services.chassis.changes import Key
from services.chassis.correcting import is_correction
from services.chassis.entries import Counted, Entry, Written, counted, read, read_all
from services.chassis.folding import Document, Listed, ReadModel
from services.chassis.joining import Together, behind
from services.chassis.library import Library
from services.chassis.log import ALL, EVER, Period, Share, Told
from services.chassis.reading import Shelf
from services.chassis.routing import Placed, routes
from services.insights.nearby import fed_by, nearby, touched_by

log = logging.getLogger(__name__)

AT_ONCE = 2000
BREATH = 200  # facts between two looks at what else is to be done
REFOLDED_AT_ONCE = 100  # documents

type Feeding = dict[str, set[str]]  # the streams of each document


class When(NamedTuple):
    """As things were on a day, and as they were known on a day; None: no bound."""

    as_of: datetime | None = None
    known_on: datetime | None = None

    @property
    def moment(self) -> datetime | None:
        """The day one looks at."""
        return self.as_of or self.known_on

    @property
    def period(self) -> Period:
        return Period(until=self.as_of or EVER, known_until=self.known_on or EVER)

    def knows(self, entry: Written) -> bool:
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
        self._unlisted: set[str] = set()
        self._shelf = Shelf(model, library)
        self._from_today = False
        self.place = 0
        self.head = 0
        self.documents: dict[str, D] = {}
        self.listed: dict[str, Listed] = {}

    async def catch_up(self) -> None:
        """Fold what the establishment's log has beyond this place; others are let in between."""
        async with self._alone:
            self.head = await self._library.log.last(self._home)
            if not self.place:
                await self._begin()
            while self.place < self.head:
                share = await self._next()
                facts = list(zip(share.sequences, read_all(share.facts), strict=True))
                if self._from_today:
                    await self._touch([entry for _, entry in facts])
                    facts = []
                for begin in range(0, len(facts), BREATH):
                    self._fold(facts[begin : begin + BREATH])
                    await asyncio.sleep(0)
                self.place = share.place
            await self._put_right()
            await self._list()

    async def _next(self) -> Share:
        """Who somebody is, and what was wrong, does not change: what was found later was so."""
        model = self._model
        lasting = [*filter(is_correction, model.types), *(model.joining or ())[:2]]
        asked = self._home, self.place, AT_ONCE, model.types
        return await self._library.log.of_one(*asked, self._when.period, lasting)

    async def _begin(self) -> None:
        """From today, where that is near; else from the first fact."""
        asked = self._model, self._home, self._when.period, self.head, self._library
        if found := await nearby(*asked):
            self._from_today = True
            self.place, self.documents, self._together, touched = found
            self._unlisted = set(self.documents)
            self._again = {Key(self._home, one) for one in touched}

    async def _touch(self, facts: Sequence[Entry]) -> None:
        """What comes after today: the documents it speaks of are folded again."""
        model, home = self._model, self._home
        streams = {Key(home, one.subject) for one in facts if one.type in model.asking}
        known = await fed_by(model, streams, self._library)
        for one in facts:
            stream = Key(home, one.subject)
            its = known.get(stream, set()) | self._fed.get(stream, set())
            touched = touched_by(model, one, its)
            self._fed.setdefault(stream, set()).update(touched)
            if model.joining:
                model.joining.take(one, self._together)
            for key in touched:
                self._again |= {Key(home, key), Key(home, self.kept(key))}

    def behind(self, id: str) -> list[str]:
        return behind(self._home, id, self._together)

    def kept(self, id: str) -> str:
        return self._together.get((self._home, id), id)

    def _fold(self, placed: Sequence[Placed]) -> None:
        routed = routes(self._model, placed, self._fed, self._together)
        self._again |= routed.again
        for key, its in routed.each.items():
            if key not in self._again:
                self._evolve(key, its)

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
        self._unlisted.add(id)
        if document is None:
            self.documents.pop(id, None)
            self.listed.pop(id, None)
        else:
            self.documents[id] = document

    async def _list(self) -> None:
        """Once for all that a document went through."""
        for number, key in enumerate(self._unlisted & self.documents.keys()):
            self.listed[key] = self.documents[key].listed()
            if number % BREATH == 0:
                await asyncio.sleep(0)
        self._unlisted.clear()

    async def _put_right(self) -> None:
        """What corrections and mergers touch is folded from all its streams."""
        again = sorted(self._again)
        for key in filter(self._together.__contains__, again):
            self._put(key.id, None)
        shown = [key.id for key in again if key not in self._together]
        feeding = self._feeding() if shown and not self._from_today else {}
        for begin in range(0, len(shown), REFOLDED_AT_ONCE):
            await self._put_some_right(shown[begin : begin + REFOLDED_AT_ONCE], feeding)
        self._again = set()

    async def _put_some_right(self, shown: Sequence[str], feeding: Feeding) -> None:
        files = {one: [one, *self.behind(one)] for one in shown}
        if self._from_today:
            feeding = await self._fed_today([one for ids in files.values() for one in ids])
        streams = {
            one: {*ids, *(stream for each in ids for stream in feeding.get(each, ()))}
            for one, ids in files.items()
        }
        told: dict[str, list[Told]] = {}
        for fact in await self._library.log.of_streams(
            self._home, sorted(set().union(*streams.values()))
        ):
            told.setdefault(str(fact.stream), []).append(fact)
        for one, its in streams.items():
            facts = sorted(
                (fact for stream in its for fact in told.get(stream, ())),
                key=attrgetter("position"),
            )
            self._put(one, self._refolded(one, facts))
            await asyncio.sleep(0)

    def _feeding(self) -> Feeding:
        feeding: Feeding = {}
        for stream, fed in self._fed.items():
            for one in fed:
                feeding.setdefault(one, set()).add(stream.id)
        return feeding

    async def _fed_today(self, ids: Sequence[str]) -> Feeding:
        """As the lists know it, and as facts say that these have not read yet."""
        feeding = self._feeding()
        for one, streams in (await self._shelf.feeding_each(self._home, ids)).items():
            feeding.setdefault(one, set()).update(streams)
        return feeding

    def _refolded(self, key: str, told: Sequence[Told]) -> D | None:
        try:
            return refolded(self._model, key, told, self._when, self.place)
        except Exception:
            log.warning("a past document of %s cannot be folded: %s", self._model.name, key)
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


def differing(was: Past[Any], known: Past[Any]) -> list[tuple[str, str | None, str | None]]:
    """What stood otherwise than was known then: the document, its state, and that one knew of."""

    def standing(past: Past[Any]) -> dict[str, str]:
        return {key: listed.state for key, listed in past.listed.items() if listed.state}

    one, other = standing(was), standing(known)
    keys: Collection[str] = sorted(one.keys() | other.keys())
    return [(key, one.get(key), other.get(key)) for key in keys if one.get(key) != other.get(key)]

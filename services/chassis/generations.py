"""One generation of a read model, moved along the log: a batch is folded, the last one is kept."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import aclosing
from itertools import islice

import msgspec

from services.chassis.changes import Batch, Change, Key, Parked
from services.chassis.documents import Documents
from services.chassis.entries import Counted, counted, read_all
from services.chassis.folding import Document, ReadModel
from services.chassis.joining import Together, behind
from services.chassis.library import Library
from services.chassis.road import LaterVersion as LaterVersion
from services.chassis.road import Stretch
from services.chassis.routing import Placed, routes
from services.chassis.tracing import passed
from services.chassis.working import Bell

log = logging.getLogger(__name__)

BREATH = 250
HELD = 20_000
WRITTEN_AT_ONCE = 1000


class Progress(Bell):
    """How far readers of one read model can see, of each source; rings when it is further."""

    def __init__(self) -> None:
        super().__init__()
        self.reached: dict[str, int] = {}

    def come_to(self, reached: Mapping[str, int]) -> None:
        """What each source had said by then is stored, and to be seen."""
        self.reached |= reached
        self.ring()


class Generation[D: Document]:
    """The documents of one read model as of one place in the log.

    It holds in memory what it wrote, so one object moves a generation, and is thrown away
    as soon as another has moved it.
    """

    def __init__(self, number: int, model: ReadModel[D], library: Library, moved: Progress) -> None:
        self.number = number
        self._model = model
        self._documents = Documents(model.name, library)
        self._log = library.log
        self._moved = moved
        self._held: dict[Key, D | None] = {}
        self._unwritten: dict[Key, D | None] = {}  # who changed longest ago comes first
        self._held_back = 0
        self._holds_all = False
        self._parked: set[Key] | None = None
        self._together: Together | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._place: int | None = None

    async def catch_up(self, at_once: int, held_back: int = 0) -> None:
        """Fold what the log has beyond this place.

        While one batch is folded, PostgreSQL keeps the one before and finds the next. `held_back`:
        so many documents may stay unwritten until the end, where nobody reads this generation yet.
        Raises Overtaken, LaterVersion.
        """
        if self._place is None:
            self._place = await self._documents.place(self.number)
            self._holds_all = self._place == 0
        self._held_back = held_back
        try:
            along = self._log.along(self._place, at_once, self._model.types, self._model.names)
            async with aclosing(along) as stretches:
                async for stretch in stretches:
                    await self._keep_next(self._place, await self._fold(stretch), stretch)
                    self._place = stretch.place
            while self._unwritten:
                await self._keep_next(self._place, Batch(self._changes(WRITTEN_AT_ONCE)))
        finally:
            await self._kept()

    async def refold(self, key: Key) -> None:
        """Fold one parked document again. Raises whatever its folds raise, and Overtaken."""
        place = await self._documents.place(self.number)
        document = self._model.refold(key.id, await self._told(key, place))
        batch = Batch([self._change(key, document)], mended=[key])
        await self._documents.advance(self.number, place, batch)

    async def _keep_next(self, place: int, batch: Batch, stretch: Stretch | None = None) -> None:
        await self._kept()
        self._keeping = asyncio.create_task(self._keep(place, batch, stretch))

    async def _keep(self, place: int, batch: Batch, stretch: Stretch | None) -> None:
        if stretch is None:
            return await self._documents.advance(self.number, place, batch)
        began = time.time_ns()
        await self._documents.advance(self.number, place, batch, stretch.place, stretch.reached)
        self._moved.come_to(stretch.reached)
        passed("insights", f"show {self._model.name}", stretch.bodies(), began)
        return None

    async def _kept(self) -> None:
        """From here on, the database has whatever was folded."""
        keeping, self._keeping = self._keeping, None
        if keeping:
            await keeping

    async def _fold(self, stretch: Stretch) -> Batch:
        entries = list(zip(stretch.positions, read_all(stretch.facts), strict=True))
        if not entries:
            return Batch([])
        asking = self._model.asking
        streams = {
            Key(entry.establishment, entry.subject) for _, entry in entries if entry.type in asking
        }
        together, fed = await self._known_together(), await self._fed_by(streams)
        each, links, again, joined = routes(self._model, entries, fed, together)
        parked = await self._known_as_parked()
        passed_over = parked & each.keys()
        for key in passed_over | again:
            each.pop(key, None)
        changed, aside = await self._evolved(each)
        refolded, unlinked, more = await self._refolded(again, stretch.place, links)
        changed |= refolded
        self._held |= changed
        for key in changed:
            self._unwritten.pop(key, None)
        self._unwritten |= changed
        changes = self._changes(len(self._unwritten) - self._held_back)
        mended = [key for key in again & parked if key in changed]
        aside += more
        self._parked = parked.difference(mended).union(one.key for one in aside)
        return Batch(changes, links, aside, mended, unlinked, passed_over - again, joined)

    async def _fed_by(self, streams: Collection[Key]) -> dict[Key, set[str]]:
        if not streams:
            return {}
        await self._kept()
        return await self._documents.feeds(self.number, streams)

    async def _known_as_parked(self) -> set[Key]:
        """Whoever mends one behind our back is noticed when its facts are passed over."""
        if self._parked is None:
            self._parked = await self._documents.parked(self.number)
        return self._parked

    async def _known_together(self) -> Together:
        """Whoever moves this generation on knows of every change since."""
        if self._together is None:
            self._together = await self._documents.joined(self.number)
        return self._together

    async def _evolved(
        self, each: Mapping[Key, Sequence[Placed]]
    ) -> tuple[dict[Key, D | None], list[Parked]]:
        """A document that cannot be folded stays as it was, and the rest goes on."""
        before = await self._before(each)
        changed: dict[Key, D | None] = {}
        aside: list[Parked] = []
        folded = 0
        for key, its in each.items():
            document, position = before[key], 0
            try:
                for position, entry in its:  # noqa: B007 - who fails is said where
                    document = self._model.evolve(key.id, document, entry)
            except Exception as error:
                aside.append(self._aside(key, position, error))
            if document is not before[key]:
                changed[key] = document
            folded += len(its)
            if folded > BREATH:
                folded = 0
                await asyncio.sleep(0)
        return changed, aside

    async def _before(self, keys: Collection[Key]) -> dict[Key, D | None]:
        """The documents as they are, from memory where they were written last."""
        if len(self._held) > HELD:
            await self._kept()
            self._held = dict(self._unwritten)
            self._holds_all = False
        if missing := [key for key in keys if key not in self._held]:
            bodies = {} if self._holds_all else await self._documents.read(self.number, missing)
            for key in missing:
                body = bodies.get(key)
                self._held[key] = self._model.read(body) if body else None
        return {key: self._held[key] for key in keys}

    async def _refolded(
        self, again: Collection[Key], until: int, links: Collection[tuple[str, Key]]
    ) -> tuple[dict[Key, D | None], list[tuple[str, Key]], list[Parked]]:
        """These documents with all corrections, and the streams that no longer feed them."""
        refolded: dict[Key, D | None] = {}
        unlinked: list[tuple[str, Key]] = []
        aside: list[Parked] = []
        if again:
            await self._kept()
        for key in again:
            if key in (self._together or ()):
                refolded[key] = None  # whoever it stands behind is shown
                continue
            try:
                told = await self._told(key, until, links)
                refolded[key] = self._model.refold(key.id, told)
                unlinked += ((stream, key) for stream in self._model.unfed(key.id, told))
            except Exception as error:
                aside.append(self._aside(key, until, error))
        return refolded, unlinked, aside

    async def _told(
        self, key: Key, until: int, links: Iterable[tuple[str, Key]] = ()
    ) -> list[Counted]:
        """What the ledger holds of all streams that feed a document, up to a place in the log."""
        home, together = key.establishment, await self._known_together()
        ids = [key.id, *behind(home, key.id, together)]
        streams = await self._documents.streams_of(self.number, home, ids)
        streams += [stream for stream, fed in links if fed.establishment == home and fed.id in ids]
        told = await self._log.of_streams(home, streams, until)
        return counted([one.body for one in told])

    def _aside(self, key: Key, position: int, error: Exception) -> Parked:
        log.warning("a document of %s cannot be folded: %s", self._model.name, key.id)
        return Parked(key, position, said(error))

    def _changes(self, most: int) -> list[Change]:
        """Of what is still to be written, that which has waited longest."""
        some = list(islice(self._unwritten, max(0, most)))
        return [self._change(key, self._unwritten.pop(key)) for key in some]

    def _change(self, key: Key, document: D | None) -> Change:
        if document is None:
            return Change(key, Document(id=key.id, establishment="").listed(), None)
        return Change(key, document.listed(), msgspec.json.encode(document))


def said(error: Exception) -> str:
    """In a few words, for whoever operates."""
    return f"{type(error).__name__}: {error}"[:500]

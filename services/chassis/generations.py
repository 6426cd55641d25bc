"""One generation of a read model, moved along the log: a batch is folded, the last one is kept."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from contextlib import aclosing

import msgspec

from services.chassis.changes import Batch, Change, Key, Parked
from services.chassis.documents import Documents
from services.chassis.folding import Counted, Document, ReadModel, counted, read
from services.chassis.joining import Together, behind
from services.chassis.library import Library
from services.chassis.log import Row
from services.chassis.routing import Placed, routes
from services.chassis.tracing import passed
from services.chassis.working import Bell

log = logging.getLogger(__name__)

BREATH = 250
HELD = 20_000


class LaterVersion(Exception):
    """This release does not know that version of a fact, and must not skip it."""


class Progress(Bell):
    """How far readers of one read model can see, of each source; rings when it is further."""

    def __init__(self) -> None:
        super().__init__()
        self.reached: dict[str, int] = {}

    def come_to(self, rows: Sequence[Row]) -> None:
        """These rows are stored, and to be seen."""
        self.reached |= {row.source: row.source_position for row in rows}
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
        self._parked: set[Key] | None = None
        self._together: Together | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._place: int | None = None

    async def catch_up(self, at_once: int) -> None:
        """Fold what the log has beyond this place.

        While one batch is folded, PostgreSQL keeps the one before and finds the next.
        Raises Overtaken, LaterVersion.
        """
        if self._place is None:
            self._place = await self._documents.place(self.number)
        try:
            async with aclosing(self._pages(self._place, at_once)) as pages:
                async for rows in pages:
                    batch = await self._fold(rows)
                    await self._kept()
                    self._keeping = asyncio.create_task(self._keep(self._place, rows, batch))
                    self._place = rows[-1].position
        finally:
            await self._kept()

    async def refold(self, key: Key) -> None:
        """Fold one parked document again. Raises whatever its folds raise, and Overtaken."""
        place = await self._documents.place(self.number)
        document = self._model.refold(key.id, await self._told(key, place))
        batch = Batch([self._change(key, document)], mended=[key])
        await self._documents.advance(self.number, place, [], batch)

    async def _pages(self, place: int, at_once: int) -> AsyncGenerator[list[Row]]:
        """The next is asked for while one is worked on. Raises LaterVersion."""
        types = self._model.types
        coming = asyncio.create_task(self._log.after(place, at_once, types))
        more = True
        try:
            while more and (found := await coming):
                rows = self._known(found)
                more = len(found) == at_once or len(rows) < len(found)
                if more:
                    position = rows[-1].position
                    coming = asyncio.create_task(self._log.after(position, at_once, types))
                yield rows
        finally:
            coming.cancel()

    def _known(self, rows: list[Row]) -> list[Row]:
        """The rows before one that must not be skipped. Raises LaterVersion if it is the first."""
        unread = {row.type for row in rows if row.body is None}
        if later := set(filter(self._model.is_of_a_later_version, unread)):
            first = next(number for number, row in enumerate(rows) if row.type in later)
            if first == 0:
                raise LaterVersion(f"{rows[0].type} at {rows[0].position}")
            return rows[:first]
        return rows

    async def _keep(self, place: int, rows: Sequence[Row], batch: Batch) -> None:
        began = time.time_ns()
        await self._documents.advance(self.number, place, rows, batch)
        self._moved.come_to(rows)
        shown = (row.body for row in rows if row.body is not None)
        passed("insights", f"show {self._model.name}", shown, began)

    async def _kept(self) -> None:
        """From here on, the database has whatever was folded."""
        keeping, self._keeping = self._keeping, None
        if keeping:
            await keeping

    async def _fold(self, rows: Sequence[Row]) -> Batch:
        entries = [(row.position, read(row.body)) for row in rows if row.body is not None]
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
        refolded, unlinked, more = await self._refolded(again, rows[-1].position, links)
        changed |= refolded
        self._held |= changed
        changes = [self._change(key, document) for key, document in changed.items()]
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
            self._held.clear()
        if missing := [key for key in keys if key not in self._held]:
            bodies = await self._documents.read(self.number, missing)
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

    def _change(self, key: Key, document: D | None) -> Change:
        if document is None:
            return Change(key, Document(id=key.id, establishment="").listed(), None)
        return Change(key, document.listed(), msgspec.json.encode(document))


def said(error: Exception) -> str:
    """In a few words, for whoever operates."""
    return f"{type(error).__name__}: {error}"[:500]

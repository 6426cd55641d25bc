"""The pasts that were asked for last, kept at hand; and where what was is not what was known."""

from __future__ import annotations

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import Mapping
from typing import Annotated, Any, NamedTuple
from uuid import UUID

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse

from services.chassis.domain import NotFound
from services.chassis.folding import Document, ReadModel
from services.chassis.http import By
from services.chassis.library import Library
from services.chassis.moments import until
from services.chassis.reading import Shelf
from services.chassis.refusing import problem
from services.insights.past import Past, When, differing, refolded
from services.insights.shelved import PastShelf

AT_HAND = 12  # pasts, over all establishments
MOST = 250_000  # documents in all of them
PATIENCE = 3.0  # seconds
DIFFERENCES = 500

type Day = Annotated[str | None, Query(max_length=40)]


async def when(as_of: Day = None, known_on: Day = None) -> When:
    """Partial dates or instants; a day counts to its end. Raises NotADate."""
    return When(*(until(words) if words else None for words in (as_of, known_on)))


type Then = Annotated[When, Depends(when)]


class Coming(NamedTuple):
    """How far a past is read."""

    place: int
    head: int

    def said(self) -> JSONResponse:
        """Asked again, it will be further."""
        answer = problem(
            409, "StillReading", "This day is still being read.", place=self.place, head=self.head
        )
        answer.headers["Retry-After"] = "1"
        return answer


class Pasts:
    """Read once and then at hand: who asks again, or asks for the next page, waits no more."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._known: OrderedDict[tuple[str, str, When], Past[Any]] = OrderedDict()
        self._reading: dict[int, asyncio.Task[None]] = {}

    async def read[D: Document](
        self, model: ReadModel[D], home: str, then: When
    ) -> Past[D] | Coming:
        """The documents of that day; how far one is, where they are long to read."""
        key = (home, model.name, then)
        past: Past[D] = self._known.get(key) or Past(model, home, then, self._library)
        self._known[key] = past
        self._known.move_to_end(key)
        going = self._reading.get(id(past))
        if going is None:
            going = self._reading[id(past)] = asyncio.create_task(self._read(past))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(going), PATIENCE)
        return past if going.done() else Coming(past.place, past.head)

    async def _read(self, past: Past[Any]) -> None:
        try:
            await past.catch_up()
        finally:
            del self._reading[id(past)]
            self._let_go()

    def _let_go(self) -> None:
        """Those that nobody asked for lately."""
        while len(self._known) > AT_HAND or (
            len(self._known) > 1 and sum(len(one.documents) for one in self._known.values()) > MOST
        ):
            self._known.popitem(last=False)

    async def shelf[D: Document](
        self, live: Shelf[D], model: ReadModel[D], home: str, then: When
    ) -> Shelf[D] | PastShelf[D] | Coming:
        """What is live where no day is asked for."""
        if not any(then):
            return live
        past = await self.read(model, home, then)
        return past if isinstance(past, Coming) else PastShelf(past)

    async def record[D: Document](
        self, model: ReadModel[D], live: Shelf[D], home: str, key: UUID, then: When
    ) -> D:
        """One document, from its own facts alone. Raises NotFound where it was not yet."""
        streams = await live.streams_of(home, str(key))
        told = await self._library.log.of_streams(home, streams)
        document = refolded(model, str(key), told, then)
        if document is None or not document.state:
            raise NotFound
        return document


def differences(pasts: Pasts, models: Mapping[str, ReadModel[Any]]) -> APIRouter:
    api = APIRouter(tags=["read models"])

    @api.get("/pasts/{name}")
    async def list_pasts(name: str, by: By, day: Annotated[str, Query(max_length=40)]) -> Response:
        """What was so on a day, as one knows today, beside what one knew then: `was` and `knew`."""
        if name not in models or by.own:
            raise NotFound
        moment = until(day)
        was = await pasts.read(models[name], by.establishment, When(as_of=moment))
        if isinstance(was, Coming):
            return was.said()
        knew = await pasts.read(models[name], by.establishment, When(known_on=moment))
        if isinstance(knew, Coming):
            return knew.said()
        found = differing(was, knew)
        items = [{"id": key, "was": one, "knew": other} for key, one, other in found[:DIFFERENCES]]
        said = {"was": counts(was), "knew": counts(knew), "count": len(found), "items": items}
        return Response(msgspec.json.encode(said), media_type="application/json")

    return api


def counts(past: Past[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for listed in past.listed.values():
        if listed.state:
            found[listed.state] = found.get(listed.state, 0) + 1
    return found

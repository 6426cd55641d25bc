"""Which number comes next: asked of the store once, then counted; the store has the last word."""

from __future__ import annotations

import asyncio
from uuid import UUID

from services.chassis.store import Store
from services.intake.domain.numbering import Number

PAGE = 500


class Numbers:
    """Two that ask at the same moment get two numbers; those of another process are passed by."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: dict[tuple[str, int], int] = {}
        self._asking = asyncio.Lock()

    async def give_next(self, establishment: str, year: int, request: UUID) -> Number:
        """The next number that is free. Saving it raises Conflict if it was taken meanwhile."""
        while True:
            number = await self._next(establishment, year)
            if given := await self.give(establishment, year, number, request):
                return given

    async def give(
        self, establishment: str, year: int, number: int, request: UUID
    ) -> Number | None:
        """This number, unless it is taken."""
        given = Number.give(establishment, year, number, request)
        taken = await self._store.read_stream(establishment, given.id)
        return None if taken else given

    async def _next(self, establishment: str, year: int) -> int:
        key = establishment, year
        async with self._asking:
            if key not in self._last:
                self._last[key] = await self._last_taken(establishment, year)
        self._last[key] += 1
        return self._last[key]

    async def _last_taken(self, establishment: str, year: int) -> int:
        last, first = 0, 1
        while first <= last + 1:
            page = {
                Number.id_for(establishment, year, number): number
                for number in range(first, first + PAGE)
            }
            taken = await self._store.streams_among(establishment, list(page))
            last, first = max((page[stream] for stream in taken), default=last), first + PAGE
        return last

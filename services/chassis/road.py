"""The log as whoever follows it reads it: from one place on, in stretches, to the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Collection, Iterator
from typing import NamedTuple

import msgspec

from services.chassis.database import Pool

# One row, whatever its length: to send and to take thousands of them costs as much as to fold them.
AFTER = """
select max(position) as place, count(*) as size, min(position) filter (where later) as stop,
    (array_agg(type) filter (where later))[1] as later,
    array_agg(position) filter (where heard) as positions,
    string_agg(body, ',') filter (where heard) as bodies,
    array_agg(source) as sources, array_agg(source_position) as places
from (
    select position, type, body, source, source_position, type = any($3) as heard,
        not type = any($3) and rtrim(type, '0123456789') = any($4) as later
    from ledger.log where position > $1 order by position limit $2
) as rows
"""
_each = msgspec.json.Decoder(list[msgspec.Raw]).decode


class LaterVersion(Exception):
    """This release does not know that version of a fact, and must not skip it."""


class Stretch(NamedTuple):
    """What the log has beyond a place: how far it goes, and the facts that its reader listens to.

    `facts` is a JSON array; at `stop` is a fact that must not be skipped, of the type `later`.
    """

    place: int
    size: int
    stop: int | None
    later: str | None
    positions: list[int]
    facts: bytes
    reached: dict[str, int]  # of each source

    def bodies(self) -> Iterator[bytes]:
        yield from map(bytes, _each(self.facts))


class Road:
    """From the first fact of all services to the last."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def after(
        self, place: int, limit: int, types: Collection[str], names: Collection[str] = ()
    ) -> Stretch | None:
        """The next so many facts, of these types with their bodies; None at the end."""
        row = await self._pool.fetchrow(AFTER, place, limit, types, names)
        assert row
        last, size, stop, later, positions, bodies, sources, places = row
        if not size:
            return None
        reached = dict(zip(sources, places, strict=True))  # of each the last
        facts = b"[%b]" % (bodies or b"")
        return Stretch(last, size, stop, later, positions or [], facts, reached)

    async def along(
        self, place: int, at_once: int, types: Collection[str], names: Collection[str]
    ) -> AsyncGenerator[Stretch]:
        """To the end; the next is asked for while one is worked on.

        `names`: types up to the `.v`; a version that is none of `types` must not be skipped.
        Raises LaterVersion.
        """
        coming = asyncio.create_task(self.after(place, at_once, types, names))
        more = True
        try:
            while more and (found := await coming):
                more = found.size == at_once
                if found.stop is not None:
                    found = await self._before(found.stop, found.later, place, types)
                    more = True
                place = found.place
                if more:
                    coming = asyncio.create_task(self.after(place, at_once, types, names))
                yield found
        finally:
            coming.cancel()

    async def _before(
        self, stop: int, later: str | None, place: int, types: Collection[str]
    ) -> Stretch:
        """What comes before that: positions have no gaps."""
        known = await self.after(place, stop - place - 1, types)
        if known is None:
            raise LaterVersion(f"{later} at {stop}")
        return known

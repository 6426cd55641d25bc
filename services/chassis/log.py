"""The ledger's log, as readers may see it: facts in the one order of all services."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from services.chassis.database import Pool

AFTER = """
select position, source, source_position, type, case when type = any($3) then body end
from ledger.log where position > $1 order by position limit $2
"""
OF_STREAMS = """
select stream, position, sequence, body from ledger.log
where establishment = $1 and stream = any($2::uuid[]) and position <= $3 order by position
"""
ALL = 2**62


class Row(NamedTuple):
    """A place in the log; the fact itself where its reader listens to its kind."""

    position: int
    source: str
    source_position: int
    type: str
    body: bytes | None


class Told(NamedTuple):
    """A fact in the history of its stream; `sequence` is its place in the establishment's tree."""

    stream: UUID
    position: int
    sequence: int
    body: bytes


class Log:
    """Read through a granted view by `log_reader`, who can change nothing."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def head(self) -> int:
        """The position of the last fact; 0 where there is none."""
        return await self._pool.fetchval("select max(position) from ledger.log") or 0

    async def after(self, place: int, limit: int, types: Collection[str]) -> list[Row]:
        return list(map(Row._make, await self._pool.fetch(AFTER, place, limit, types)))

    async def of_streams(
        self, establishment: str, streams: Sequence[str], until: int = ALL
    ) -> list[Told]:
        """All facts of these streams up to a position: its cost grows with them alone."""
        rows = await self._pool.fetch(OF_STREAMS, establishment, streams, until)
        return list(map(Told._make, rows))

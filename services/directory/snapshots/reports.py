"""What is told of a run afterwards, or while it goes on: how far it is, and what was wrong."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from contracts.directory import SnapshotRefused, SnapshotReleased
from contracts.snapshots import MOST_TOLD, Decided, Report, Run, RunState, Trouble
from services.chassis.store import Store

NOTE = """
insert into snapshot_troubles (run, line, in_column, why)
select $1, * from unnest($2::int[], $3::text[], $4::text[])
on conflict (run, line) do update set in_column = excluded.in_column, why = excluded.why
"""
TROUBLES = """
select line, in_column as column, why from snapshot_troubles where run = $1 order by line limit $2
"""
PLACE = """
select moved, stopped, (select count(*) from snapshot_lines where run = $1) as seen
from snapshot_runs where id = $1
"""
STOP = "update snapshot_runs set stopped = $2, moved = now() where id = $1"
GO_ON = "update snapshot_runs set stopped = null, moved = now() where id = $1"
OVER = {RunState.TRIED, RunState.QUARANTINED, RunState.REFUSED, RunState.APPLIED}


class Reports:
    """Of every run."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def note(self, run: UUID, troubles: Iterable[Trouble]) -> None:
        """These lines changed nothing. Noting them again changes nothing."""
        rows = [(one.line, one.column, one.why) for one in troubles][:MOST_TOLD]
        if rows:
            await self._store.pool.execute(NOTE, run, *zip(*rows, strict=True))

    async def begin(self, run: UUID) -> None:
        """It is read anew."""
        await self._store.pool.execute("delete from snapshot_troubles where run = $1", run)
        await self._store.pool.execute(GO_ON, run)

    async def stop(self, run: UUID, why: str) -> None:
        """It goes no further."""
        await self._store.pool.execute(STOP, run, why)

    async def of(self, establishment: str, run: Run) -> Report:
        place = await self._store.pool.fetchrow(PLACE, run.id)
        assert place
        rows = await self._store.pool.fetch(TROUBLES, run.id, MOST_TOLD)
        return Report(
            run=run,
            seen=run.rows if run.state in OVER else place["seen"],
            moved=place["moved"],
            stopped=place["stopped"],
            decided=await self._decided(establishment, run.id),
            troubles=tuple(Trouble(**dict(one)) for one in rows),
        )

    async def _decided(self, establishment: str, run: UUID) -> Decided | None:
        said = (SnapshotReleased.type, SnapshotRefused.type)
        history = await self._store.read_stream(establishment, run)
        for fact in reversed(history):
            if fact.type in said:
                released = fact.type == SnapshotReleased.type
                return Decided(released=released, actor=fact.actor, at=fact.recordedtime)
        return None

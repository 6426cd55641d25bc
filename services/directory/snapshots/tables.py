"""The runs of nightly files, and what they come to, in tables that name nobody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from contracts.snapshots import Change, Changes, Counts, Run, RunAsked, RunState, Wanted
from services.chassis.database import Pool

WANTED_AT_ONCE = 5_000
OPEN = """
insert into snapshot_runs (id, establishment, source, name, sha256, rows, taken_at, state, dry,
    actor) values ($1, $2, $3, $4, $5, $6, $7, 'reading', $8, $9)
"""
OVERTAKE = """
update snapshot_runs set state = 'overtaken', ended = now()
where establishment = $1 and source = $2 and id <> $3 and state in ('reading', 'compared')
"""
FORGET_LINES = """
delete from snapshot_lines where run in (
    select id from snapshot_runs where establishment = $1 and source = $2 and ended is not null
)
"""
FORGET_WORK = FORGET_LINES.replace("snapshot_lines", "snapshot_work")
# Whoever waits in quarantine while another file is applied has waited too long.
LAST = """
select id, state from snapshot_runs as held
where establishment = $1 and source = $2 and sha256 = $3 and rows = $4 and (
    state = 'refused' or state in ('quarantined', 'released') and not exists (
        select from snapshot_runs as later where later.establishment = $1
        and later.source = $2 and later.state = 'applied' and later.number > held.number
    )
) order by number desc limit 1
"""
SHOWN = """
select id, name as source, sha256, rows, taken_at, state, dry, counts, actor, began, ended
from snapshot_runs
"""
ENTER = """
insert into snapshot_lines (run, line, who, digest, active)
select $1, * from unnest($2::int[], $3::bytea[], $4::bytea[], $5::boolean[])
on conflict (run, line) do nothing
"""
# Whoever has a line that cannot be read stays as they are, and so does whoever says the same.
COMPARE = """
with said as (
    select who, array_agg(line order by line) as lines, bool_or(active) as active,
        sha256(string_agg(digest, '' order by digest)) as digest
    from snapshot_lines where run = $1 group by who having bool_and(digest is not null)
), known as (
    select * from snapshot_people where establishment = $2 and source = $3
), changes as (
    select said.who, said.lines, known.staff, said.digest, case
        when known.active and not said.active then 'leaving'
        when known.who is null then 'joining' else 'changing'
    end as change
    from said left join known using (who)
    where known.digest is distinct from said.digest
    union all
    select who, '{}', staff, null, 'leaving' from known
    where active and $4 and not exists (
        select from snapshot_lines where run = $1 and snapshot_lines.who = known.who
    )
)
insert into snapshot_work (run, number, who, change, lines, staff, digest)
select $1, row_number() over (order by lines[1]), who, change, lines, staff, digest from changes
"""
COUNT = """
select (select count(*) from snapshot_people
        where establishment = $2 and source = $3 and active) as people,
    (select count(distinct who) from snapshot_lines where run = $1)
        - count(*) filter (where cardinality(lines) > 0)
        - (select count(distinct who) from snapshot_lines where run = $1 and digest is null)
        as same,
    count(*) filter (where change = 'joining') as joining,
    count(*) filter (where change = 'changing') as changing,
    count(*) filter (where change = 'leaving') as leaving
from snapshot_work where run = $1
"""
WANTED = """
select number, lines from snapshot_work
where run = $1 and not done and cardinality(lines) > 0 and number > $2 order by number limit $3
"""
TO_DO = """
select who, change from snapshot_work
join unnest($2::bytea[], $3::bytea[]) as told (who, digest) using (who, digest)
where run = $1 and not done
"""
STATED = """
insert into snapshot_people (establishment, source, who, staff, digest, active)
select $1, $2, * from unnest($3::bytea[], $4::uuid[], $5::bytea[], $6::boolean[])
on conflict (establishment, source, who)
do update set staff = excluded.staff, digest = excluded.digest, active = excluded.active
"""
MISSING = """
select who, staff from snapshot_work
where run = $1 and not done and cardinality(lines) = 0 order by number limit $2
"""
DONE = "update snapshot_work set done = true where run = $1 and who = any($2::bytea[])"
GONE = """
delete from snapshot_people where establishment = $1 and source = $2 and who = any($3::bytea[])
"""


class Seen(NamedTuple):
    """A line, as the tables have it."""

    line: int
    who: bytes
    digest: bytes | None
    active: bool


class Person(NamedTuple):
    """Somebody of whom a source has said something, and what that comes to."""

    who: bytes
    staff: UUID
    digest: bytes
    active: bool


class Runs:
    """Of every establishment."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def open(
        self, run: UUID, establishment: str, source: UUID, asked: RunAsked, actor: str
    ) -> None:
        """Nobody reads another file of this source from now on."""
        what = (asked.source, asked.sha256, asked.rows, asked.taken_at, asked.dry, actor)
        await self._pool.execute(OPEN, run, establishment, source, *what)
        await self.overtake(run, establishment, source)

    async def overtake(self, run: UUID, establishment: str, source: UUID) -> None:
        """Other files of this source are read no further, and what was read of them is let go."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(OVERTAKE, establishment, source, run)
            await connection.execute(FORGET_LINES, establishment, source)
            await connection.execute(FORGET_WORK, establishment, source)

    async def last(
        self, establishment: str, source: UUID, asked: RunAsked
    ) -> tuple[UUID, RunState] | None:
        """The run of the same file about which somebody had to decide, and what they decided."""
        row = await self._pool.fetchrow(LAST, establishment, source, asked.sha256, asked.rows)
        return (row["id"], RunState(row["state"])) if row else None

    async def empty(self, run: UUID) -> None:
        """What was read of the file is read again."""
        await self._pool.execute("delete from snapshot_lines where run = $1", run)
        await self._pool.execute("delete from snapshot_work where run = $1", run)

    async def shown(self, establishment: str, run: UUID | None = None) -> list[Run]:
        """This run, or all of them, the last one first."""
        which = "where establishment = $1 and ($2::uuid is null or id = $2)"
        limited = f"{SHOWN} {which} order by number desc limit 500"
        rows = await self._pool.fetch(limited, establishment, run)
        return [Run(**{**row, "counts": orjson.loads(row["counts"])}) for row in rows]

    async def enter(self, run: UUID, lines: Sequence[Seen]) -> None:
        await self._pool.execute(ENTER, run, *_columns(lines, 4))
        await self._pool.execute("update snapshot_runs set moved = now() where id = $1", run)

    async def lines_of(self, run: UUID) -> int:
        count = "select count(*) from snapshot_lines where run = $1"
        return int(await self._pool.fetchval(count, run))

    async def compare(
        self, run: UUID, establishment: str, source: UUID, *, missing_leave: bool
    ) -> dict[str, int]:
        """Put down who changes; how many of each kind there are."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(COMPARE, run, establishment, source, missing_leave)
            row = await connection.fetchrow(COUNT, run, establishment, source)
        return dict(row or {})

    async def say(self, run: UUID, state: RunState, counts: Counts, *, ended: bool = False) -> None:
        told = counts.model_dump_json(exclude_defaults=True)
        move = (
            "update snapshot_runs set state = $2, counts = $3, moved = now(),"
            " ended = case when $4 then now() end where id = $1"
        )
        await self._pool.execute(move, run, state, told, ended)

    async def wanted(self, run: UUID, after: int) -> Wanted:
        """The lines of whoever joins or changes, and was not stated yet."""
        rows = await self._pool.fetch(WANTED, run, after, WANTED_AT_ONCE)
        more = rows[-1]["number"] if len(rows) == WANTED_AT_ONCE else None
        return Wanted(people=tuple(tuple(row["lines"]) for row in rows), after=more)

    async def to_do(self, run: UUID, told: Sequence[tuple[bytes, bytes]]) -> dict[bytes, Change]:
        """What each of these changes who say what was read of them, where it is not done yet."""
        rows = await self._pool.fetch(TO_DO, run, *_columns(told, 2))
        return {row["who"]: Change(row["change"]) for row in rows}

    async def stated(
        self, run: UUID, establishment: str, source: UUID, people: Sequence[Person],
        done: Sequence[bytes],
    ) -> None:  # fmt: skip
        """These were stated, and these need not be asked for again."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(STATED, establishment, source, *_columns(people, 4))
            await connection.execute(DONE, run, done)

    async def missing(self, run: UUID, limit: int) -> dict[bytes, UUID]:
        """Some of those who are in no line and have not left yet."""
        return dict(map(tuple, await self._pool.fetch(MISSING, run, limit)))

    async def left(
        self, run: UUID, establishment: str, source: UUID, people: Sequence[bytes]
    ) -> None:
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(GONE, establishment, source, people)
            await connection.execute(DONE, run, people)

    async def changes(self, run: UUID, change: Change, after: int, limit: int) -> Changes:
        what = "select staff, lines from snapshot_work where run = $1 and change = $2"
        page = "and number > $3 order by number limit $4"
        rows = await self._pool.fetch(f"{what} {page}", run, change, after, limit)
        return Changes(
            staff=tuple(row["staff"] for row in rows if row["staff"]),
            lines=tuple(row["lines"][0] for row in rows if not row["staff"]),
        )


def _columns(rows: Sequence[Sequence[Any]], count: int) -> Sequence[Sequence[Any]]:
    return tuple(zip(*rows, strict=True)) if rows else ((),) * count

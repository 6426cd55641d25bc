"""The ledger's log, as readers may see it: facts in the one order of all services."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from services.chassis.road import Road

OF_STREAMS = """
select stream, position, sequence, body from ledger.log
where establishment = $1 and stream = any($2::uuid[]) and position <= $3 order by position
"""
# In the order it happened, or in which it was entered. Nothing recorded after a moment was entered
# before it, so a checkpoint of the time before says where to begin; clocks may differ a little.
HAPPENED = """
select stream, position, sequence, body, time from ledger.log
where establishment = $1 and (time, sequence) > ($2, $3) and time <= $4
    and recordedtime > $5 and recordedtime <= $6 order by time, sequence limit $7
"""
ENTERED = """
select stream, position, sequence, body, time from ledger.log
where establishment = $1 and sequence > greatest($3::bigint, (
    select max(size) from ledger.sealed
    where establishment = $1 and at < $5::timestamptz - interval '1 hour'
)) and time > $2 and time <= $4 and recordedtime > $5 and recordedtime <= $6
order by sequence limit $7
"""
# Of these things, and of what is part of them, in the intervals in which it is.
AMONG = """
with recursive part (stream, since, until) as (
    select subject, 0::bigint, null::bigint from unnest($8::uuid[]) as subject
    union
    select parts.stream, parts.since, parts.until
    from ledger.parts join part on subject = part.stream
    where establishment = $1 and how <> 'effect'
)
select distinct log.time, log.sequence, log.stream, position, body
from part join ledger.log on establishment = $1 and log.stream = part.stream
    and log.sequence >= since and (until is null or log.sequence <= until)
where {after} and log.time <= $4
    and recordedtime > $5 and recordedtime <= $6 order by {order} limit $7
"""
HAPPENED_AMONG = AMONG.format(
    after="(log.time, log.sequence) > ($2, $3)", order="log.time, log.sequence"
)
ENTERED_AMONG = AMONG.format(after="log.time > $2 and log.sequence > $3", order="log.sequence")
CORRECTING = """
select stream, position, sequence, body from ledger.log
where establishment = $1 and stream = any($2::uuid[]) and type like '%.Fact%ed.v1' order by sequence
"""
THESE = """
select stream, position, sequence, body from ledger.log
where establishment = $1 and id = any($2::uuid[]) order by sequence
"""
EFFECTS = """
select log.stream, position, sequence, body from ledger.parts join ledger.log
on log.establishment = $1 and sequence = since
where parts.establishment = $1 and subject = any($2::uuid[]) and how = 'effect'
order by sequence limit $3
"""
# Between two bounds, since sequences have no gaps: asked for the first so many beyond one, whoever
# plans and takes establishments for small reads all there are, and sorts them, each time.
OF_ONE = """
select max(sequence) as place, array_agg(sequence) filter (where heard) as sequences,
    string_agg(body, ',') filter (where heard) as bodies
from (
    select sequence, body, type = any($3) and recordedtime <= $6
        and (time <= $5 or type = any($7)) as heard
    from ledger.log where establishment = $1 and sequence > $2 and sequence <= $2 + $4::int
    order by sequence
) as rows
"""
HAPPENED_AFTER = """
select body from ledger.log
where establishment = $1 and time > $2 and sequence <= $3 and type = any($4) limit $5
"""
KNOWN_AFTER = """
select body from ledger.log
where establishment = $1 and recordedtime > $2 and sequence <= $3 and type = any($4)
    and sequence > coalesce((
        select max(size) from ledger.sealed
        where establishment = $1 and at < $2::timestamptz - interval '1 hour'
    ), 0)
limit $5
"""
SEQUENCE_AT = """
select sequence from ledger.log where establishment = $1 and position <= $2
order by sequence desc limit 1
"""
ALL = 2**62
EVER, NEVER = datetime(9999, 12, 30, tzinfo=UTC), datetime(1, 1, 2, tzinfo=UTC)


class Share(NamedTuple):
    """Some of an establishment's facts, as a JSON array, and how far one has looked for them."""

    place: int
    sequences: list[int]
    facts: bytes


class Told(NamedTuple):
    """A fact in the history of its stream; `sequence` is its place in the establishment's tree."""

    stream: UUID
    position: int
    sequence: int
    body: bytes


class Period(NamedTuple):
    """What happened after a moment and until another, of what was known by then: exact instants."""

    since: datetime = NEVER
    until: datetime = EVER
    known_since: datetime = NEVER
    known_until: datetime = EVER


class Place(NamedTuple):
    """Where a page of what happened ends."""

    time: datetime
    sequence: int


class Log(Road):
    """Read through a granted view by `log_reader`, who can change nothing."""

    async def head(self) -> int:
        """The position of the last fact; 0 where there is none."""
        return await self._pool.fetchval("select max(position) from ledger.log") or 0

    async def of_streams(
        self, establishment: str, streams: Sequence[str], until: int = ALL
    ) -> list[Told]:
        """All facts of these streams up to a position: its cost grows with them alone."""
        rows = await self._pool.fetch(OF_STREAMS, establishment, streams, until)
        return list(map(Told._make, rows))

    async def last(self, establishment: str) -> int:
        """The sequence of an establishment's last fact; 0 where there is none."""
        asked = "select max(sequence) from ledger.log where establishment = $1"
        return await self._pool.fetchval(asked, establishment) or 0

    async def of_one(
        self, establishment: str, after: int, limit: int, types: Collection[str],
        period: Period, lasting: Collection[str],
    ) -> Share:  # fmt: skip
        """Of an establishment's next facts beyond a sequence, those of these types by then.

        When facts of `lasting` types happened does not matter, only when they were known.
        """
        bounds = period.until, period.known_until
        row = await self._pool.fetchrow(
            OF_ONE, establishment, after, types, limit, *bounds, lasting
        )
        assert row
        place, sequences, bodies = row
        return Share(place or after, sequences or [], b"[%b]" % (bodies or b""))

    async def happened_after(
        self, establishment: str, moment: datetime, until: int, types: Collection[str], limit: int
    ) -> list[bytes]:
        """What is said, up to a sequence, to have happened later; in no order."""
        asked = establishment, moment, until, types, limit
        return [body for (body,) in await self._pool.fetch(HAPPENED_AFTER, *asked)]

    async def known_after(
        self, establishment: str, moment: datetime, until: int, types: Collection[str], limit: int
    ) -> list[bytes]:
        """What was recorded later, up to a sequence; in no order."""
        asked = establishment, moment, until, types, limit
        return [body for (body,) in await self._pool.fetch(KNOWN_AFTER, *asked)]

    async def sequence_at(self, establishment: str, position: int) -> int:
        """How many facts an establishment had at a place of the whole log."""
        return await self._pool.fetchval(SEQUENCE_AT, establishment, position) or 0

    async def page(
        self, establishment: str, period: Period, after: Place | None, limit: int,
        *, as_entered: bool = False, of: Collection[str] = (),
    ) -> list[tuple[Told, datetime]]:  # fmt: skip
        """A page of what happened, with the moments; `of`: of these things alone."""
        since = after.time if after and not as_entered else period.since
        begins = 0 if as_entered else ALL  # whatever happened at that very moment is not after it
        asked = establishment, since, after.sequence if after else begins, period.until
        more = *asked, period.known_since, period.known_until, limit
        if of:
            among = ENTERED_AMONG if as_entered else HAPPENED_AMONG
            rows = await self._pool.fetch(among, *more, sorted(of))
        else:
            rows = await self._pool.fetch(ENTERED if as_entered else HAPPENED, *more)
        return [
            (Told(row["stream"], row["position"], row["sequence"], row["body"]), row["time"])
            for row in rows
        ]

    async def corrections(self, establishment: str, streams: Collection[UUID]) -> list[Told]:
        """What was corrected or annulled in these streams."""
        rows = await self._pool.fetch(CORRECTING, establishment, sorted(streams))
        return list(map(Told._make, rows))

    async def these(self, establishment: str, ids: Collection[UUID]) -> list[Told]:
        rows = await self._pool.fetch(THESE, establishment, sorted(ids))
        return list(map(Told._make, rows))

    async def effects(self, establishment: str, causes: Collection[UUID], most: int) -> list[Told]:
        """What these facts led to at once."""
        rows = await self._pool.fetch(EFFECTS, establishment, sorted(causes), most)
        return list(map(Told._make, rows))

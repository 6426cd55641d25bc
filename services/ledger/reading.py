"""The history as it is read: of a person, a request or a stream, as of any day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from importlib import import_module
from typing import NamedTuple
from uuid import UUID

import orjson

from contracts import ANNOUNCING
from contracts.envelope import Envelope
from services.chassis.correcting import effective
from services.chassis.database import acting_as
from services.chassis.moments import HERE, NotADate
from services.ledger.book import Book

ENTRIES = """
select sequence, body from entries where establishment = $1 and sequence > $2
order by sequence limit $3
"""
ENTRY = "select sequence, body from entries where establishment = $1 and id = $2"
OF_STREAM = """
select sequence, body from entries where establishment = $1 and stream = $2 order by sequence
"""
# A person's own involvements bring their plans and surveys; a request of theirs does not bring
# the involvements of others.
OF_PERSON = """
with recursive part (stream, since, until, own) as (
    select file, 0::bigint, null::bigint, true from unnest($2::uuid[]) as file
    union
    select stream, since, until, how = 'named' from stories
    where establishment = $1 and subject = any($2::uuid[]) and how <> 'merged'
    union
    select stories.stream, stories.since, stories.until, true
    from stories join part on subject = part.stream and own
    where establishment = $1 and how in ('involvement', 'plan')
)
select distinct on (sequence) sequence, body from part join entries
on entries.establishment = $1 and entries.stream = part.stream and sequence >= since
and (until is null or sequence <= until)
order by sequence
"""
# The other files of a person, as we know or knew: a merge that was undone had never been one.
FILES = """
select stories.stream from stories
join entries said on said.establishment = $1 and said.sequence = since
left join entries undone on undone.establishment = $1 and undone.sequence = until
where stories.establishment = $1 and subject = $2 and how = 'merged'
    and ($3::timestamptz is null or said.recordedtime <= $3)
    and (until is null or undone.recordedtime > $3)
"""
# A request's, a project's or a department's: what it names, and what these name in their turn.
OF_THING = """
with recursive part (stream, since, until) as (
    select $2::uuid, 0::bigint, null::bigint
    union
    select stories.stream, stories.since, stories.until
    from stories join part on subject = part.stream
    where establishment = $1 and how not in ('named', 'match', 'merged', 'effect')
)
select distinct on (sequence) sequence, body from part join entries
on entries.establishment = $1 and entries.stream = part.stream and sequence >= since
and (until is null or sequence <= until)
order by sequence
"""
CAUSE = """
with recursive before (sequence, body) as (
    select sequence, body from entries where establishment = $1 and id = $2
    union
    select entries.sequence, entries.body
    from before cross join lateral (select convert_from(before.body, 'UTF8')::jsonb as it) as told
    join entries on establishment = $1 and id = (it ->> 'causationid')::uuid
)
select sequence, body from before order by sequence
"""
EFFECTS = """
with recursive after (sequence, id, body) as (
    select sequence, id, body from entries where establishment = $1 and id = $2
    union
    select entries.sequence, entries.id, entries.body
    from after
    join stories on stories.establishment = $1 and subject = after.id and how = 'effect'
    join entries on entries.establishment = $1 and entries.sequence = since
)
select sequence, body from after order by sequence limit $3
"""
CORRECTIONS = """
select sequence, body from entries
where establishment = $1 and stream = any($2::uuid[]) and type like '%.Fact%ed.v1'
order by sequence
"""

FACTS = 1000  # that one cause may lead to before we stop looking

for service in ANNOUNCING:  # a correction can only be read by who knows its words
    import_module(f"contracts.{service}")


class NotADay(NotADate):
    """This is neither a day nor a moment with its time zone."""

    french = "Ceci n’est ni un jour ni un moment avec son fuseau horaire."


class Bounds(NamedTuple):
    """As it was on a day, and as it was known on a day. None: no bound."""

    as_of: datetime | None = None
    known_on: datetime | None = None

    @classmethod
    def of(cls, as_of: str | None, known_on: str | None) -> Bounds:
        """Raises NotADay."""
        return cls(_end_of(as_of), _end_of(known_on))


class Entry(NamedTuple):
    """One fact in the order of its establishment, in the bytes it was written in."""

    sequence: int
    body: bytes


def _end_of(words: str | None) -> datetime | None:
    """A day means its last moment, here."""
    if not words:
        return None
    try:
        if len(words) == len("2026-04-01"):
            next_day = date.fromisoformat(words) + timedelta(days=1)
            midnight = datetime(next_day.year, next_day.month, next_day.day, tzinfo=HERE)
            return midnight - timedelta(microseconds=1)
        moment = datetime.fromisoformat(words)
    except (ValueError, OverflowError) as error:
        raise NotADay from error
    if moment.tzinfo is None:
        raise NotADay
    return moment


class History:
    """What one establishment may read of the book."""

    def __init__(self, book: Book) -> None:
        self._book = book

    async def entries(
        self, establishment: str, after: int, limit: int, bounds: Bounds
    ) -> tuple[list[bytes], int]:
        """A page, and the sequence it ends with, to go on from."""
        page = await self._read(ENTRIES, establishment, after, limit)
        last = page[-1].sequence if page else after
        return await self._within(establishment, page, bounds), last

    async def entry(self, establishment: str, id: UUID, bounds: Bounds) -> bytes | None:
        found = await self._read(ENTRY, establishment, id)
        return next(iter(await self._within(establishment, found, bounds)), None)

    async def of_stream(self, establishment: str, stream: UUID, bounds: Bounds) -> list[bytes]:
        found = await self._read(OF_STREAM, establishment, stream)
        return await self._within(establishment, found, bounds)

    async def of_thing(self, establishment: str, thing: UUID, bounds: Bounds) -> list[bytes]:
        """Of a request, a project or a department."""
        found = await self.entries_of_thing(establishment, thing)
        return await self._within(establishment, found, bounds)

    async def causes(self, establishment: str, id: UUID, bounds: Bounds) -> list[bytes]:
        """A fact, what led to it, and what the first of these led to, as far as it goes."""
        before = await self._read(CAUSE, establishment, id)
        first = [UUID(orjson.loads(one.body)["id"]) for one in before[:1]]
        after = [
            one for root in first for one in await self._read(EFFECTS, establishment, root, FACTS)
        ]
        whole = sorted({*before, *after})
        return await self._within(establishment, whole, bounds)

    async def of_person(self, establishment: str, person: UUID, bounds: Bounds) -> list[bytes]:
        found = await self.entries_of_person(establishment, person, bounds)
        return await self._within(establishment, found, bounds)

    async def entries_of_person(
        self, establishment: str, person: UUID, bounds: Bounds
    ) -> list[Entry]:
        """Without what names others and not this person, under any file of theirs."""
        async with acting_as("ledger_reader", self._book.pool, establishment) as connection:
            rows = await connection.fetch(FILES, establishment, person, bounds.known_on)
            files = [person, *(one for (one,) in rows)]
            found = await connection.fetch(OF_PERSON, establishment, files)
        their = set(map(str, files))
        return [entry for entry in map(Entry._make, found) if _may_see(entry.body, their)]

    async def entries_of_thing(self, establishment: str, thing: UUID) -> list[Entry]:
        return await self._read(OF_THING, establishment, thing)

    async def _read(self, question: str, establishment: str, *about: object) -> list[Entry]:
        async with acting_as("ledger_reader", self._book.pool, establishment) as connection:
            rows = await connection.fetch(question, establishment, *about)
        return [Entry(*row) for row in rows]

    async def _within(
        self, establishment: str, found: Sequence[Entry], bounds: Bounds
    ) -> list[bytes]:
        if bounds.known_on is None and bounds.as_of is None:
            return [entry.body for entry in found]
        known = [(entry, Envelope.read(entry.body)) for entry in found]
        if bounds.known_on:
            known = [(entry, one) for entry, one in known if _known(one, bounds.known_on)]
        if bounds.as_of is None:
            return [entry.body for entry, _ in known]
        streams = {one.subject for _, one in known}
        spoken = await self._read(CORRECTIONS, establishment, streams)
        return _as_it_was(known, spoken, bounds.as_of, bounds.known_on)


def _as_it_was(
    known: Sequence[tuple[Entry, Envelope]],
    spoken: Sequence[Entry],
    as_of: datetime,
    known_on: datetime | None,
) -> list[bytes]:
    """What counts and had happened by then: as written, or as it was corrected since."""
    bodies = {entry.sequence: (entry.body, one) for entry, one in known}
    corrections = {entry.sequence: (entry.body, Envelope.read(entry.body)) for entry in spoken}
    if known_on:
        corrections = {at: one for at, one in corrections.items() if _known(one[1], known_on)}
    history = sorted((corrections | bodies).items())
    counts = effective([one for _, (_, one) in history])
    return [
        body if now is was else now.write()
        for (sequence, (body, was)), now in zip(history, counts, strict=True)
        if sequence in bodies and now is not None and now.time <= as_of
    ]


def _known(envelope: Envelope, on: datetime) -> bool:
    return envelope.recordedtime is not None and envelope.recordedtime <= on


def _may_see(body: bytes, files: set[str]) -> bool:
    persons = orjson.loads(body).get("persons", "")
    return not persons or not files.isdisjoint(persons.split())

"""The page on which one transaction writes: what it believes or has seen, and what it adds."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple, Self
from uuid import UUID

import asyncpg

from services.chassis.appending import (
    Alarm,
    Append,
    Cancel,
    Conflict,
    Heard,
    Overtaken,
    Thing,
    Written,
    moment,
)
from services.chassis.database import Connection
from services.chassis.writing import statement

HEAD = "select position, recordedtime from head for update"
VERSIONS = """
select home, stream, version from unnest($1::text[], $2::uuid[]) as asked (home, stream)
cross join lateral (
    select version from events where events.stream = asked.stream and establishment = home
    order by version desc limit 1
) as latest
"""
KNOWN = "select id, position from events where id = any($1::uuid[])"
ANSWERS = "select key, fingerprint, answer from commands where key = any($1::uuid[])"
PLACES = "select listener, position from heard where listener = any($1::text[]) for update"
NOT_AS_BELIEVED = (asyncpg.NotNullViolationError, asyncpg.UniqueViolationError)
SET_ALARM = """
insert into alarms (establishment, due, stream, kind) values ($1, $2, $3, $4)
on conflict (stream, kind, establishment) do update set due = excluded.due
"""
CANCEL_ALARM = "delete from alarms where establishment = $1 and stream = $2 and kind = $3"


class Head(NamedTuple):
    """The end of a service's order of facts."""

    position: int
    recordedtime: datetime


class Page:
    """Decides about each append in turn, as if the ones before it were already stored."""

    def __init__(self, head: Head) -> None:
        self.since = self.position = head.position
        self.now = max(datetime.now(UTC), head.recordedtime)  # clocks are set back, we are not
        self.had: dict[Thing, int] = {}
        self.versions: dict[Thing, int] = {}
        self.known: dict[UUID, int] = {}
        self.places: dict[str, int] = {}
        self.answers: dict[UUID, Sequence[Any]] = {}
        self._stamp = moment(self.now)
        self._rows: list[tuple[Any, ...]] = []
        self._moved: dict[str, Heard] = {}
        self._said: list[tuple[UUID, bytes, str]] = []
        self._alarms: list[tuple[str, Alarm | Cancel]] = []

    @property
    def head(self) -> Head:
        return Head(self.position, self.now)

    @classmethod
    def believing(cls, head: Head, batch: list[Append]) -> Self:
        """All is as the callers saw it, and nobody else has written since we last did."""
        page = cls(head)
        for append in batch:
            for fact in append.facts:
                page.versions.setdefault(fact.thing, fact.version - 1)
            if append.heard:
                page.places.setdefault(append.heard.listener, append.heard.since)
        page.had = dict(page.versions)
        return page

    @classmethod
    async def seeing(cls, connection: Connection, batch: list[Append]) -> Self:
        """All as it is, and will be until this transaction ends."""
        head = await connection.fetchrow(HEAD)
        assert head
        page = cls(Head(*head))
        facts = [fact for append in batch for fact in append.facts]
        things = {fact.thing for fact in facts}
        page.versions = dict.fromkeys(things, 0)
        for home, stream, version in await connection.fetch(VERSIONS, *_columns(things, 2)):
            page.versions[home, stream] = version
        page.known = dict(map(tuple, await connection.fetch(KNOWN, [fact.id for fact in facts])))
        listeners = {append.heard.listener for append in batch if append.heard}
        page.places = dict(map(tuple, await connection.fetch(PLACES, listeners)))
        for key, *answer in await connection.fetch(
            ANSWERS, [append.asked.key for append in batch if append.asked]
        ):
            page.answers[key] = answer
        page.had = dict(page.versions)
        return page

    def decide(self, append: Append) -> int | Exception:
        asked, heard, append.added = append.asked, append.heard, False
        if asked and asked.key in self.answers:
            return asked.again(*self.answers[asked.key])
        outcome = append.refusal or self._add(append)
        if asked and (isinstance(outcome, int) or outcome is append.refusal):
            answer = asked.answered(outcome)
            self.answers[asked.key] = answer[1:]
            self._said.append(answer)
        if heard and isinstance(outcome, int) and self._is_next(heard):
            self._move(heard)
        return outcome

    def _add(self, append: Append) -> int | Exception:
        facts = append.facts
        if facts and facts[-1].id in self.known:
            return self.known[facts[-1].id]
        if append.heard and not self._is_next(append.heard):
            return Overtaken(append.heard.listener)
        versions: dict[Thing, int] = {}
        for fact in facts:
            if versions.get(fact.thing, self.versions[fact.thing]) != fact.version - 1:
                return Conflict()
            versions[fact.thing] = fact.version
        for fact in facts:
            self._enter(fact)
        self.versions |= versions
        self._alarms += append.alarms
        append.added = bool(facts)
        return self.position

    def _enter(self, fact: Written) -> None:
        self.position += 1
        self.known[fact.id] = self.position
        body = fact.stamped(self._stamp, self.position)
        self._rows.append((*fact[:-1], body))

    def _is_next(self, heard: Heard) -> bool:
        return self.places.get(heard.listener) == heard.since

    def _move(self, heard: Heard) -> None:
        self.places[heard.listener] = heard.position
        first = self._moved.get(heard.listener, heard)
        self._moved[heard.listener] = Heard(heard.listener, first.since, heard.position)

    async def write(self, connection: Connection) -> None:
        """Raises one of NOT_AS_BELIEVED if the store is not as this page has it."""
        if not self._alarms:
            await self._write(connection)
            return
        async with connection.transaction():
            await self._write(connection)
            for establishment, alarm in self._alarms:
                if isinstance(alarm, Alarm):
                    await connection.execute(SET_ALARM, establishment, *alarm)
                else:
                    await connection.execute(CANCEL_ALARM, establishment, *alarm)

    async def _write(self, connection: Connection) -> None:
        alone = len(self._rows) == len(self.had) == 1
        had = [(*thing, last) for thing, last in self.had.items()]
        facts = self._rows[0] if alone else (*_columns(had, 3), *_columns(self._rows, 7))
        places = [(one.listener, one.since, one.position) for one in self._moved.values()]
        parts = [*facts, *_columns(places, 0), *_columns(self._said, 0)]
        how = statement(alone, bool(places), bool(self._said))
        await connection.execute(how, self.since, self.now, *parts)


def _columns(rows: Collection[Sequence[Any]], count: int) -> Sequence[Sequence[Any]]:
    return tuple(zip(*rows, strict=True)) if rows else ((),) * count

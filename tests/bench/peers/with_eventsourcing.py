"""`eventsourcing` on PostgreSQL, as its documentation sets it up; a thread a caller."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import DomainEvent, datetime_now_with_tzinfo
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import ApplicationSubscription, Projection, ProjectionRunner
from psycopg.sql import SQL, Identifier

from tests.bench.peers.driving import Said, Work, answer, by_threads, errands, rate, words

FEW = 5  # errands in one transaction; of a thousand events its pipeline never came back


@dataclass(frozen=True)
class Noted(DomainEvent):
    minutes: int
    words: str


class Errands(Application[UUID]):
    pass


class Board(PostgresTrackingRecorder):
    """A row an errand; with each event, in its transaction, how far one has come."""

    def __init__(self, datastore: Any, **given: Any) -> None:
        super().__init__(datastore, **given)
        self.seen = 0
        names = {"table": Identifier(self.datastore.schema, "board")}
        self.sql_create_statements.append(
            SQL(
                "create table if not exists {table} (id uuid primary key, notes int, minutes int)"
            ).format(**names)
        )
        self.add = SQL(
            "insert into {table} as board values (%s, 1, %s) on conflict (id) do update"
            " set notes = board.notes + 1, minutes = board.minutes + excluded.minutes"
        ).format(**names)

    def note(self, id: UUID, minutes: int, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(self.add, (id, minutes), prepare=True)
        self.seen += 1


class Shown(Projection[Board]):
    @singledispatchmethod
    def process_event(self, _: Any, tracking: Tracking) -> None: ...

    @process_event.register
    def noted(self, event: Noted, tracking: Tracking) -> None:
        self.view.note(event.originator_id, event.minutes, tracking)


def noted(stream: UUID, version: int) -> Noted:
    return Noted(
        originator_id=stream,
        originator_version=version,
        timestamp=datetime_now_with_tzinfo(),
        minutes=5,
        words=words(106),
    )


class Peer:
    """What it is asked to do."""

    def open(self, url: str) -> dict[str, str]:
        parts = urlsplit(url)
        self.told = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": parts.path[1:],
            "POSTGRES_HOST": parse_qs(parts.query)["host"][0],
            "POSTGRES_PORT": "5432",
            "POSTGRES_USER": unquote(parts.username or ""),
            "POSTGRES_PASSWORD": unquote(parts.password or ""),
        }
        self.errands = Errands(self.told)
        put = self.errands.events.put
        self.append = by_threads(Work(lambda: [noted(uuid4(), 1)], put))
        return {"kept": str(len(self.errands.mapper.to_stored_event(noted(uuid4(), 1)).state))}

    def fill(self, events: int) -> int:
        for some in errands(events):
            for few in batched(some, FEW, strict=False):
                put = [noted(one, version) for one, versions in few for version in versions]
                self.errands.events.put(put)
        self.last = int(self.errands.recorder.max_notification_id() or 0)
        return events

    def read(self) -> Said:
        """Every event as a ProjectionRunner gets it."""
        began, seen = time.perf_counter(), 0
        with ApplicationSubscription(self.errands, gt=0) as subscription:
            for _, tracking in subscription:
                seen += 1
                if tracking.notification_id >= self.last:
                    break
        return rate(seen, began)

    def rebuild(self, seconds: float) -> Said:
        """From nothing; as far as it comes in so many seconds."""
        self.clear(["board", "notification_tracking"])
        began = time.perf_counter()
        with ProjectionRunner(
            application_class=Errands, projection_class=Shown, view_class=Board, env=self.told
        ) as runner:
            board = runner.view
            while time.perf_counter() - began < seconds and not self.is_done(board):
                time.sleep(0.05)
            said = rate(board.seen, began)
        board.datastore.close()
        return said

    def is_done(self, board: Board) -> bool:
        return (board.max_tracking_id(self.errands.name) or 0) >= self.last

    def clear(self, tables: Sequence[str]) -> None:
        recorder: Any = self.errands.recorder
        with recorder.datastore.transaction(commit=True) as cursor:
            for table in tables:
                cursor.execute(SQL("drop table if exists {}").format(Identifier(table)))


if __name__ == "__main__":
    answer(Peer())

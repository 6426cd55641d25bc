"""The plain `eventsourcing` application on PostgreSQL, to compare with: a thread a caller."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Lock
from typing import cast
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import StoredEvent

PAYLOAD = b"x" * 500  # as much as an envelope


class Errand(Aggregate):
    """The same small aggregate, as the library would have it."""

    @event("Begun")
    def __init__(self, title: str) -> None:
        self.title = title
        self.minutes = 0

    @event("Noted")
    def note(self, minutes: int) -> None:
        self.minutes += minutes


class Errands(Application[UUID]):
    def begin(self) -> UUID:
        errand = Errand("Find out why the second lift is always late")
        self.save(errand)
        return errand.id

    def note(self, id: UUID, minutes: int) -> None:
        errand = cast(Errand, self.repository.get(id))
        errand.note(minutes)
        self.save(errand)


@contextmanager
def plain(database_url: str) -> Iterator[Errands]:
    """The application in a schema of its own, on the same server as everything else."""
    url = urlsplit(database_url)
    [host] = parse_qs(url.query).get("host", [url.hostname or ""])
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("create schema if not exists plain")
    application = Errands(
        {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": url.path[1:],
            "POSTGRES_HOST": host,
            "POSTGRES_PORT": str(url.port or 5432),
            "POSTGRES_USER": url.username or "postgres",
            "POSTGRES_PASSWORD": url.password or "",
            "POSTGRES_SCHEMA": "plain",
            "POSTGRES_POOL_SIZE": "8",
            "POSTGRES_MAX_OVERFLOW": "8",
            "POSTGRES_POOL_TIMEOUT": "60",
        }
    )
    try:
        yield application
    finally:
        application.close()


def appends(application: Errands) -> Callable[[], Callable[[], object]]:
    """One event through the recorder alone."""
    recorder = application.recorder
    return lambda: lambda: recorder.insert_events([StoredEvent(uuid4(), 1, "plain:Noted", PAYLOAD)])


def notes(application: Errands) -> Callable[[], Callable[[], object]]:
    """Each caller loads, decides and saves its own errand nine times, then begins another."""

    def caller() -> Callable[[], object]:
        begun: list[UUID] = []

        def note() -> None:
            if len(begun) % 9 == 0:
                begun.append(application.begin())
            else:
                begun.append(begun[-1])
            application.note(begun[-1], 5)

        return note

    return caller


def per_second(callers: int, seconds: float, ask: Callable[[], Callable[[], object]]) -> float:
    """How many times a second that many threads can do it."""
    counted, lock = [0], Lock()
    until = time.perf_counter() + seconds

    def call() -> None:
        mine, once = 0, ask()
        while time.perf_counter() < until:
            once()
            mine += 1
        with lock:
            counted[0] += mine

    began = time.perf_counter()
    with ThreadPoolExecutor(callers) as threads:
        for future in [threads.submit(call) for _ in range(callers)]:
            future.result()
    return counted[0] / (time.perf_counter() - began)

"""`eventsource-py` on PostgreSQL, through asyncpg and SQLAlchemy's pool; a task a caller."""

import asyncio
import time
from typing import Any
from uuid import UUID, uuid4

import uvloop
from eventsource import DomainEvent  # type: ignore[import-not-found]
from eventsource.adapters.postgresql import PostgreSQLEventStore  # type: ignore[import-not-found]
from eventsource.domain import StreamId  # type: ignore[import-not-found]
from eventsource.domain.event_registry import register_event  # type: ignore[import-not-found]
from eventsource.ports import ExpectedVersion, FeedReadOptions  # type: ignore[import-not-found]
from sqlalchemy.ext.asyncio import create_async_engine  # type: ignore[import-not-found]

from tests.bench.peers.driving import AT_ONCE, Said, Work, answer, by_tasks, errands, rate, words


@register_event
class Noted(DomainEvent):  # type: ignore[misc]
    aggregate_type: str = "Errand"
    minutes: int
    words: str


def noted(stream: UUID, version: int = 1) -> Any:
    return Noted(aggregate_id=stream, aggregate_version=version, minutes=5, words=words(382))


class Peer:
    """What it is asked to do."""

    async def open(self, url: str) -> dict[str, str]:
        engine = create_async_engine(url.replace("postgresql://", "postgresql+asyncpg://"))
        self.store = PostgreSQLEventStore(engine, create_schema=True)
        self.append = by_tasks(Work(lambda: noted(uuid4()), self.one))
        await self.one(noted(uuid4()))
        return {"kept": str(len(noted(uuid4()).model_dump_json()))}

    async def one(self, event: Any) -> None:
        stream = StreamId(event.aggregate_id, "Errand")
        await self.store.append(stream, [event], ExpectedVersion.no_stream())

    async def fill(self, events: int) -> int:
        for some in errands(events):
            await asyncio.gather(*(self.begin(one, versions) for one, versions in some))
        return events

    async def begin(self, stream: UUID, versions: list[int]) -> None:
        facts = [noted(stream, version) for version in versions]
        await self.store.append(StreamId(stream, "Errand"), facts, ExpectedVersion.no_stream())

    async def read(self) -> Said:
        """Its feed, a page after another."""
        began, seen, position = time.perf_counter(), 0, None
        more = True
        while more:
            more = False
            async for one in self.store.read_all(position, FeedReadOptions(limit=AT_ONCE)):
                position, seen, more = one.position, seen + 1, True
        return rate(seen, began)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        answer(Peer(), loop.run)

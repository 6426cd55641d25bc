"""Ours, and what PostgreSQL alone could do at most; a task a caller."""

import asyncio
import json
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import uvloop

from contracts.envelope import Envelope, Fact
from services.chassis.entries import read_all
from services.chassis.folding import Document, Entry, ReadModel
from services.chassis.library import Library
from services.chassis.projecting import REBUILT_AT_ONCE, Projection
from services.chassis.store import Store
from services.ledger.book import Book
from tests.bench.peers.driving import Said, Work, answer, by_tasks, errands, rate, words

MADE = {
    "establishment": "north",
    "source": "intake",
    "actor": "staff:marie",
    "role": "advisor",
    "channel": "http",
}


class ErrandNoted(Fact, type="intake.ErrandNoted.v2"):
    minutes: int
    words: str


class ErrandShown(Document, frozen=True, kw_only=True):
    notes: int = 0
    minutes: int = 0


BOARD = ReadModel("errands", ErrandShown)


@BOARD.on(ErrandNoted)
def noted(errand: ErrandShown, fact: Entry) -> ErrandShown:
    return ErrandShown(
        id=errand.id,
        establishment=errand.establishment,
        notes=errand.notes + 1,
        minutes=errand.minutes + int(fact.data["minutes"]),
        state="begun",
    )


def an_envelope(stream: UUID, version: int = 1) -> Envelope:
    fact = ErrandNoted(minutes=5, words=words(487))
    return Envelope(
        id=uuid4(),
        type=fact.type,
        subject=stream,
        version=version,
        time=datetime.now(UTC),
        correlationid=uuid4(),
        data=fact.model_dump(),
        **MADE,
    )


class Tandem:
    """What it is asked to do."""

    async def open(self, intake: str, ledger: str, insights: str, operator: str) -> dict[str, str]:
        self.store = await Store("intake", intake).__aenter__()
        self.book = await Book(ledger).__aenter__()
        self.library = await Library(insights).__aenter__()
        self.operator = await asyncpg.connect(operator)
        self.projection = Projection(BOARD, self.library)
        self.append = by_tasks(Work(lambda: [an_envelope(uuid4())], self.store.append))
        await self.store.append([an_envelope(uuid4())])
        [one] = await self.store.read_log(0, 1)
        return {"kept": str(len(one.body))}

    async def fill(self, events: int) -> int:
        """As the services write, and the ledger enters it."""
        for some in errands(events):
            await self.store.append([an_envelope(one, v) for one, each in some for v in each])
        place = await self.book.place_of("intake")
        while page := await self.store.read_log(place, REBUILT_AT_ONCE):
            place = await self.book.enter("intake", place, [one.body for one in page])
        return place

    async def read(self) -> Said:
        """Every fact of the log, as a projection gets it."""
        began, place, seen = time.perf_counter(), 0, 0
        while found := await self.library.log.after(place, REBUILT_AT_ONCE, BOARD.types):
            place = found.place
            seen += len(read_all(found.facts))
        return rate(seen, began)

    async def rebuild(self, seconds: float) -> Said:  # noqa: ARG002 - it comes to the end sooner
        began = time.perf_counter()
        await self.projection.rebuild()
        return rate(await self.library.log.head(), began)

    async def copy_out(self) -> Said:
        """Nothing reads so fast: the same bytes, by COPY, and nobody looks at them."""
        began = time.perf_counter()
        await self.operator.copy_from_query(
            "select body from ledger.entries order by position", output=_nowhere, format="binary"
        )
        return rate(await self.library.log.head(), began)

    async def copy_through(self) -> Said:
        """The log by COPY, and documents that were folded before, by COPY into a table."""
        made = [(row[0], row[1].decode()) for row in await self._documents()]
        await self.operator.execute("drop table if exists bench_documents")
        await self.operator.execute(
            "create table bench_documents (id uuid primary key, body jsonb)"
        )
        began = time.perf_counter()
        await self.copy_out()
        await self.operator.copy_records_to_table("bench_documents", records=made)
        return rate(await self.library.log.head(), began)

    async def _documents(self) -> list[tuple[UUID, bytes]]:
        bodies = await self.operator.fetch("select distinct stream from ledger.entries")
        said = {"notes": 10, "minutes": 50, "state": "begun"}
        return [(row[0], json.dumps(said | {"id": str(row[0])}).encode()) for row in bodies]

    async def end(self) -> None:
        await self.operator.close()
        for one in (self.library, self.book, self.store):
            await one.__aexit__()


async def _nowhere(_: Any) -> None: ...


if __name__ == "__main__":
    tandem = Tandem()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as loop:
        answer(tandem, loop.run)
        loop.run(tandem.end())

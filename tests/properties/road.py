"""Store, stream, ledger and read model of one service, each moved a step at a time by whoever asks.

Nothing here works by itself, so that any part may be late, lose what it was told, hear it twice, or
stop in the middle. What carries, hears and folds is the platform's own, on the real servers.
"""

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import replace
from typing import Any, Self
from uuid import UUID, uuid4

import asyncpg
import msgspec
from nats.aio.client import Client
from nats.js.errors import NotFoundError

from services.chassis.appending import Conflict
from services.chassis.consuming import Consumer, waiting
from services.chassis.deciding import Provenance
from services.chassis.documents import Documents, Overtaken
from services.chassis.folding import Document, Entry, ReadModel, counted
from services.chassis.generations import Generation, Progress
from services.chassis.jetstream import (
    connection,
    last_sequence,
    make_stream,
    missed,
    stream_of,
    that_follow,
)
from services.chassis.library import Library
from services.chassis.projecting import Projection
from services.chassis.relay import Fenced, Relay
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.chassis.tree import Tree, leaf_of
from services.ledger.book import Book
from services.ledger.entering import Overtaken as EnteredAlready
from tests.errands import ErrandBegun, ErrandNoted, Errands

HOMES = "north", "south"


class Tally(Document, frozen=True, kw_only=True):
    """A fact that were folded twice, or not at all, would show."""

    facts: int = 0
    minutes: int = 0


TALLIES = ReadModel("tallies", Tally)


@TALLIES.on(ErrandBegun, ErrandNoted)
def counts(tally: Tally, fact: Entry) -> Tally:
    minutes = tally.minutes + int(fact.data.get("minutes", 0))
    return msgspec.structs.replace(tally, state="begun", facts=tally.facts + 1, minutes=minutes)


class Road:
    """One service's road, in a database of its own."""

    store: Store
    book: Book
    library: Library

    def __init__(self, house: Installation) -> None:
        self._house = house
        self._name = f"road_{uuid4().hex}"
        self._ways = AsyncExitStack()
        self._generations: list[Generation[Tally]] = []
        self._consumer = Consumer("ledger", "intake")

    async def __aenter__(self) -> Self:
        house, name = self._house, self._name
        await self._as_operator(f"create database {name} template tandem")
        url = house.database_url.replace("/tandem?", f"/{name}?")
        here = replace(house, database_url=url)
        intake, ledger, insights = map(here.settings, ("intake", "ledger", "insights"))
        enter = self._ways.enter_async_context
        self.store = await enter(Store("intake", intake.database_url))
        self.book = await enter(Book(ledger.database_url))
        self.library = await enter(Library(insights.database_url))
        self._service: Client = await enter(connection(intake.nats_url))
        self._ledger: Client = await enter(connection(ledger.nats_url))
        self._keep = intake.streams_keep
        self.errands, self._relay = Errands(self.store), Relay(self.store, intake)
        await self._service.subscribe("again.intake", cb=self._relay._send_again)
        await self._service.flush()
        await self.lose_stream(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._service.jetstream().delete_stream(stream_of("intake"))
        await self._ways.aclose()
        await self._as_operator(f"drop database {self._name} with (force)")

    async def ask(self, command: int, home: str, errand: int | None, minutes: int) -> None:
        """Begin an errand, or spend minutes on one; the same command may have been asked before."""
        by = Provenance(establishment=home, actor="marie", command=UUID(int=command))
        with suppress(Conflict):  # too many at once
            if errand is None:
                await self.errands.begin("Ask the porter", by)
            else:
                whose = Provenance(establishment=home, actor="", command=UUID(int=errand))
                await self.errands.note(whose.id_for("errand"), minutes, by)

    async def carry(self, count: int) -> None:
        """Bring the next facts to the stream.

        What somebody who died had sent may come to it after we looked: then we look again.
        """
        while True:
            place = await self._relay._find_place(self._service)
            facts = await self.store.read_log(place, count)
            with suppress(Fenced):
                if facts:
                    self._relay._place = await self._relay.publish(self._service, facts, place)
                return

    async def carry_again(self, count: int) -> None:
        """As a second relay would, that looked before the first had written."""
        if facts := await self.store.read_log(0, count):
            ends = await last_sequence(self._service, "intake")
            with suppress(Fenced):
                await self._relay.publish(self._service, facts, 0)
                assert ends == 0

    async def lose_stream(self, kept: int) -> None:
        """It is gone, with all that was waiting in it, and begins anew after so many facts."""
        jetstream = self._service.jetstream()
        with suppress(NotFoundError):
            await jetstream.delete_stream(stream_of("intake"))
        position = min(kept, await self.store.position())
        await make_stream(self._service, "intake", position + 1, self._keep)
        await self._relay._find_place(self._service)

    async def forget_reader(self) -> None:
        """What it was given and did not confirm, it is given again; and what it did."""
        with suppress(NotFoundError):
            await self._ledger.jetstream().delete_consumer(self._consumer.stream, "ledger")

    async def hear(self) -> None:
        """What the stream has for the ledger is entered."""
        await self._consumer.make(self._ledger, 0)
        messages = await waiting(self._ledger, self._consumer)
        place = await self.book.place_of("intake")
        facts = await that_follow(self._ledger, "intake", place, messages)
        await self._enter(place, facts)

    async def hear_late(self, back: int) -> None:
        """Another ledger, that looked a while ago, enters what it found then."""
        place = max(0, await self.book.place_of("intake") - back)
        await self._enter(place, await missed(self._ledger, "intake", place))

    async def fold(self, who: int, at_once: int) -> None:
        """One of those who fold goes on from where they think that the read model is."""
        while len(self._generations) <= who:
            live = await Documents(TALLIES.name, self.library).live()
            new = Generation(live, TALLIES, self.library, Progress())
            self._generations.append(new)
            with suppress(Overtaken):
                new._place = await Documents(TALLIES.name, self.library).place(live)
        try:
            await self._generations[who].catch_up(at_once)
        except Overtaken:
            del self._generations[who]

    async def rebuild(self) -> None:
        await Projection(TALLIES, self.library).rebuild()

    async def settle(self) -> None:
        """Everything that was left undone is done."""
        await self.carry(10_000)
        await self.hear()
        await self.hear_late(0)
        self._generations.clear()
        await self.fold(0, 1000)

    async def _enter(self, place: int, facts: list[bytes]) -> None:
        if facts:
            with suppress(EnteredAlready):
                await self.book.enter("intake", place, facts)

    async def _as_operator(self, statement: str) -> None:
        operator = await asyncpg.connect(self._house.operator_url("tandem"))
        await operator.execute(statement)
        await operator.close()

    async def both(self) -> tuple[list[bytes], list[bytes]]:
        """What the ledger has, and what the service has: bytes."""
        rows = await self.book.pool.fetch("select body from entries order by position")
        stored = await self.store.read_log(0, 100_000)
        return [body for (body,) in rows], [fact.body for fact in stored]

    async def root(self, home: str) -> bytes:
        return (await self.book.tree_of(home)).root()

    async def shown(self) -> dict[str, bytes]:
        """Every document, in the bytes that readers get."""
        rows = await self.library.pool.fetch(
            "select key, body from documents join live using (projection, generation)"
        )
        return {str(key): body for key, body in rows}


def root_of(bodies: list[bytes]) -> bytes:
    """What stands for these entries."""
    tree = Tree()
    for body in bodies:
        tree.append(leaf_of(body))
    return tree.root()


def folded(errand: str, bodies: list[bytes]) -> bytes:
    """The document that all facts of an errand make at one go, in bytes."""
    return msgspec.json.encode(TALLIES.refold(errand, counted(bodies)))


async def cut_short(work: Coroutine[Any, Any, object], after: int) -> None:
    """Whoever does it dies, so many turns of the loop later."""
    task = asyncio.create_task(work)
    for _ in range(after):
        await asyncio.sleep(0)
        if task.done():
            break
    task.cancel()
    await asyncio.wait([task])
    if not task.cancelled():
        task.result()

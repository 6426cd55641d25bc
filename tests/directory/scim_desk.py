"""The SCIM door of a directory that is at work in a thread, for suites that know no `await`."""

from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import (
    AbstractContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import dataclass, replace
from itertools import count
from typing import Any
from uuid import uuid4

import asyncpg
from anyio.from_thread import BlockingPortal, start_blocking_portal

from contracts.directory import SourceKind, SourceOpened, Tolerance
from contracts.envelope import Envelope
from services.chassis.deciding import Provenance
from services.chassis.jetstream import connection
from services.chassis.personal import Vault
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.chassis.tracing import traced
from services.directory.scim.door import ScimDoor
from services.directory.scim.storage import ScimResources
from services.directory.scim.tolerance import provider
from services.directory.sealing import Seals
from services.directory.sources import Source, Sources
from services.directory.stating import Stating
from services.provisioning import FIRST
from tests.doors import answering


@asynccontextmanager
async def a_database(house: Installation) -> AsyncIterator[Installation]:
    """For more than one test: each has an establishment of its own."""
    name = f"test_{uuid4().hex}"
    operator = await asyncpg.connect(house.operator_url(FIRST))
    await operator.execute(f"create database {name} template tandem")
    yield replace(house, database_url=house.database_url.replace("/tandem?", f"/{name}?"))
    await operator.execute(f"drop database {name} with (force)")
    await operator.close()
    async with connection(house.operator.nats_url) as client:
        for stream in await client.jetstream().streams_info():
            await client.jetstream().delete_stream(str(stream.config.name))


@dataclass
class Desk:
    """Sources are opened here, and their resources read and written."""

    portal: BlockingPortal
    installation: Installation
    store: Store
    door: ScimDoor
    sources: Sources

    def run[T](self, coroutine: Coroutine[Any, Any, T]) -> T:
        """As `asyncio.Runner` does."""

        async def awaited() -> T:
            return await coroutine

        return self.portal.call(awaited)

    def traced(self, address: str) -> AbstractContextManager[None]:
        """While this lasts, spans are sent there; all of them, when it ends."""
        return self.portal.wrap_async_context_manager(traced(address, 1.0))

    def a_source(
        self, establishment: str, tolerance: Tolerance = Tolerance.STRICT
    ) -> tuple[Source, str]:
        return self.run(a_source(self.sources, establishment, tolerance))

    def facts(self, establishment: str) -> list[Envelope]:
        """All that the directory announced of an establishment."""

        async def read() -> list[Envelope]:
            there = "select body from events where establishment = $1 order by position"
            rows = await self.store.pool.fetch(there, establishment)
            return [Envelope.read(body) for (body,) in rows]

        return self.run(read())

    def empty(self) -> ScimResources:
        """The resources of a source that has said nothing yet."""
        establishment = f"e{next(NUMBERS)}"
        source, _ = self.a_source(establishment)
        offered = provider(Tolerance.STRICT)
        return self.run(self.door.storage(establishment, source, offered))


NUMBERS = count(10)


async def a_source(
    sources: Sources, establishment: str, tolerance: Tolerance = Tolerance.STRICT,
    kind: SourceKind = SourceKind.SCIM,
) -> tuple[Source, str]:  # fmt: skip
    """A source and its token."""
    by = Provenance(establishment, "operator:one", role="operator")
    opening = SourceOpened(name=f"hr-{kind}", kind=kind, tolerance=tolerance)
    source, _ = await sources.open(opening, by)
    given = await sources.give_token(source, 0, replace(by, command=uuid4()))
    proved = await sources.proved(establishment, given.token)
    assert proved
    return proved, given.token


@contextmanager
def a_desk(house: Installation, *services: str) -> Iterator[Desk]:
    """With these services at their real doors."""
    with start_blocking_portal("asyncio") as portal:
        built = _at_work(portal, house, services)
        with portal.wrap_async_context_manager(built) as desk:
            yield desk


@asynccontextmanager
async def _at_work(
    portal: BlockingPortal, house: Installation, services: tuple[str, ...]
) -> AsyncIterator[Desk]:
    async with AsyncExitStack() as living:
        enter = living.enter_async_context
        housed = await enter(answering(await enter(a_database(house)), *services))
        settings = housed.settings("directory")
        store = await enter(Store("directory", settings.database_url))
        vault = await enter(Vault(settings))
        stating, sources = Stating(store, vault, settings.secret), Sources(store)
        door = ScimDoor(sources, store, vault, stating, Seals(vault))
        yield Desk(portal, housed, store, door, sources)

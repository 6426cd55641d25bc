"""Facts as another service announces them, for tests of who listens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

from contracts.envelope import Envelope, Fact
from services.chassis.relay import Relay
from services.chassis.settings import Installation
from services.chassis.store import Store
from tests.patience import eventually


@asynccontextmanager
async def telling(installation: Installation, service: str) -> AsyncIterator[Store]:
    """The store of a service that is not there itself: what is appended is announced."""
    settings = installation.settings(service)
    async with Store(service, settings.database_url) as store, Relay(store, settings):
        yield store


def told(
    fact: Fact,
    stream: UUID | None = None,
    version: int = 1,
    time: datetime | None = None,
    channel: str | None = None,
) -> Envelope:
    """A fact of the north, as its own service would announce it."""
    own = uuid4()
    return Envelope(
        id=own,
        type=fact.type,
        source=fact.type.partition(".")[0],
        subject=stream or uuid4(),
        time=time or datetime.now(UTC),
        establishment="north",
        version=version,
        actor="marie",
        channel=channel,
        correlationid=own,
        persons=" ".join(sorted(map(str, fact.persons()))),
        data=fact.model_dump(mode="json"),
    )


async def held(store: Store, stream: UUID) -> list[Fact | None]:
    """What a stream holds now."""
    return [one.fact() for one in await store.read_stream("north", stream)]


async def soon(store: Store, stream: UUID, *types: type[Fact]) -> list[Fact | None]:
    """A stream's facts, once it holds exactly these kinds in this order."""
    names = [one.type for one in types]

    async def there() -> bool:
        return [one.type for one in await store.read_stream("north", stream)] == names

    try:
        await eventually(there)
    except AssertionError:
        raise AssertionError(await held(store, stream)) from None
    return await held(store, stream)

"""An office at its desk: it asks the services over a real door."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID, uuid4

import httpx2

from contracts.envelope import Fact
from services.chassis.domain import Aggregate
from services.chassis.relay import Relay
from services.chassis.righting import Righting
from services.chassis.settings import Installation
from services.chassis.store import Store
from tests.callers import OFFICE, signed
from tests.doors import answering
from tests.examples import MARIE


@asynccontextmanager
async def an_office(
    installation: Installation, *services: str
) -> AsyncIterator[httpx2.AsyncClient]:
    """Marie of the north asks these services, and no other is there."""
    async with (
        answering(installation, *services) as housed,
        httpx2.AsyncClient(
            base_url=housed.services_at.removesuffix("/{service}"),
            auth=signed("north", "marie", roles=OFFICE),
            timeout=30,
        ) as office,
    ):
        yield office


class Said(Aggregate):
    """Anything that happened in a service which is not there itself."""

    begun_by = (Fact,)

    def evolve(self, fact: Fact) -> None:
        """It is only told."""


class Announcer(Righting):
    """Tells the others what happened in a service which is not there itself."""

    kinds = (Said,)

    async def say(self, fact: Fact, channel: str | None = None) -> tuple[UUID, UUID]:
        """The stream and the id of what was said."""
        by = replace(MARIE, command=uuid4(), channel=channel)
        stream = by.id_for("stream")
        await self.save(by, Said.begin(stream, fact))
        return stream, by.claim_on(stream)

    async def go_on(self, stream: UUID, fact: Fact) -> UUID:
        by = replace(MARIE, command=uuid4())
        await self.change(Said, stream, lambda it: it.record(fact), by)
        return by.claim_on(stream)

    async def unsay(self, stream: UUID, fact: UUID) -> None:
        await self.annul(stream, fact, replace(MARIE, command=uuid4()))

    async def say_otherwise(self, stream: UUID, fact: UUID, **changes: object) -> None:
        await self.correct(stream, fact, changes, replace(MARIE, command=uuid4()))


@asynccontextmanager
async def announcing(installation: Installation, service: str) -> AsyncIterator[Announcer]:
    settings = installation.settings(service)
    async with Store(service, settings.database_url) as store, Relay(store, settings):
        yield Announcer(store)


async def ask(office: httpx2.AsyncClient, path: str, **said: object) -> str:
    """Ask, be answered, and return the id of what is new, if anything is."""
    answer = await office.post(path, json=said)
    assert answer.is_success, answer.text
    return str(answer.json()["id"]) if answer.content else ""

"""A ledger with facts in it, as services would have sent them, and somebody who asks it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx2
from fastapi import FastAPI

from contracts.envelope import Envelope
from services.chassis.settings import Installation
from services.ledger.book import Book
from services.ledger.main import build
from tests.callers import signed

SPRING = datetime(2026, 4, 1, 12, tzinfo=UTC)
AMINA, LEO = uuid4(), uuid4()


def facts(
    count: int, establishment: str = "north", first: int = 1, person: UUID | None = None
) -> list[bytes]:
    """Envelopes of intake, each the first of its stream; every third names somebody."""
    return [
        Envelope(
            id=uuid4(),
            type="intake.RequestWithdrawn.v1",
            source="intake",
            subject=uuid4(),
            time=SPRING,
            recordedtime=SPRING,
            position=number,
            establishment=establishment,
            version=1,
            actor="staff:marie",
            role="advisor",
            channel="portal",
            correlationid=uuid4(),
            persons=str(person or AMINA) if number % 3 == 0 else "",
            data={},
        ).write()
        for number in range(first, first + count)
    ]


async def enter(book: Book, bodies: list[bytes], source: str = "intake") -> None:
    await book.enter(source, await book.place_of(source), bodies)


@asynccontextmanager
async def served(installation: Installation) -> AsyncIterator[tuple[FastAPI, httpx2.AsyncClient]]:
    """The ledger at work, and an auditor of north."""
    ledger = build(installation.settings("ledger"))
    auditor = signed("north", "staff:auditor", to="ledger", roles=("auditor", "operator"))
    async with (
        ledger.router.lifespan_context(ledger),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(ledger), base_url="http://ledger", auth=auditor
        ) as client,
    ):
        yield ledger, client

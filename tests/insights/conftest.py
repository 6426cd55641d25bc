"""Insights at work on the real servers, and the ledger it reads."""

from collections.abc import AsyncIterator

import httpx2
import pytest

from services.chassis.settings import Installation
from services.insights.main import build
from services.ledger.book import Book
from tests.callers import OFFICE, signed
from tests.insights.chronicle import NORTH


@pytest.fixture
async def book(installation: Installation) -> AsyncIterator[Book]:
    async with Book(installation.settings("ledger").database_url) as book:
        yield book


@pytest.fixture
async def reader(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    insights = build(installation.settings("insights"))
    marie = signed(NORTH, "marie", to="insights", roles=OFFICE)
    async with (
        insights.router.lifespan_context(insights),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(insights), base_url="http://insights", auth=marie
        ) as reader,
    ):
        yield reader

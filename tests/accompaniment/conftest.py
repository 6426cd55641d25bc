"""Accompaniment among the services it listens to."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import NamedTuple

import httpx2
import pytest

from services.chassis.settings import Installation
from services.chassis.store import Store
from tests.offices import an_office
from tests.telling import telling


class Scene(NamedTuple):
    recruitment: Store
    training: Store
    accompaniment: Store
    office: httpx2.AsyncClient


@pytest.fixture
async def scene(installation: Installation) -> AsyncIterator[Scene]:
    settings = installation.settings("accompaniment")
    async with AsyncExitStack() as living:
        yield Scene(
            await living.enter_async_context(telling(installation, "recruitment")),
            await living.enter_async_context(telling(installation, "training")),
            await living.enter_async_context(Store("accompaniment", settings.database_url)),
            await living.enter_async_context(an_office(installation, "vault", "accompaniment")),
        )

"""One town for all tests of a file; each test has establishments of its own there."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from services.chassis.settings import Installation
from tests.portal.town import Desk, a_place_of_its_own, a_town


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def place(house: Installation) -> AsyncIterator[Installation]:
    async with a_place_of_its_own(house) as installation:
        yield installation


@pytest.fixture(scope="module")
async def town(place: Installation) -> AsyncIterator[str]:
    async with a_town(place) as home:
        yield home


@pytest.fixture
async def north(town: str) -> AsyncIterator[Desk]:
    desk = Desk(town, f"north-{uuid4().hex[:8]}", "marie")
    yield desk
    await desk.gone()


@pytest.fixture
async def south(town: str) -> AsyncIterator[Desk]:
    desk = Desk(town, f"south-{uuid4().hex[:8]}", "olga")
    yield desk
    await desk.gone()

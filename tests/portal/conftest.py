"""A town with an office in the north and another in the south."""

from collections.abc import AsyncIterator

import pytest

from services.chassis.settings import Installation
from tests.portal.town import Desk, a_town


@pytest.fixture
async def town(installation: Installation) -> AsyncIterator[str]:
    async with a_town(installation) as home:
        yield home


@pytest.fixture
async def north(town: str) -> AsyncIterator[Desk]:
    desk = Desk(town, "north", "marie")
    yield desk
    await desk.gone()


@pytest.fixture
async def south(town: str) -> AsyncIterator[Desk]:
    desk = Desk(town, "south", "olga")
    yield desk
    await desk.gone()

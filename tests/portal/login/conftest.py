"""One inn for all tests of coming in; everybody there is new, or has an address of their own."""

from collections.abc import AsyncIterator

import pytest

from services.chassis.settings import Installation
from tests.portal.login.inn import Inn, an_inn
from tests.portal.town import a_place_of_its_own


@pytest.fixture(scope="package")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="package")
async def inn(house: Installation) -> AsyncIterator[Inn]:
    async with a_place_of_its_own(house) as installation, an_inn(installation) as inn:
        yield inn

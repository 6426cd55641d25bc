"""The rules that `scim2-server` has for every storage, on ours, in the real database and vault."""

import asyncio
from collections.abc import Iterator
from typing import cast

import pytest
from scim2_models import ScimProvider
from scim2_server.storage import ScimStorage
from scim2_server.testing import AsyncScimStorageContract, BlockingStorage

from contracts.directory import Tolerance
from services.chassis.settings import Installation
from services.directory.scim.tolerance import provider
from tests.directory.scim_desk import Desk, a_desk


@pytest.fixture(scope="module")
def desk(house: Installation) -> Iterator[Desk]:
    with a_desk(house, "vault") as desk:
        yield desk


@pytest.mark.thorough
class TestWhatASourceSays(AsyncScimStorageContract):
    @pytest.fixture
    def provider(self) -> ScimProvider:
        return provider(Tolerance.STRICT)

    @pytest.fixture
    def storage(self, desk: Desk) -> ScimStorage:
        return BlockingStorage(desk.empty(), cast(asyncio.Runner, desk))

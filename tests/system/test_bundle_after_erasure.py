"""A person is erased; what an auditor took away before still verifies, and what is taken after."""

import io
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from zipfile import ZipFile

import httpx2
import pytest

from services.chassis.settings import Installation
from tests.callers import OFFICE, signed
from tests.canaries import House
from tests.doors import answering
from tests.system.test_after_erasure import (
    HERS,
    a_whole_life,
    all_is_heard,
    erase,
    the_schedule_allows_it,
)
from tests.system.test_canaries import SERVICES

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]


@pytest.fixture
async def house(installation: Installation) -> AsyncIterator[House]:
    async with answering(installation, *SERVICES) as housed:
        door = housed.services_at.removesuffix("/{service}")
        marie = signed("north", "marie", roles=OFFICE)
        async with httpx2.AsyncClient(base_url=door, auth=marie, timeout=60) as office:
            yield House(housed, office, SERVICES)


async def taken(office: httpx2.AsyncClient, person: str, folder: Path) -> str:
    """Their bundle, unpacked; what its facts say."""
    given = await office.get("/ledger/bundle", params={"person": person})
    assert given.is_success, given.text
    with ZipFile(io.BytesIO(given.content)) as packed:
        packed.extractall(folder)
        return packed.read("entries.ndjson").decode()


def verified(folder: Path) -> str:
    alone = [sys.executable, "-P", "verify.py"]
    return subprocess.run(alone, cwd=folder, capture_output=True, text=True).stdout


async def test_a_bundle_verifies_after_a_person_in_it_was_erased(
    house: House, tmp_path: Path
) -> None:
    person = await a_whole_life(house.office)
    await the_schedule_allows_it(house.office)
    await all_is_heard(house.installation)
    before = await taken(house.office, person, tmp_path / "before")

    await erase(house.office, person)
    await all_is_heard(house.installation)
    after = await taken(house.office, person, tmp_path / "after")

    assert HERS not in before + after
    assert after.startswith(before)
    for folder in ("before", "after"):
        assert verified(tmp_path / folder).startswith("OK tandem/north/1")

"""The vault at work, and somebody at its door."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI

from services.chassis.deciding import Provenance
from services.chassis.settings import Installation
from services.vault.main import build
from tests.callers import OFFICE, signed

MARIE = Provenance(establishment="north", actor="marie", role="advisor")
PAUL = Provenance(establishment="south", actor="paul", role="advisor")


@pytest.fixture
async def vault(installation: Installation) -> AsyncIterator[FastAPI]:
    vault = build(installation.settings("vault"))
    async with vault.router.lifespan_context(vault):
        yield vault


@pytest.fixture
async def door(vault: FastAPI) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=vault),
        base_url="http://tandem",
        auth=signed("north", "marie", to="vault", roles=OFFICE),
    ) as door:
        yield door

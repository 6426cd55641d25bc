"""The vault at work, and somebody at its door."""

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI

from services.chassis.deciding import Provenance
from services.chassis.settings import Installation
from services.vault.main import build

MARIE = Provenance(establishment="north", actor="marie")
PAUL = Provenance(establishment="south", actor="paul")


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
        headers={"Tandem-Establishment": "north", "Tandem-Actor": "marie"},
    ) as door:
        yield door

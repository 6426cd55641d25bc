"""A real browser on the real platform; without one these tests are skipped, and say so."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest
from playwright.async_api import Browser, async_playwright

from services.chassis.settings import Installation
from tests.portal.town import Desk, a_place_of_its_own, a_town

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update",
)  # fmt: skip


def a_browser() -> str | None:
    """The browser of this machine, or the one that TANDEM_BROWSER names."""
    named = os.environ.get("TANDEM_BROWSER")
    return named or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def town(house: Installation) -> AsyncIterator[str]:
    if a_browser() is None:
        pytest.skip("no Chromium on this machine: install it, or name one in TANDEM_BROWSER")
    async with a_place_of_its_own(house) as installation, a_town(installation) as home:
        yield home


@pytest.fixture(scope="module")
async def chromium(town: str) -> AsyncIterator[Browser]:  # noqa: ARG001 - skipped where there is none
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=a_browser(), args=[*QUIET])
        yield browser
        await browser.close()


@pytest.fixture
async def north(town: str) -> AsyncIterator[Desk]:
    desk = Desk(town, f"north-{uuid4().hex[:8]}", "marie")
    yield desk
    await desk.gone()

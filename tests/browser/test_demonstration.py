"""The invented people who do not sign alone: what each finds in their space, on a phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect
from rich.console import Console

from contracts import ANNOUNCING
from services.chassis.settings import Installation
from services.chassis.tokens import Pen
from services.cli import demonstrating
from services.cli.demo import centre
from services.cli.demo.teller import Teller
from services.cli.running import Way
from tests.browser.conftest import a_browser
from tests.operating import operating
from tests.portal.town import Desk, a_place_of_its_own, a_town

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

PHONE: ViewportSize = {"width": 360, "height": 740}
WIDER = "document.documentElement.scrollWidth - window.innerWidth"
SPACES = ("/accueil", "/consentements", "/consentements/pool", "/mon-dossier", "/sessions")


class Told(NamedTuple):
    """The demonstration in a town of its own."""

    home: str
    installation: Installation

    async def again(self) -> None:
        way = Way(self.home + "/{service}", Pen("operator", self.installation.keys["operator"]))
        await asyncio.to_thread(demonstrating.tell, way, Console(quiet=True))

    async def facts(self) -> dict[str, int]:
        """How many each service has written."""
        written = {}
        for service in ANNOUNCING:
            async with operating(self.installation, service) as own:
                written[service] = await own.fetchval("select count(*) from events")
        return written


@pytest.fixture(scope="module")
async def demonstration(house: Installation) -> AsyncIterator[Told]:
    async with a_place_of_its_own(house) as installation, a_town(installation) as home:
        told = Told(home, installation)
        await told.again()
        yield told


@pytest.fixture(scope="module")
async def town(demonstration: Told) -> str:
    if a_browser() is None:
        pytest.skip("no Chromium on this machine: install it, or name one in TANDEM_BROWSER")
    return demonstration.home


@pytest.fixture
async def office(demonstration: Told) -> AsyncIterator[Desk]:
    desk = Desk(demonstration.home, centre.KEY, "demo")
    await desk.until_seen("/partenaires", "Gaston Pellerin-Hudon")
    yield desk
    await desk.gone()


@asynccontextmanager
async def space(chromium: Browser, office: Desk, whose: str) -> AsyncIterator[Page]:
    context = await chromium.new_context(
        base_url=office.home, viewport=PHONE, java_script_enabled=False
    )
    page = await context.new_page()
    await page.goto("/demonstration")
    await page.get_by_role("button", name=whose).click()
    yield page
    await context.close()


@pytest.mark.parametrize(
    ("whose", "greeted", "mandate"),
    [
        ("Manon Gagné", "Le dossier d’Aurélie Kistabish-Gagné", "Votre signature, en son nom"),
        (
            "Thomas-Olivier Dubuc",
            "Bonjour, Thomas-Olivier Dubuc",
            "un parent ou tuteur signe aussi",
        ),
        ("Micheline Hudon", "Le dossier de Gaston Pellerin-Hudon", "Signature de l’équipe"),
    ],
)
async def test_who_does_not_sign_alone_finds_their_own_space_and_what_was_signed(
    chromium: Browser, office: Desk, whose: str, greeted: str, mandate: str
) -> None:
    wider = {}

    async with space(chromium, office, whose) as page:
        await expect(page.get_by_role("heading", level=1)).to_contain_text(greeted)
        await page.locator("a[href^='/mandats/']").first.click()
        await expect(page.locator("main")).to_contain_text(mandate)
        for path in (*SPACES, page.url):
            await page.goto(path)
            wider[path] = await page.evaluate(WIDER)

    assert {path: by for path, by in wider.items() if by > 0} == {}


async def test_the_office_sees_whose_signature_is_still_awaited(office: Desk) -> None:
    page = await office.until_seen("/implications", "Thomas-Olivier Dubuc", "Gaston Pellerin-Hudon")

    assert "Aurélie Kistabish-Gagné" in page


async def test_told_again_on_another_day_it_adds_nothing(
    demonstration: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    written, that_day = await demonstration.facts(), Teller.days_ago
    monkeypatch.setattr(Teller, "days_ago", staticmethod(lambda days: that_day(days + 3)))

    await demonstration.again()

    assert await demonstration.facts() == written

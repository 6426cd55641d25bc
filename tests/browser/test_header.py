"""The header is one line, however long the names are, and opens by keyboard without scripts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.portal.town import Desk

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

ESTABLISHMENT = (
    "Centre intégré universitaire de santé et de services sociaux du Saguenay–Lac-Saint-Jean"
)
NAME = "Marie-Bernadette", "Cloutier-Roy-Desrochers-Thibodeau"
WIDTHS = (1280, 1101, 1100, 768, 360, 320)
ONE_LINE = 60  # pixels
HEIGHT = "document.querySelector('.top').getBoundingClientRect().height"
WIDER = "document.documentElement.scrollWidth - window.innerWidth"
# What is seen of the header, side by side: no part lies on another.
COVERED = """[...document.querySelectorAll('.top .frame > *')].filter(one => one.checkVisibility())
    .map(one => one.getBoundingClientRect()).sort((a, b) => a.left - b.left)
    .some((one, at, all) => at && all[at - 1].right > one.left + 0.5)"""
MENUS = "Menu principal", "Menu principal, petit écran"


@pytest.fixture
async def long_named(north: Desk) -> Desk:
    """The establishment and its one partner have the longest names."""
    await north.ask("/directory/establishment", name=ESTABLISHMENT)
    profile = {"given_name": NAME[0], "family_name": NAME[1], "phone": "418 555-0142"}
    person = await north.ask("/intake/candidacies", door="phone", profile=profile)
    await north.until_seen(f"/partenaires/{person}", NAME[1])
    path = f"/recruitment/partners/{person}/preselection"
    await north.ask(path, outcome="kept", role="organization")
    await north.until_seen("/partenaires", "Disponible")
    return north


@asynccontextmanager
async def signed_in(chromium: Browser, desk: Desk, account: str, **how: Any) -> AsyncIterator[Page]:
    context = await chromium.new_context(
        base_url=desk.home,
        java_script_enabled=False,
        viewport={"width": 1280, "height": 800},
        **how,
    )
    page = await context.new_page()
    await page.goto("/demonstration")
    here = page.locator(f"form:has(input[value='{desk.establishment}'])")
    await here.get_by_role("button", name=account).click()
    await expect(page.locator("details.account")).to_be_visible()
    await page.wait_for_load_state()  # its style with it
    yield page
    await context.close()


@pytest.mark.parametrize(
    "account",
    ["Responsable du Bureau", "Conseil au Bureau", "Ressources humaines", "Audit", "Partenaire"],
)
async def test_the_header_is_one_line_for_everybody_at_every_width(
    chromium: Browser, long_named: Desk, account: str
) -> None:
    found = {}

    async with signed_in(chromium, long_named, account) as page:
        for width in WIDTHS:
            await page.set_viewport_size({"width": width, "height": 700})
            found[width] = [await page.evaluate(one) for one in (HEIGHT, WIDER, COVERED)]

    assert {width: it for width, it in found.items() if it[0] > ONE_LINE} == {}
    assert {width: it for width, it in found.items() if it[1] > 0 or it[2]} == {}


async def test_a_name_that_is_cut_in_the_header_is_whole_where_it_opens(
    chromium: Browser, long_named: Desk
) -> None:
    async with signed_in(chromium, long_named, "Partenaire") as page:
        await page.set_viewport_size({"width": 320, "height": 700})
        account = page.locator("details.account")
        await account.locator("summary").press("Enter")

        panel = account.locator(".panel")
        await expect(panel).to_contain_text(" ".join(NAME))
        await expect(panel).to_contain_text(ESTABLISHMENT)
        await expect(panel.get_by_role("link", name="Mes sessions")).to_be_in_viewport()
        await panel.get_by_role("button", name="Se déconnecter").press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_contain_text("déconnecté")


async def test_the_menu_opens_by_keyboard_without_scripts_and_says_where_one_is(
    chromium: Browser, long_named: Desk
) -> None:
    async with signed_in(chromium, long_named, "Conseil au Bureau") as page:
        await expect(page.get_by_role("navigation", name=MENUS[0], exact=True)).to_be_visible()
        await page.set_viewport_size({"width": 360, "height": 700})
        await expect(page.get_by_role("navigation", name=MENUS[0], exact=True)).to_be_hidden()
        await page.goto("/partenaires")
        for _ in range(3):  # past the way to the content, and the name of the house
            await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")

        menu = page.get_by_role("navigation", name=MENUS[1])
        await expect(menu.locator("[aria-current]")).to_have_text("Partenaires")
        for _ in range(3):
            await page.keyboard.press("Tab")
        await expect(page.locator(":focus")).to_have_text("Implications")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Implications")

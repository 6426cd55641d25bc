"""The state of the platform stays true before one's eyes, and waits while one is deciding."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from tests.browser.test_in_a_browser import SMALL, WIDER, at
from tests.portal.town import Desk, begin

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

SOON = 11_000  # milliseconds: it looks again every ten seconds


async def test_the_page_keeps_itself_true_unless_somebody_is_at_work_in_it(
    chromium: Browser, north: Desk
) -> None:
    await begin(north)
    await north.until_seen("/etat", "Tout va bien")

    async with at(chromium, north) as page:
        await page.clock.install()
        await page.goto("/etat")
        figure = page.locator("#etat li", has_text="Demandes et candidatures").first
        before = await figure.inner_text()
        await begin(north, title="Un autre besoin")
        await page.get_by_text("Refaire une vue").click()
        await page.clock.run_for(SOON)
        while_open = await figure.inner_text()
        await page.get_by_text("Refaire une vue").click()
        await page.locator("h1").click()
        await page.clock.run_for(SOON)

        assert while_open == before
        await expect(figure).not_to_have_text(before)


async def test_on_a_telephone_and_without_scripts_a_view_is_made_anew(
    chromium: Browser, north: Desk
) -> None:
    await begin(north)

    narrow = {"viewport": {"width": 360, "height": 740}, "java_script_enabled": False}
    async with at(chromium, north, **narrow) as page:
        await page.goto("/etat")
        await expect(page.get_by_label("Mettre à jour toutes les 10 secondes")).to_be_hidden()
        await page.get_by_text("Refaire une vue").click()
        await page.get_by_label("Laquelle ?").select_option(label="Demandes")
        await page.get_by_role("button", name="Oui, refaire cette vue").click()

        await expect(page).to_have_url(f"{north.home}/etat#vues")

    async with at(chromium, north, viewport={"width": 360, "height": 740}) as page:
        await page.goto("/etat")

        assert await page.evaluate(WIDER) <= 0
        assert await page.evaluate(SMALL) == []

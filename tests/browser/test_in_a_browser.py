"""What somebody sees and does in a browser: with a phone, without scripts, by keyboard."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.patience import eventually
from tests.portal.town import Desk, begin

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

WIDER = "document.documentElement.scrollWidth - window.innerWidth"
SMALL = """[...document.querySelectorAll('button, .button, input:not([type=hidden]), select, summary')]
    .filter(one => one.checkVisibility() && !one.closest('.tick'))
    .map(one => [one.textContent.trim().slice(0, 30), one.getBoundingClientRect().height])
    .filter(([_, height]) => height < 43.5)"""  # noqa: E501


@asynccontextmanager
async def at(chromium: Browser, desk: Desk, **how: Any) -> AsyncIterator[Page]:
    """A page in the hands of this person."""
    context = await chromium.new_context(base_url=desk.home, **how)
    page = await context.new_page()
    await page.goto("/demonstration")
    account = f"Responsable du Bureau : Institut {desk.establishment}"
    await page.get_by_role("button", name=account).click()
    yield page
    await context.close()


async def test_a_request_is_written_sent_and_taken_charge_of_without_scripts(
    chromium: Browser, north: Desk
) -> None:
    await begin(north)

    async with at(chromium, north, java_script_enabled=False) as page:
        await page.goto("/")
        await page.get_by_role("link", name="Nouvelle demande").click()
        await page.get_by_label("Titre du projet ou du comité").fill("Relire le guide du congé")
        await page.get_by_label("Direction ou service").select_option(
            label="Direction de la qualité"
        )
        await page.get_by_label("Personne à joindre").select_option(label="Maya Tremblay")
        await page.get_by_label("Niveau d’engagement").select_option(value="consultation")
        await page.get_by_role("button", name="Enregistrer le brouillon").click()
        await page.get_by_role("button", name="Envoyer la demande au Bureau").click()
        await page.get_by_label("Qui s’en occupe ?").first.select_option(label="Maya Tremblay")
        await page.get_by_role("button", name="Prendre en charge").first.click()

        await expect(page.locator(".state").first).to_have_text("Prise en charge")
        await expect(page.locator(".story")).to_contain_text("Relire le guide du congé")


async def test_the_slider_shows_a_step_with_its_button_and_without_scripts(
    chromium: Browser, north: Desk
) -> None:
    known = await begin(north)
    story = f"/partenaires/{known.person}/histoire"
    await north.until_seen(story, "La candidature est arrivée au Bureau")

    async with at(chromium, north, java_script_enabled=False) as page:
        await page.goto(story)
        await page.get_by_role("slider").press("Home")
        await page.get_by_role("button", name="Montrer").click()

        await expect(page.locator("body")).to_contain_text("Étape 1 sur 2")
        await page.get_by_role("link", name="après").click()
        await expect(page.locator("body")).to_contain_text("Étape 2 sur 2")


async def test_letting_go_of_the_slider_is_enough_where_scripts_run(
    chromium: Browser, north: Desk
) -> None:
    known = await begin(north)
    story = f"/partenaires/{known.person}/histoire"
    await north.until_seen(story, "La candidature est arrivée au Bureau")

    async with at(chromium, north) as page:
        foreign: list[str] = []
        page.on("console", lambda said: foreign.append(said.text))
        await page.goto(story)
        await page.get_by_role("slider").press("Home")

        await expect(page.locator("body")).to_contain_text("Étape 1 sur 2")
        assert not foreign


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_narrow_page_is_never_wider_than_its_screen(
    chromium: Browser, north: Desk, scheme: Any
) -> None:
    known = await begin(north)
    request, person = f"/demandes/{known.request}", f"/partenaires/{known.person}"
    paths = (
        "/", "/?vue=colonnes", "/demandes/nouvelle", request, f"{request}/histoire",
        "/partenaires", person, f"{person}/histoire", "/histoire", "/?le=2020",
        "/implications", "/projets",
        "/projets/nouveau", "/candidatures/nouvelle", "/etat", "/sessions",
        "/connexion", "/demonstration", "/demonstration/courrier", "/code", "/entrer/x",
    )  # fmt: skip

    async with at(
        chromium, north, viewport={"width": 320, "height": 640}, color_scheme=scheme
    ) as page:
        wider, small = {}, {}
        for path in paths:
            await page.goto(path)
            wider[path] = await page.evaluate(WIDER)
            small[path] = await page.evaluate(SMALL)

    assert {path: by for path, by in wider.items() if by > 0} == {}
    assert {path: those for path, those in small.items() if those} == {}


async def test_the_keyboard_reaches_the_content_first_and_a_mistake_leads_to_its_field(
    chromium: Browser, north: Desk
) -> None:
    await begin(north)

    async with at(chromium, north) as page:
        await page.goto("/demandes/nouvelle")
        await page.keyboard.press("Tab")
        await expect(page.locator(":focus")).to_have_text("Aller au contenu")
        await page.get_by_role("button", name="Enregistrer le brouillon").press("Enter")

        await expect(page.get_by_role("alert")).to_contain_text("Il reste quelque chose à corriger")
        await page.get_by_role("alert").get_by_role("link", name="Direction ou service").click()
        await expect(page.get_by_label("Direction ou service")).to_be_focused()


async def test_a_partner_comes_in_by_a_code_on_a_phone_by_keyboard_and_without_scripts(
    chromium: Browser, north: Desk
) -> None:
    await begin(north)
    email = "rose.lavoie@exemple.example"
    profile = {"given_name": "Rose", "family_name": "Lavoie", "email": email}
    person = await north.ask("/intake/candidacies", door="phone", profile=profile)
    await north.until_seen(f"/partenaires/{person}", "Rose Lavoie")
    await north.ask(f"/recruitment/partners/{person}/access")

    context = await chromium.new_context(
        base_url=north.home, viewport={"width": 390, "height": 844}, java_script_enabled=False
    )
    page = await context.new_page()
    await page.goto(f"/connexion/{north.establishment}")
    await page.get_by_role("link", name="Recevoir un code").press("Enter")
    await page.get_by_label("Votre adresse courriel").fill(email)
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Le code reçu")).to_be_visible()
    letters = await context.new_page()
    code = await the_code_in(letters, email)
    await page.get_by_label("Le code reçu").fill(code)
    await page.keyboard.press("Enter")

    await expect(page.get_by_role("heading", level=1)).to_have_text("Bonjour, Rose Lavoie")
    await context.close()


async def the_code_in(page: Page, email: str) -> str:
    """The six digits of the message to this address, once it was written."""
    found: list[str] = []

    async def written() -> bool:
        await page.goto("/demonstration/courrier")
        letter = page.get_by_role("article").filter(has_text=email)
        text = await letter.inner_text() if await letter.count() else ""
        found.extend(re.findall(r"Code : (\d{3} \d{3})", text))
        return bool(found)

    await eventually(written, within=10)
    return found[0]

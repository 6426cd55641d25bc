"""From a request to an answered contribution, by the forms of the pages alone."""

from __future__ import annotations

import re

import httpx2
import pytest

from services.chassis.settings import Installation
from services.portal.main import build
from tests.portal.town import Desk, begin, choose_account, cookies_over_http, version_in

pytestmark = pytest.mark.anyio

INVOLVEMENT = re.compile(r'href="(/implications/[0-9a-f-]{36})"')
CONTRIBUTION = re.compile(r'action="(/implications/[0-9a-f-]{36}/contributions/[0-9a-f-]{36})"')
STEP = re.compile(r'action="(/implications/[0-9a-f-]{36}/etapes/[a-z_]+)"')


async def test_a_partner_is_found_begins_and_hears_what_came_of_what_they_said(
    north: Desk,
) -> None:
    known = await begin(north)
    request, person = f"/demandes/{known.request}", f"/partenaires/{known.person}"
    await north.until_seen(f"{person}/histoire", "La candidature est arrivée au Bureau")
    await north.post(f"{person}/preselection", outcome="kept", role="organization")
    await north.post(f"{request}/prise-en-charge", advisor=known.staff)
    await north.post(f"{request}/acceptation")
    await north.until_seen(request, "recherche/ajout")

    await north.post(f"{request}/recherche/ajout", partner=known.person, note="Elle y a vécu.")
    await north.post(f"{request}/personnes/{known.person}/oui")
    await north.post(f"{request}/personnes/{known.person}/jumelage")
    matched = await north.until_seen(request, "/implications/")
    here = INVOLVEMENT.findall(matched)[0]
    await north.until_seen(here, "Le plan d’intégration")
    await north.post(f"{here}/conditions", starts="2026-11", compensation="refused")
    await north.post(f"{here}/signature-partenaire")
    signed = await north.post(f"{here}/signature-equipe")
    for step in STEP.findall(signed.text):
        await north.post(step)
    started = await north.post(f"{here}/debut")
    made = await north.post(f"{here}/contribution", text="La sonnette est hors de portée.")
    answered = await north.post(
        CONTRIBUTION.findall(made.text)[0], decision="adopted", why="Une deuxième est posée."
    )
    logged = await north.post(f"{here}/heures", minutes="1 h 30")

    assert started.status == 200, started.text
    assert "Active" in started.text
    assert "La sonnette est hors de portée." in made.text
    assert "Adoptée" in answered.text
    assert "Une deuxième est posée." in answered.text
    assert "1 h 30" in logged.text


async def test_a_decision_that_does_not_exist_is_a_page_that_does_not_exist(north: Desk) -> None:
    known = await begin(north)

    unknown = await north.post(f"/demandes/{known.request}/rien")
    aside = await north.post(
        f"/partenaires/{known.person}/retrait-consentement", purpose="../../departure?"
    )

    assert unknown.status == 404
    assert "Cette page n’existe pas" in unknown.text
    assert aside.status in (404, 422)
    assert "Ancien partenaire" not in await north.look(f"/partenaires/{known.person}")


async def test_whoever_takes_charge_twice_of_one_version_is_told(north: Desk) -> None:
    known = await begin(north)
    here = f"/demandes/{known.request}"
    shown = version_in(await north.look(here))

    first = await north.post(f"{here}/prise-en-charge", version=shown, advisor=known.staff)
    second = await north.post(f"{here}/refus", version=shown, reason="too_late")

    assert first.status == 200
    assert second.status == 412


async def test_a_part_that_does_not_answer_is_told_calmly(house: Installation) -> None:
    alone = {"services_at": NOWHERE, "demonstration": True}
    portal = build(house.settings("portal").model_copy(update=alone))
    async with (
        portal.router.lifespan_context(portal),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app=portal),
            base_url="http://tandem",
            cookies=cookies_over_http(),
            headers={"Origin": "http://tandem"},
        ) as visitor,
    ):
        await choose_account(visitor, "north", "office_lead")
        board = await visitor.get("/")
        state = await visitor.get("/etat")

    assert board.status_code == 503
    assert "Cette page n’est pas accessible pour l’instant" in board.text
    assert state.status_code == 200
    assert "Registre ne répond pas." in state.text


NOWHERE = "http://127.0.0.1:9/{service}"

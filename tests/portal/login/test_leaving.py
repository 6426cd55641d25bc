"""An establishment has left, or is part of another now: nobody comes in there any more."""

from __future__ import annotations

from uuid import uuid4

import pytest

from services.chassis.settings import Installation
from services.portal.calling import Away, HasLeft, Services
from services.portal.entering import itself
from services.portal.homes import Homes
from tests.patience import eventually
from tests.portal.login.inn import HOME, Browser, Inn
from tests.portal.town import Desk

pytestmark = pytest.mark.anyio


async def an_establishment(inn: Inn) -> str:
    """Another one, where accounts of the demonstration can be chosen."""
    key = f"ancien-{uuid4().hex[:6]}"
    desk = Desk(inn.home, key, "operator:one")
    await desk.ask("/directory/establishment", name=f"Hôpital {key}")
    await desk.gone()
    return key


async def comes_in(browser: Browser, home: str) -> int:
    answer = await browser.post("/demonstration", home=home, role="advisor")
    return answer.status_code


async def decide(inn: Inn, home: str, what: str, **said: str) -> None:
    desk = Desk(inn.home, home, "operator:one")
    await desk.ask(f"/directory/establishment/{what}", **said)
    await desk.gone()


async def until_gone(browser: Browser, home: str) -> str:
    """What its door says, once it is known that it left."""
    said = ""

    async def left() -> bool:
        nonlocal said
        answer = await browser.get(f"/connexion/{home}")
        said = answer.text
        return answer.status_code == 410

    await eventually(left, within=20)
    return said


async def test_whoever_was_of_an_establishment_that_merged_is_shown_where_it_went(inn: Inn) -> None:
    home = await an_establishment(inn)
    async with inn.browser() as inside, inn.browser() as outside:
        admitted = await comes_in(inside, home)
        working = await inside.get("/")

        await decide(inn, home, "merger", into=HOME)
        door = await until_gone(outside, home)
        shown_out = await inside.get("/")
        again = await inside.get("/")
        refused = await comes_in(outside, home)
        code = await outside.get(f"/connexion/{home}/code")
        doors = await outside.get("/connexion")

    assert (admitted, working.status_code) == (303, 200)
    assert f"« Hôpital {home} » n’est plus ici" in door
    assert f'href="/connexion/{HOME}"' in door
    assert shown_out.status_code == 410
    assert again.headers["location"].startswith("/connexion")
    assert (refused, code.status_code) == (410, 410)
    assert home not in doors.text


async def test_no_service_is_asked_anything_for_an_establishment_that_left(inn: Inn) -> None:
    home = await an_establishment(inn)
    async with inn.browser() as inside, inn.browser() as outside:
        await comes_in(inside, home)
        await decide(inn, home, "departure")
        door = await until_gone(outside, home)
        sent = await outside.post(f"/connexion/{home}/code", email="rose@exemple.example")
        shown_out = await inside.post("/demandes/nouvelle", title="Trop tard")

    asked = await inn.database.fetchval(
        "select count(*) from portal.askings where establishment = $1", home
    )
    assert "adressez-vous à lui directement" in door
    assert (sent.status_code, asked) == (410, 0)
    assert shown_out.status_code == 410


async def test_no_token_is_signed_for_anybody_of_an_establishment_that_left(
    house: Installation,
) -> None:
    services = Services(house.settings("portal"))
    services.gone = {"ancien": HasLeft("Hôpital ancien", HOME, "Institut")}

    with pytest.raises(HasLeft) as refusal:
        await services.read("insights", "/requests", itself("ancien"))

    assert (refusal.value.name, refusal.value.into) == ("Hôpital ancien", HOME)


async def test_while_nobody_says_who_has_left_who_is_in_stays_and_no_partner_comes_in(
    house: Installation,
) -> None:
    nowhere = {"services_at": "http://127.0.0.1:9/{service}"}
    services = Services(house.settings("portal").model_copy(update=nowhere))
    async with services:
        homes = Homes(services)

        await homes.require_open(HOME)
        with pytest.raises(Away):
            await homes.require_surely_open(HOME)

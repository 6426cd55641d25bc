"""What people see when a part is away or a page breaks: what to do, and nothing of the inside."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import httpx2
import pytest

from services.chassis.settings import Installation
from services.portal.main import build
from tests.operating import operating
from tests.portal.town import (
    KEY,
    Desk,
    a_place_of_its_own,
    a_town,
    begin,
    choose_account,
    cookies_over_http,
    token_in,
    version_in,
)

pytestmark = pytest.mark.anyio

# A moment that no clock here can show: five hours before the first of all.
ODD = """
insert into quarantine (listener, position, blocks_stream, why, since, body)
values ('recruitment-intake', 1, false, 'KeyError: lift', '-infinity', '')
"""
INSIDE = ("Traceback", "Error", "insights", "127.0.0.1", "/home/", ".py")


@asynccontextmanager
async def a_door(place: Installation, town: str) -> AsyncIterator[httpx2.AsyncClient]:
    """A portal in a process of its own, as in containers: it outlives the services behind it."""
    told = {"services_at": town + "/{service}", "demonstration": True}
    portal = build(place.settings("portal").model_copy(update=told))
    way = httpx2.ASGITransport(app=portal, raise_app_exceptions=False)
    async with (
        portal.router.lifespan_context(portal),
        httpx2.AsyncClient(
            transport=way, base_url="http://tandem", cookies=cookies_over_http(),
            headers={"Origin": "http://tandem"},
        ) as visitor,
    ):  # fmt: skip
        yield visitor


async def test_whoever_works_while_the_services_go_away_is_told_to_wait_and_keeps_their_words(
    house: Installation,
) -> None:
    async with AsyncExitStack() as staying, a_place_of_its_own(house) as place:
        async with a_town(place) as town:
            desk = Desk(town, "north", "marie")
            known = await begin(desk)
            await desk.gone()
            visitor = await staying.enter_async_context(a_door(place, town))
            await choose_account(visitor, "north", "office_lead")
            before = await visitor.get(f"/demandes/{known.request}")

        looked = await visitor.get(f"/demandes/{known.request}")
        said = {"jeton": token_in(before.text), "cle": KEY.findall(before.text)[0],
                "version": version_in(before.text), "advisor": known.staff}  # fmt: skip
        sent = await visitor.post(f"/demandes/{known.request}/prise-en-charge", data=said)
        await staying.aclose()

    assert before.status_code == 200
    for answer in (looked, sent):
        assert answer.status_code == 503
        assert "Cette page n’est pas accessible pour l’instant" in answer.text
        assert "ce que vous aviez écrit y est encore" in answer.text
        assert "Institut north" in answer.text
        assert not [word for word in INSIDE if word in answer.text]


async def test_a_page_that_breaks_says_that_it_is_not_their_fault_and_nothing_of_the_inside(
    north: Desk, place: Installation
) -> None:
    known = await begin(north)
    async with operating(place, "recruitment") as operator:
        await operator.execute(ODD)

        page = await north.look("/etat", status=500)
        elsewhere = await north.look(f"/partenaires/{known.person}")

        await operator.execute("delete from quarantine")
    assert "Quelque chose est brisé ici" in page
    assert "Ce n’est pas de votre faute" in page
    assert "Revenir à l’accueil" in page
    assert f"Institut {north.establishment}" in page
    assert not [word for word in INSIDE if word in page]
    assert "Rose Lavoie" in elsewhere

"""How the platform is doing, as whoever looks after it reads it."""

from __future__ import annotations

import pytest

from tests.portal.town import Desk, begin

pytestmark = pytest.mark.anyio


async def test_the_state_of_the_platform_is_told_in_plain_words(north: Desk) -> None:
    await begin(north)

    page = await north.until_seen("/etat", "Tout va bien", "Coffre des renseignements personnels")

    assert "Demandes et candidatures" in page
    assert "Rien n’est de côté" in page


async def test_a_view_is_made_anew_while_it_is_read(north: Desk) -> None:
    known = await begin(north)

    begun = await north.post("/etat/reconstruction/requests")
    meanwhile = await north.look(f"/demandes/{known.request}")
    unknown = await north.post("/etat/reconstruction/nothing")

    assert begun.status == 200
    assert "Prévenir les chutes" in meanwhile
    assert unknown.status == 404


async def test_trying_again_what_was_never_put_aside_is_refused_calmly(north: Desk) -> None:
    await begin(north)

    unknown = await north.post("/etat/quarantaine/recruitment/nobody/1")
    nowhere = await north.post("/etat/quarantaine/vault/nobody/1")

    assert unknown.status == 404
    assert nowhere.status == 404

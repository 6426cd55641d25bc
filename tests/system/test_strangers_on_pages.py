"""Whoever signs in elsewhere sees of our people and things what they see of what is nowhere."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from pathlib import Path

import httpx2
import pytest

from services.chassis.settings import Installation
from tests.portal.town import Desk, a_town, token_in
from tests.system.living import HERS, Herself, a_life, everybody
from tests.system.opening import Page, every_page

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

OURS = (HERS, "Maya Tremblay", "Des lanternes", "Institut north")
WITH_IDS = [page for page in every_page() if page.guarded and page.ids and not page.ends]
A_VALUE = re.compile(r'value="[^"]*"')  # of a form: each page has keys and tokens of its own


async def asked(desk: Desk, known: Mapping[str, str]) -> list[httpx2.Response]:
    """Every page and form with an id in its address, about these things."""
    await desk.come_in()
    token = token_in((await desk.pages.get("/sessions")).text)
    room = asyncio.Semaphore(8)

    async def ask(page: Page) -> httpx2.Response:
        said = {"jeton": token} if page.method == "POST" else None
        async with room:
            return await desk.pages.request(page.method, page.address(**known), data=said)

    return await asyncio.gather(*map(ask, WITH_IDS))


async def test_every_role_of_another_establishment_is_shown_nothing_of_ours(
    installation: Installation, tmp_path: Path
) -> None:
    async with a_town(installation, letters=tmp_path) as home:
        north, south = Desk(home, "north", "marie"), Desk(home, "south", "olga")
        herself = Herself(home, "north", tmp_path)
        for other in (south, Desk(home, "west", "ann")):
            await other.ask("/directory/establishment", name=f"Institut {other.establishment}")
        known = await a_life(north, herself, "west", installation)
        before = await north.look(f"/partenaires/{known['person']}")

        differing, told = [], []
        async with everybody(south) as desks:
            for role, desk in desks.items():
                ours, nowhere = await asked(desk, known), await asked(desk, {})
                differing += [
                    f"{role}: {page}: {one.status_code}, not {other.status_code}"
                    for page, one, other in zip(WITH_IDS, ours, nowhere, strict=True)
                    if one.status_code != other.status_code
                ]
                told += [
                    f"{role}: {page}"
                    for page, one in zip(WITH_IDS, ours, strict=True)
                    if any(word in one.text for word in OURS)
                ]
        after = await north.look(f"/partenaires/{known['person']}")
        await herself.gone()
        await north.gone()
        await south.gone()

    assert differing == told == []
    assert A_VALUE.sub("", after) == A_VALUE.sub("", before)

"""Every page of the portal, opened by every role, by nobody, and by sessions that are not good.

`pages.txt` has a line a page, so that a change is seen by whoever reviews it; written anew by
`python -m tests.system.test_who_opens_what`.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import asyncpg
import httpx2
import pytest

from contracts.access import AccessRole
from services.chassis.settings import Installation
from services.portal.guarding import COOKIE
from services.portal.places import ROLES
from tests.portal.town import (
    Desk,
    a_browser_at,
    a_place_of_its_own,
    a_town,
    choose_account,
    token_in,
)
from tests.system.opening import Page, every_page

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

GOLDEN = Path(__file__).parent / "pages.txt"
PAGES = every_page()
GUARDED = [page for page in PAGES if page.guarded]
FOR_OTHERS = "Cette page est pour d’autres rôles"
HOME, AT_ONCE = "north", 8
NO_FORM = "Ce formulaire n’est plus valable"


class Town(NamedTuple):
    """Where the pages are, and who looks into the tables of their sessions."""

    home: str
    database: asyncpg.Connection[asyncpg.Record]


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def town(house: Installation) -> AsyncIterator[Town]:
    async with a_place_of_its_own(house) as installation, a_town(installation) as home:
        office = Desk(home, HOME, "marie")
        await office.ask("/directory/establishment", name="Institut du nord")
        url = installation.operator_url(installation.database_of("portal"))
        database = await asyncpg.connect(url)
        yield Town(home, database)
        await database.close()
        await office.gone()


class Visitor:
    """A browser, with the token that its forms carry."""

    def __init__(self, town: Town) -> None:
        self.browser = a_browser_at(town.home)
        self._token = ""

    async def signs_in(self, role: AccessRole) -> Visitor:
        await choose_account(self.browser, HOME, role)
        self._token = ""
        return self

    async def asks(self, page: Page) -> httpx2.Response:
        if page.method == "GET":
            return await self.browser.get(page.address())
        if not self._token:
            self._token = token_in((await self.browser.get("/entrer/nulle-part")).text)
        return await self.browser.post(page.address(), data={"jeton": self._token})

    async def is_let_in(self, page: Page) -> bool | int:
        """Or what broke."""
        answer = await self.asks(page)
        if answer.status_code >= 500:
            return answer.status_code
        elsewhere = page.path == "/" and answer.status_code == 303
        return not elsewhere and FOR_OTHERS not in answer.text


def turned_away(answer: httpx2.Response) -> bool:
    """To where one signs in; a form of nobody's is not even read."""
    where = answer.headers.get("location", "")
    return answer.status_code == 303 and where.startswith("/connexion")


@pytest.mark.parametrize("role", list(ROLES))
async def test_a_role_opens_what_its_line_says_and_nothing_else(
    town: Town, role: AccessRole
) -> None:
    somebody, room = await Visitor(town).signs_in(role), asyncio.Semaphore(AT_ONCE)

    async def opened(page: Page) -> tuple[str, bool | int]:
        async with room:
            return str(page), await somebody.is_let_in(page)

    told = dict(await asyncio.gather(*(opened(page) for page in GUARDED if not page.ends)))
    for page in (page for page in GUARDED if page.ends):
        await somebody.signs_in(role)
        told |= [await opened(page)]
    await somebody.browser.aclose()

    assert told == {str(page): page.opens_to(role) for page in GUARDED}


async def test_nobody_opens_anything_without_a_session_that_lives(town: Town) -> None:
    old, ended = [await Visitor(town).signs_in(AccessRole.OFFICE_LEAD) for _ in range(2)]
    forged, nobody = Visitor(town), Visitor(town)
    aged = "update portal.sessions set ends = now() - interval '1 min' where digest = sha256($1)"
    await town.database.execute(aged, cookie_of(old).encode())
    stolen = cookie_of(ended)
    await ended.asks(Page("POST", "/deconnexion", guarded=True, by_role=False))
    for visitor, cookie in ((ended, stolen), (forged, "x" * len(stolen))):
        visitor.browser.cookies.set(COOKIE, cookie, domain="127.0.0.1", path="/")

    strangers = {"expired": old, "ended": ended, "forged": forged, "none": nobody}
    let_in = [
        f"{page} with a session that is {what}: {answer.status_code}"
        for what, visitor in strangers.items()
        for page, answer in zip(
            GUARDED, await asyncio.gather(*map(visitor.asks, GUARDED)), strict=True
        )
        if not turned_away(answer)
    ]

    assert let_in == []
    for visitor in strangers.values():
        await visitor.browser.aclose()


def cookie_of(visitor: Visitor) -> str:
    return next(str(one.value) for one in visitor.browser.cookies.jar if one.name == COOKIE)


async def test_a_form_without_its_token_or_of_another_site_does_nothing(town: Town) -> None:
    forms = [page for page in PAGES if page.method == "POST"]
    lead = await Visitor(town).signs_in(AccessRole.OFFICE_LEAD)

    bare = [await lead.browser.post(page.address()) for page in forms]
    foreign = [
        await lead.browser.post(page.address(), headers={"Origin": "https://ailleurs.example"})
        for page in forms
    ]
    await lead.browser.aclose()

    assert {answer.status_code for answer in (*bare, *foreign)} == {403}
    assert all(NO_FORM in answer.text for answer in bare)


def test_every_page_is_as_it_was_reviewed() -> None:
    reviewed = GOLDEN.read_text().splitlines()

    assert [page.line() for page in PAGES] == reviewed


if __name__ == "__main__":
    GOLDEN.write_text("\n".join(page.line() for page in PAGES) + "\n")

"""The whole platform behind one door, an office that fills it, and people at its pages."""

from __future__ import annotations

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from html import escape
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import asyncpg
import httpx2
import uvicorn

from services import together
from services.chassis.jetstream import connection
from services.chassis.settings import Installation
from services.provisioning import FIRST
from tests.callers import OFFICE, signed
from tests.patience import eventually

KEY = re.compile(r'name="cle" value="([0-9a-f]{32})"')
TOKEN = re.compile(r'name="jeton" value="([0-9a-f]{64})"')
VERSION = re.compile(r'name="version" value="(\d+)"')


@asynccontextmanager
async def a_place_of_its_own(house: Installation) -> AsyncIterator[Installation]:
    """An empty database, and an empty NATS afterwards, for all tests of one file."""
    name = f"test_{uuid4().hex}"
    operator = await asyncpg.connect(house.operator_url(FIRST))
    await operator.execute(f"create database {name} template tandem")
    yield replace(house, database_url=house.database_url.replace("/tandem?", f"/{name}?"))
    await operator.execute(f"drop database {name} with (force)")
    await operator.close()
    async with connection(house.operator.nats_url) as client:
        for stream in await client.jetstream().streams_info():
            await client.jetstream().delete_stream(str(stream.config.name))


@asynccontextmanager
async def a_town(
    installation: Installation, *, demonstration: bool = True, letters: Path | None = None
) -> AsyncIterator[str]:
    """The platform as `tandem up` runs it; gives its address. `letters`: where they are written."""
    with socket.create_server(("127.0.0.1", 0)) as door, TemporaryDirectory() as folder:
        home = f"http://127.0.0.1:{door.getsockname()[1]}"
        here = replace(
            installation,
            services_at=home + "/{service}",
            demonstration=demonstration,
            letters=letters or Path(folder),
        )
        app = together.build(here)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        serving = asyncio.create_task(server.serve([door]))

        async def started() -> bool:
            return server.started or serving.done()

        await eventually(started, within=60)
        try:
            yield home
        finally:
            server.should_exit = True
            await serving


def a_browser_at(home: str) -> httpx2.AsyncClient:
    """Keeps cookies as browsers do, which take Secure ones over http from a loopback address."""
    return httpx2.AsyncClient(
        base_url=home, headers={"Origin": home}, cookies=cookies_over_http(), timeout=30
    )


def cookies_over_http() -> CookieJar:
    return CookieJar(DefaultCookiePolicy(secure_protocols=("http", "https")))


async def choose_account(
    browser: httpx2.AsyncClient, establishment: str, role: str
) -> httpx2.Response:
    """Sign in with a demonstration account, as its page does."""
    token = token_in((await browser.get("/entrer/nulle-part")).text)
    said = {"jeton": token, "home": establishment, "role": role}
    answer = await browser.post("/demonstration", data=said)
    assert answer.status_code == 303, answer.text
    return answer


class Desk:
    """Somebody of one establishment in front of the pages, and the services behind them."""

    def __init__(
        self, home: str, establishment: str, actor: str, role: str = "office_lead"
    ) -> None:
        self.home = home
        self.establishment = establishment
        self.actor = actor
        self._doors = signed(establishment, actor, roles=OFFICE)
        self.role = role
        self.pages = a_browser_at(home)
        self._token = ""

    async def come_in(self) -> None:
        """By the page of demonstration accounts, once."""
        if not self._token:
            await choose_account(self.pages, self.establishment, self.role)
            self._token = token_in((await self.pages.get("/sessions")).text)

    async def tried(self, path: str, **said: object) -> httpx2.Response:
        """What a service answers, whatever it is."""
        async with httpx2.AsyncClient(base_url=self.home, auth=self._doors, timeout=30) as door:
            return await door.post(path, json=said)

    async def ask(self, path: str, **said: object) -> str:
        """Ask a service, and return the id of what is new, if anything is."""
        answer = await self.tried(path, **said)
        assert answer.is_success, answer.text
        return str(answer.json().get("person") or answer.json()["id"]) if answer.content else ""

    async def look(self, path: str, status: int = 200) -> str:
        await self.come_in()
        answer = await self.pages.get(path, follow_redirects=True)
        assert answer.status_code == status, (path, answer.status_code)
        return answer.text

    async def post(self, path: str, /, **said: str) -> Answered:
        """Send a form and follow where it leads."""
        return await self.post_as({}, path, **said)

    async def post_as(self, headers: Mapping[str, str], path: str, /, **said: str) -> Answered:
        """Send a form that says of itself where it was."""
        await self.come_in()
        answer = await self.pages.post(
            path, data={"jeton": self._token, **said}, headers=dict(headers), follow_redirects=True
        )
        return Answered(answer.status_code, answer.text, answer.url.path)

    async def until_seen(self, path: str, *words: str) -> str:
        """The page, once it says these words: what others do is not waited for by itself."""
        seen = ""
        await self.come_in()

        async def says() -> bool:
            nonlocal seen
            answer = await self.pages.get(path, follow_redirects=True)
            seen = answer.text if answer.status_code == 200 else ""
            return all(word in seen for word in words)

        await eventually(says, within=20)
        return seen

    async def gone(self) -> None:
        await self.pages.aclose()


@dataclass(frozen=True)
class Answered:
    status: int
    text: str
    path: str


@dataclass(frozen=True)
class Begun:
    """What an office has when a test begins."""

    department: str
    staff: str
    request: str
    person: str


async def begin(desk: Desk, title: str = "Prévenir les chutes") -> Begun:
    """An establishment with one member of staff, one request that was sent, one person."""
    await desk.ask("/directory/establishment", name=f"Institut {desk.establishment}")
    department = await desk.ask("/directory/departments", name="Direction de la qualité")
    staff = await desk.ask("/directory/staff", name="Maya Tremblay", department=department)
    request = await desk.ask(
        "/intake/requests", title=title, department=department, contact=staff,
        level="partnership", partners_sought=2,
        words={"aim": "Voir l’unité avec leurs yeux."},
    )  # fmt: skip
    await desk.ask(f"/intake/requests/{request}/submission")
    person = await desk.ask(
        "/intake/candidacies", door="phone",
        profile={"given_name": "Rose", "family_name": "Lavoie", "phone": "418 555-0101"},
    )  # fmt: skip
    await desk.until_seen(f"/demandes/{request}", escape(title), "À prendre en charge")
    await desk.until_seen(f"/partenaires/{person}", "Rose Lavoie")
    return Begun(department, staff, request, person)


def token_in(text: str) -> str:
    """What the forms of this page carry."""
    found = TOKEN.search(text)
    assert found, text
    return found[1]


def version_in(text: str) -> str:
    found = VERSION.search(text)
    assert found
    return found[1]

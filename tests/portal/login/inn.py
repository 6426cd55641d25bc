"""A town whose people sign in for real: at providers of their own, and by codes sent to them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from html import unescape
from uuid import uuid4

import asyncpg
import httpx2
import pytest
from oidc_provider_mock import User, run_server_in_thread  # type: ignore[import-untyped]

from services.chassis.settings import Installation
from services.portal.guarding import COOKIE
from tests.patience import eventually
from tests.portal.town import Begun, Desk, a_browser_at, a_town, begin, token_in

HOME = "institut"
OUT_OF_ORDER = "http://127.0.0.1:9"
EMAIL = "rose.et.paul@exemple.example"


@contextmanager
def providers() -> Iterator[None]:
    """One that works, and one that is away, as the environment of the portal names them."""
    people = [
        User(sub="maya", claims={"name": "Maya Tremblay", "email": "maya@exemple.example"}),
        User(sub="inconnue", claims={"name": "Zoé Inconnue", "email": "zoe@exemple.example"}),
    ]
    with run_server_in_thread(user_claims=people) as server, pytest.MonkeyPatch.context() as here:
        works = {"key": "travail", "name": "Compte du travail", "client_secret": "chut"}
        works["issuer"] = f"http://localhost:{server.server_port}"
        away = {"key": "ailleurs", "name": "Compte d’ailleurs", "issuer": OUT_OF_ORDER}
        both = [one | {"establishment": HOME, "client_id": "tandem"} for one in (works, away)]
        here.setenv("TANDEM_PROVIDERS", json.dumps(both))
        yield


@dataclass
class Inn:
    """The town, its office, and whoever looks into its tables."""

    home: str
    office: Desk
    known: Begun
    database: asyncpg.Connection[asyncpg.Record]

    def browser(self) -> Browser:
        return Browser(self)

    async def all_that_the_portal_keeps(self) -> str:
        """Every row of every table, as words; what is bytes, also as the text it may be."""
        tables = await self.database.fetch(
            "select tablename from pg_tables where schemaname = 'portal'"
        )
        rows = [
            value.decode(errors="ignore") if isinstance(value, bytes) else str(value)
            for (table,) in tables
            for row in await self.database.fetch(f"select * from portal.{table}")
            for value in row.values()
        ]
        return "\n".join(rows)

    async def makes_old(self, browser: Browser, column: str, by: str) -> None:
        """As if this much time had passed for the session of this browser."""
        changed = await self.database.execute(
            f"update portal.sessions set {column} = {column} - '{by}'::interval"
            " where digest = sha256($1)",
            browser.cookie.encode(),
        )
        assert changed == "UPDATE 1"


class Browser:
    """Somebody nobody knows yet, at an address of their own."""

    def __init__(self, inn: Inn) -> None:
        self.http = a_browser_at(inn.home)
        self.http.headers["X-Forwarded-For"] = f"2001:db8::{uuid4().hex[:4]}"

    async def __aenter__(self) -> Browser:
        await self.http.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.http.aclose()

    @property
    def cookie(self) -> str:
        return next((one.value or "" for one in self.http.cookies.jar if one.name == COOKIE), "")

    async def get(self, path: str, **more: object) -> httpx2.Response:
        return await self.http.get(path, follow_redirects=bool(more.get("follow")))

    async def token(self, page: str = "/entrer/nulle-part") -> str:
        return token_in((await self.http.get(page)).text)

    async def post(self, path: str, /, **said: str) -> httpx2.Response:
        said.setdefault("jeton", await self.token())
        return await self.http.post(path, data=said)

    async def sent_to_provider(self, sub: str = "maya", vers: str = "/") -> httpx2.URL:
        """Through the provider's page, up to the address it sends the browser back to."""
        begun = await self.http.get(f"/connexion/{HOME}/travail", params={"vers": vers})
        return await self.recognized(httpx2.URL(begun.headers["location"]), sub)

    async def recognized(self, asked: httpx2.URL, sub: str = "maya") -> httpx2.URL:
        async with httpx2.AsyncClient() as provider:
            answer = await provider.post(asked, data={"sub": sub})
        return httpx2.URL(answer.headers["location"])

    async def signs_in(self, sub: str = "maya", vers: str = "/") -> httpx2.Response:
        return await self.http.get(await self.sent_to_provider(sub, vers))

    async def chooses(self, role: str) -> httpx2.Response:
        return await self.post("/demonstration", home=HOME, role=role)

    async def asks_for_a_code(self, email: str = EMAIL) -> httpx2.Response:
        return await self.post(f"/connexion/{HOME}/code", email=email)

    async def letters_to(self, email: str) -> int:
        """How many messages were written to this address."""
        return (await self._letters()).count(f"À {email}\n")

    async def letter_to(self, email: str, after: int = 0) -> str:
        """The latest message to this address, once there are more than so many."""

        async def there() -> bool:
            return await self.letters_to(email) > after

        await eventually(there, within=10)
        _, _, rest = (await self._letters()).partition(f"À {email}\n")
        return rest.partition("</article>")[0]

    async def _letters(self) -> str:
        text = unescape((await self.http.get("/demonstration/courrier")).text)
        return text.replace("</p>", "\n")


@asynccontextmanager
async def an_inn(installation: Installation) -> AsyncIterator[Inn]:
    """Maya, who advises, is known at her provider; Rose and Paul share an address."""
    with providers():
        async with a_town(installation) as home:
            office = Desk(home, HOME, "staff:one")
            known = await begin(office)
            await office.ask(f"/directory/staff/{known.staff}/roles", role="advisor")
            login = {"provider": "travail", "subject": "maya"}
            await office.ask(f"/directory/staff/{known.staff}/logins", **login)
            database = await asyncpg.connect(
                installation.operator_url(installation.database_of("portal"))
            )
            yield Inn(home, office, known, database)
            await database.close()
            await office.gone()


async def a_partner(inn: Inn, given_name: str, email: str = EMAIL) -> str:
    """Somebody whom the office lets in."""
    profile = {"given_name": given_name, "family_name": "Lavoie", "email": email}
    person = await inn.office.ask("/intake/candidacies", door="phone", profile=profile)

    async def let_in() -> bool:
        """As soon as recruitment has heard of them."""
        return (await inn.office.tried(f"/recruitment/partners/{person}/access")).is_success

    await eventually(let_in)
    return person

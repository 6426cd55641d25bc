"""Staff sign in at an OpenID provider that others wrote: code, PKCE and nonce, and out again."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from typing import Any, NamedTuple

import httpx2
import pytest

from services.chassis.settings import Installation
from tests.conformance.canaille import Canaille, a_canaille
from tests.portal.town import (
    Desk,
    a_browser_at,
    a_place_of_its_own,
    a_town,
    begin,
    cookies_over_http,
)

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

HOME, PROVIDER, SECRET, PASSWORD = "institut", "rh", "between the two", "Maya's very own 7 words"
CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Town(NamedTuple):
    """Our pages, and the provider whose account Maya has."""

    home: str
    canaille: Canaille


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def canaille(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Canaille]:
    """Three people have an account there.

    Each comes in once: two tokens of one person within a second are equal there, and the second
    is answered by a fault of its store.
    """
    canaille = a_canaille(tmp_path_factory.mktemp("canaille"))
    for name in ("maya", "noe", "zoe"):
        said = {"user_name": name, "password": PASSWORD, "family_name": "Tremblay"}
        canaille.do("create", "user", **said)
    with canaille.serving():
        yield canaille


@pytest.fixture(scope="module")
async def town(house: Installation, canaille: Canaille) -> AsyncIterator[Town]:
    provider = {
        "establishment": HOME, "key": PROVIDER, "name": "Compte du travail",
        "issuer": canaille.issuer, "client_id": "us", "client_secret": SECRET,
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as here:
        here.setenv("TANDEM_PROVIDERS", json.dumps([provider]))
        async with a_place_of_its_own(house) as installation, a_town(installation) as home:
            known: dict[str, Any] = {
                "client_secret": SECRET, "client_uri": home, "response_types": ["code"],
                "redirect_uris": [f"{home}/connexion/{HOME}/{PROVIDER}/retour"],
                "grant_types": ["authorization_code"], "scope": ["openid", "profile", "email"],
                "token_endpoint_auth_method": "client_secret_basic",
                "id_token_signed_response_alg": "RS256",
            }  # fmt: skip
            await asyncio.to_thread(canaille.know_us, **known)
            await known_here(home)
            await canaille.answers()
            yield Town(home, canaille)


async def known_here(home: str) -> None:
    """Maya advises, and Noé's account is hers too; Zoé has an account at the provider alone."""
    office = Desk(home, HOME, "staff:one")
    known = await begin(office)
    await office.ask(f"/directory/staff/{known.staff}/roles", role="advisor")
    for subject in ("maya", "noe"):
        login = {"provider": PROVIDER, "subject": subject}
        await office.ask(f"/directory/staff/{known.staff}/logins", **login)
    await office.gone()


async def sent_back(asked: httpx2.URL, name: str) -> httpx2.URL:
    """Through the provider's own pages, up to the address it sends the browser to."""
    async with httpx2.AsyncClient(cookies=cookies_over_http(), follow_redirects=True) as browser:
        page = await browser.get(asked)
        for answer in ({"login": name}, {"password": PASSWORD}):
            [token] = CSRF.findall(page.text)
            said = {"csrf_token": token, **answer}
            page = await browser.post(page.url, data=said, follow_redirects=False)
            while page.has_redirect_location:
                where = page.url.join(page.headers["location"])
                if where.path.endswith("/retour"):
                    return where
                page = await browser.get(where, follow_redirects=False)
    raise AssertionError(page.text)


async def begun(browser: httpx2.AsyncClient) -> httpx2.URL:
    answer = await browser.get(f"/connexion/{HOME}/{PROVIDER}", params={"vers": "/partenaires"})
    return httpx2.URL(answer.headers["location"])


async def test_who_is_known_comes_in_and_goes_out_by_a_provider_that_others_wrote(
    town: Town,
) -> None:
    async with a_browser_at(town.home) as maya, a_browser_at(town.home) as thief:
        asked = await begun(maya)
        back = await sent_back(asked, "maya")
        stolen = await thief.get(back)
        admitted = await maya.get(back)
        replayed = await maya.get(back)
        page = await maya.get("/partenaires")

    sent = dict(asked.params)
    assert (sent["response_type"], sent["code_challenge_method"]) == ("code", "S256")
    assert back.params["iss"] == town.canaille.issuer
    assert (stolen.status_code, replayed.status_code) == (400, 400)
    assert admitted.headers["location"] == "/partenaires"
    assert "Maya Tremblay" in page.text


@pytest.mark.parametrize("changed", ["nonce", "code_challenge"])
async def test_an_answer_to_another_question_opens_nothing(town: Town, changed: str) -> None:
    async with a_browser_at(town.home) as noe:
        asked = (await begun(noe)).copy_set_param(changed, "a" * 43)
        refused = await noe.get(await sent_back(asked, "noe"))
        page = await noe.get("/partenaires")

    assert refused.status_code == 403
    assert "La connexion n’a pas abouti" in refused.text
    assert page.headers["location"].startswith("/connexion")


async def test_who_has_an_account_there_and_none_here_stays_outside(town: Town) -> None:
    async with a_browser_at(town.home) as zoe:
        refused = await zoe.get(await sent_back(await begun(zoe), "zoe"))

    assert refused.status_code == 403
    assert "Écrivez au Bureau du partenariat" in refused.text

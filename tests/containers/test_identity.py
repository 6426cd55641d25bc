"""The profile `identity`: somebody comes in as a browser would, by the provider of the stack."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from html import unescape

import httpx2
import pytest

from services.portal.guarding import COOKIE
from tests.containers.stack import Stack
from tests.portal.town import a_browser_at, token_in

pytestmark = [pytest.mark.anyio, pytest.mark.containers, pytest.mark.usefixtures("engine")]

HOME, DOOR = "institut", "/connexion/institut"
PROVIDER = re.compile(r'href="([^"]+)">Fournisseur d’essai<')
OVER = "Cette connexion n’est plus valable"


@pytest.fixture(scope="module")
def house(stack: Stack) -> Stack:
    """Maya is the first lead of an establishment, and known at its provider."""
    known = ("--lead", "Maya Tremblay", "--login", "essai:maya")
    stack.tandem("establishment", "add", HOME, "Institut de l’exemple", *known)
    return stack


@pytest.fixture
async def browser(house: Stack) -> AsyncIterator[httpx2.AsyncClient]:
    async with a_browser_at(house.home) as browser:
        yield browser


async def sent_to_provider(browser: httpx2.AsyncClient) -> httpx2.URL:
    """Through the door of the establishment, as far as the provider's page."""
    door = await browser.get(DOOR)
    chosen = PROVIDER.search(door.text)
    assert chosen, door.text
    return location(await browser.get(unescape(chosen[1])))


async def recognized(browser: httpx2.AsyncClient, asked: httpx2.URL, sub: str) -> httpx2.URL:
    """The provider's form is filled in; where it then leads."""
    form = await browser.get(asked)
    assert 'name="sub"' in form.text
    return location(await browser.post(asked, data={"sub": sub}))


def location(answer: httpx2.Response) -> httpx2.URL:
    assert answer.is_redirect, answer.text
    return httpx2.URL(answer.headers["location"])


def cookie(browser: httpx2.AsyncClient) -> str:
    return next(one.value or "" for one in browser.cookies.jar if one.name == COOKIE)


async def test_whom_the_house_knows_comes_in_by_the_provider_and_goes(
    house: Stack, browser: httpx2.AsyncClient
) -> None:
    before = await browser.get("/demandes/nouvelle")
    asked = await sent_to_provider(browser)
    back = await recognized(browser, asked, "maya")
    admitted = await browser.get(back)
    first_page = await browser.get(location(admitted), follow_redirects=True)
    inside = await browser.get("/sessions")
    ended = await browser.post("/deconnexion", data={"jeton": token_in(inside.text)})
    after = await browser.get("/")

    sent, returned = dict(asked.params), dict(back.params)
    assert location(before).path == "/connexion"
    assert (sent["response_type"], sent["code_challenge_method"]) == ("code", "S256")
    assert all(len(sent[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    assert sent["redirect_uri"] == f"{house.home}{DOOR}/essai/retour"
    assert returned.keys() == {"code", "state"}
    assert returned["state"] == sent["state"]
    assert first_page.status_code == 200, first_page.text
    assert "Maya Tremblay" in inside.text
    assert "Fournisseur d’essai" in inside.text
    assert (
        f"{asked.scheme}://{asked.netloc.decode()}/oauth2/end_session" in ended.headers["refresh"]
    )
    assert "Vous êtes déconnecté·e" in ended.text
    assert location(after).path == "/connexion"


async def test_whom_nobody_knows_is_told_so_and_whom_to_ask(browser: httpx2.AsyncClient) -> None:
    asked = await sent_to_provider(browser)

    refused = await browser.get(await recognized(browser, asked, "zoe"))

    assert refused.status_code == 403
    assert "Vous n’avez pas encore accès à Tandem" in refused.text
    assert "Écrivez au Bureau du partenariat" in refused.text
    assert location(await browser.get("/")).path == "/connexion"


async def test_who_denies_it_at_the_provider_is_told_that_nothing_was_done(
    browser: httpx2.AsyncClient,
) -> None:
    asked = await sent_to_provider(browser)

    denied = await browser.get(location(await browser.post(asked, data={"action": "deny"})))

    assert denied.status_code == 403
    assert "La connexion n’a pas abouti" in denied.text


async def test_an_answer_counts_once_and_to_what_was_asked_alone(
    browser: httpx2.AsyncClient,
) -> None:
    asked = await sent_to_provider(browser)
    back = await recognized(browser, asked, "maya")

    another = await browser.get(back.copy_set_param("state", "of-another"))
    stateless = await browser.get(back.copy_remove_param("state"))
    admitted = await browser.get(back)
    mine = cookie(browser)
    replayed = await browser.get(back)

    assert admitted.status_code == 303
    for refused in (another, stateless, replayed):
        assert refused.status_code == 400
        assert OVER in refused.text
    assert cookie(browser) == mine


async def test_an_answer_opens_nothing_in_another_browser(
    house: Stack, browser: httpx2.AsyncClient
) -> None:
    back = await recognized(browser, await sent_to_provider(browser), "maya")

    async with a_browser_at(house.home) as thief:
        await sent_to_provider(thief)
        stolen = await thief.get(back)

    assert stolen.status_code == 400
    assert OVER in stolen.text


async def test_the_provider_answers_on_the_loopback_alone_at_one_address_for_all(
    house: Stack,
) -> None:
    whole = json.loads(house.said("config", "--format", "json"))["services"]
    identity, portal = whole["identity"], whole["portal"]
    [provider] = json.loads(portal["environment"]["TANDEM_PROVIDERS"])
    opened = [(one["host_ip"], one["published"], one["target"]) for one in portal["ports"]]

    issuer = httpx2.URL(provider["issuer"])
    assert identity["network_mode"] == "service:portal"
    assert "ports" not in identity
    assert identity["command"] == ["--port", str(issuer.port)]
    assert (issuer.host, str(issuer.port), issuer.port) in opened
    assert {host for host, _, _ in opened} == {"127.0.0.1"}
    assert (identity["read_only"], identity["cap_drop"]) == (True, ["ALL"])

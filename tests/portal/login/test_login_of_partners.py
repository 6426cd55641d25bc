"""Partners come in without a password, and nobody learns who is one."""

from __future__ import annotations

import asyncio
import logging
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import SimpleNamespace
from uuid import uuid4

import httpx2
import pytest
from aiosmtpd.smtp import SMTP, Envelope

from services.chassis.settings import Installation
from services.portal.main import build
from services.portal.posting import ByMail
from services.portal.settings import NotInProduction
from tests.portal.login.inn import EMAIL, HOME, Browser, Inn, a_partner

pytestmark = pytest.mark.anyio

CODE = re.compile(r"Pour (\w+)\n +Code : (\d{3} \d{3})\n +Lien : \S+(/entrer/[\w-]+)")
NOBODY = "personne@exemple.example"


@pytest.fixture
def email() -> str:
    """An address that is asked about for the first time."""
    return f"rose.{uuid4().hex[:8]}@exemple.example"


async def sent(browser: Browser, email: str) -> dict[str, tuple[str, str]]:
    """By first name, the code and the link of the latest message to this address."""
    before = await browser.letters_to(email)
    await browser.asks_for_a_code(email)
    text = await browser.letter_to(email, before)
    return {name: (code, link) for name, code, link in CODE.findall(text)}


async def test_a_partner_comes_in_with_the_six_digits_they_were_sent(inn: Inn, email: str) -> None:
    person = await a_partner(inn, "Rose", email)
    async with inn.browser() as rose:
        code, _ = (await sent(rose, email))["Rose"]
        admitted = await rose.post("/code", code=code)
        welcome = await rose.get("/", follow=True)
        again = await rose.post("/code", code=code)

    actor = await inn.database.fetchval(
        "select actor from portal.sessions where person = $1", person
    )
    assert admitted.status_code == 303
    assert "Bonjour, Rose Lavoie" in welcome.text
    assert actor == f"partner:{person}"
    assert again.status_code == 410


async def test_two_people_with_one_address_have_each_their_own_code_in_one_message(
    inn: Inn,
) -> None:
    people = {name: await a_partner(inn, name) for name in ("Rose", "Paul")}
    async with inn.browser() as rose, inn.browser() as paul:
        codes = await sent(rose, EMAIL)
        await rose.post("/code", code=codes["Rose"][0])
        await paul.post(codes["Paul"][1])
        greeted = [(await one.get("/accueil")).text for one in (rose, paul)]

    assert codes.keys() == people.keys()
    assert codes["Rose"][0] != codes["Paul"][0]
    assert "Bonjour, Rose" in greeted[0]
    assert "Bonjour, Paul" in greeted[1]


async def test_a_link_asks_for_a_button_and_lets_in_once_in_any_browser(
    inn: Inn, email: str
) -> None:
    await a_partner(inn, "Rose", email)
    async with inn.browser() as computer, inn.browser() as scanner, inn.browser() as phone:
        _, link = (await sent(computer, email))["Rose"]
        scanned = [await scanner.get(link) for _ in range(2)]
        admitted = await phone.post(link)
        again = await computer.post(link)

    assert [one.status_code for one in scanned] == [200, 200]
    assert admitted.headers["location"] == "/"
    assert again.status_code == 410
    assert "ne sert plus" in again.text


async def test_whether_an_address_is_known_shows_nowhere(
    inn: Inn, email: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await a_partner(inn, "Rose", email)
    answers: list[list[object]] = []
    for address in (email, NOBODY):
        async with inn.browser() as somebody:
            asked = await somebody.asks_for_a_code(address)
            page = await somebody.get(asked.headers["location"])
            wrong = [await somebody.post("/code", code="000 000") for _ in range(6)]
            said = [asked.status_code, asked.headers["location"], _bare(page.text)]
            answers.append([*said, *(one.status_code for one in wrong), *map(_said_in, wrong)])

    known, unknown = answers
    assert known == unknown
    assert known[3:9] == [422] * 5 + [410]
    assert email not in caplog.text
    assert "Rose" not in caplog.text


async def test_after_five_wrong_codes_the_right_one_is_worth_nothing(inn: Inn, email: str) -> None:
    await a_partner(inn, "Rose", email)
    async with inn.browser() as thief:
        code, _ = (await sent(thief, email))["Rose"]
        wrong = f"{(int(code.replace(' ', '')) + 1) % 1_000_000:06}"
        tried = [await thief.post("/code", code=wrong) for _ in range(5)]
        right = await thief.post("/code", code=code)

    assert "Il vous reste 4 essais" in tried[0].text
    assert [one.status_code for one in tried] == [422] * 5
    assert right.status_code == 410


async def test_a_code_is_of_the_browser_that_asked_and_of_the_ten_minutes_after(
    inn: Inn, email: str
) -> None:
    await a_partner(inn, "Rose", email)
    async with inn.browser() as rose, inn.browser() as other:
        code, link = (await sent(rose, email))["Rose"]
        elsewhere = await other.post("/code", code=code)
        await inn.database.execute("update portal.codes set made = made - interval '11 min'")
        late = await rose.post("/code", code=code)
        late_link = await rose.post(link)

    assert (elsewhere.status_code, late.status_code, late_link.status_code) == (410, 422, 410)


async def test_no_table_gives_the_six_digits_away_or_a_name_or_an_address(
    inn: Inn, email: str
) -> None:
    await a_partner(inn, "Rose", email)
    async with inn.browser() as rose:
        code, link = (await sent(rose, email))["Rose"]
        await rose.post(link)

    kept = await inn.all_that_the_portal_keeps()
    codes = await inn.database.fetch("select salt from portal.codes")
    secret = (code, code.replace(" ", ""), link.rpartition("/")[2], rose.cookie)
    assert [one for one in (*secret, email, "Rose", "Lavoie") if one in kept] == []
    assert len({row["salt"] for row in codes}) == len(codes)


async def test_the_office_withdraws_access_and_the_partner_is_shown_out(
    inn: Inn, email: str
) -> None:
    person = await a_partner(inn, "Rose", email)
    async with inn.browser() as rose, inn.browser() as late:
        code, _ = (await sent(rose, email))["Rose"]
        await rose.post("/code", code=code)
        _, link = (await sent(late, email))["Rose"]
        await inn.office.ask(f"/recruitment/partners/{person}/access/withdrawal")
        refused = await late.post(link)
        await inn.makes_old(rose, "asked", "6 min")
        out = await rose.get("/accueil")

    assert refused.status_code == 410
    assert out.headers["location"].startswith("/connexion")


async def test_who_is_given_access_on_a_page_is_told_how_to_come_in_and_shown_out_as_soon(
    inn: Inn, email: str
) -> None:
    person = await a_partner(inn, "Rose", email)
    space = f"/partenaires/{person}/representants/{person}"
    await inn.office.until_seen(f"/partenaires/{person}", "Rose")
    async with inn.browser() as rose:
        await inn.office.post(f"{space}/fermeture")
        await inn.office.post(f"{space}/acces")
        told = await rose.letter_to(email)
        code, _ = (await sent(rose, email))["Rose"]
        await rose.post("/code", code=code)
        inside = await rose.get("/accueil")
        await inn.office.post(f"{space}/fermeture")
        out = await rose.get("/accueil")

    assert f"/connexion/{HOME}/code" in told
    assert inside.status_code == 200
    assert out.status_code == 303


async def test_whoever_speaks_for_somebody_opens_that_persons_file(inn: Inn, email: str) -> None:
    person = await a_partner(inn, "Rose", f"{email}.autre")
    named = {"given_name": "Paule", "family_name": "Roy", "email": email}
    kind = {"kind": "mandatary", "personal": named}
    speaks = f"/recruitment/partners/{person}/representatives"
    holder = await inn.office.ask(speaks, **kind)
    await inn.office.ask(f"/recruitment/partners/{person}/access", holder=holder)
    async with inn.browser() as paule:
        code, _ = (await sent(paule, email))["Paule"]
        await paule.post("/code", code=code)
        welcome = await paule.get("/accueil")

    row = await inn.database.fetchrow(
        "select person, actor from portal.sessions where actor = $1", f"partner:{holder}"
    )
    assert row
    assert str(row["person"]) == person
    assert "Rose" in welcome.text


async def test_whoever_asks_too_often_is_told_when_to_come_again(inn: Inn, email: str) -> None:
    async with inn.browser() as somebody, inn.browser() as another:
        asked = [await somebody.asks_for_a_code(email) for _ in range(3)]
        fourth = await another.asks_for_a_code(email.upper())
        other = await another.asks_for_a_code(NOBODY)

    assert [one.status_code for one in asked] == [303] * 3
    assert fourth.status_code == 429
    assert 0 < int(fourth.headers["retry-after"]) <= 900
    assert re.search(r"Revenez à \d+ h \d\d", fourth.text)
    assert other.status_code == 303


async def test_one_caller_cannot_try_codes_for_ever(inn: Inn) -> None:
    async with inn.browser() as thief:
        token = await thief.token()
        tried = [await thief.post("/code", jeton=token, code="123456") for _ in range(31)]

    assert {one.status_code for one in tried[:30]} == {410}
    assert tried[30].status_code == 429


@pytest.mark.parametrize(
    "told",
    [{"env": {"TANDEM_ENV": "production"}}, {"hosts": ("127.0.0.1", "tandem.exemple.example")}],
    ids=["production", "a name of its own"],
)
def test_demonstration_accounts_cannot_be_switched_on_in_production(
    house: Installation, told: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in dict(told.pop("env", {})).items():  # type: ignore[call-overload]
        monkeypatch.setenv(name, value)
    settings = house.settings("portal").model_copy(update={"demonstration": True, **told})

    with pytest.raises(NotInProduction, match="TANDEM_DEMONSTRATION=false"):
        build(settings)


async def test_a_real_server_is_handed_the_message() -> None:
    received: list[EmailMessage] = []

    async def handle_DATA(_: object, __: object, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        assert isinstance(content, bytes)
        received.append(message_from_bytes(content, policy=policy.default))
        return "250 OK"

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@b.example", EMAIL, "Votre code"
    message.set_content("Déjà là")
    handler = SimpleNamespace(handle_DATA=handle_DATA)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(handler), "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        await ByMail(f"smtp://127.0.0.1:{port}").send(message)

    assert [one["To"] for one in received] == [EMAIL]
    assert received[0].get_content().strip() == "Déjà là"


def _said_in(answer: httpx2.Response) -> str:
    return _bare(answer.text)


def _bare(page: str) -> str:
    """Without what is another in every browser."""
    return re.sub(r'name="jeton" value="\w+"', "", page)

"""A parent of two, in one space: for whom they act is chosen, said on every page, and no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

import pytest

from tests.patience import eventually
from tests.portal.login.inn import HOME, Browser, Inn
from tests.portal.login.test_login_of_partners import sent
from tests.portal.town import version_in

pytestmark = pytest.mark.anyio

PAGES = ("/accueil", "/consentements", "/consentements/pool", "/sessions", "/mon-dossier")


class Family(NamedTuple):
    """Two children, and who speaks for whom."""

    lea: str
    noe: str
    both: str  # the parent of both
    one: str  # the parent of Noé alone


def born(years: int) -> str:
    return (datetime.now(UTC) - timedelta(days=years * 365.25 + 30)).date().isoformat()


async def a_child(inn: Inn, given_name: str, years: int = 11) -> str:
    profile = {
        "given_name": given_name, "family_name": "Lavoie", "birth_date": born(years),
        "phone": "450 555-0131",
    }  # fmt: skip
    return await inn.office.ask("/intake/candidacies", door="phone", profile=profile)


async def speaks_for(inn: Inn, child: str, name: str, email: str, known: str = "") -> str:
    """A parent, entered as soon as recruitment has heard of the child, and let in."""
    who = {"given_name": name, "family_name": "Lavoie", "email": email}
    said = {"kind": "parent", "personal": who} | ({"representative": known} if known else {})
    here, holder = f"/recruitment/partners/{child}", ""

    async def entered() -> bool:
        nonlocal holder
        answer = await inn.office.tried(f"{here}/representatives", **said)
        holder = str(answer.json().get("id", ""))
        return answer.is_success

    await eventually(entered)
    await inn.office.ask(f"{here}/access", holder=holder)
    return holder


async def a_family(inn: Inn, email: str) -> Family:
    lea, noe = await a_child(inn, "Léa"), await a_child(inn, "Noé")
    both = await speaks_for(inn, lea, "Rosalie", email)
    await speaks_for(inn, noe, "Rosalie", email, both)
    return Family(lea, noe, both, await speaks_for(inn, noe, "Gilles", f"autre.{email}"))


async def comes_in(browser: Browser, email: str, name: str) -> None:
    code, _ = (await sent(browser, email))[name]
    await browser.post("/code", code=code)


async def a_mandate(inn: Inn, child: str) -> str:
    said = {"partner": child, "title": "Le coin des jeunes", "role": "organization",
            "level": "consultation"}  # fmt: skip
    one = await inn.office.ask("/accompaniment/involvements", **said)
    here = f"/accompaniment/involvements/{one}"
    await inn.office.ask(f"{here}/terms", starts="2026-12-01", support="Une collation.")
    await inn.office.ask(f"{here}/signatures", side="team")
    return one


@pytest.fixture
def email() -> str:
    return f"rosalie.{uuid4().hex[:8]}@exemple.example"


async def test_who_speaks_for_two_children_chooses_and_every_page_says_for_whom(
    inn: Inn, email: str
) -> None:
    family = await a_family(inn, email)
    async with inn.browser() as rosalie:
        await comes_in(rosalie, email, "Rosalie")
        first = await rosalie.get("/accueil")
        before = [(await rosalie.get(path)).text for path in PAGES]
        chosen = family.noe if "Le dossier de Léa" in first.text else family.lea

        opened = await rosalie.post("/sessions/dossier", file=chosen)
        after = [(await rosalie.get(path)).text for path in PAGES]

    names = ("Léa", "Noé") if chosen == family.noe else ("Noé", "Léa")
    assert opened.status_code == 303
    assert "Pour qui vous agissez" in first.text
    for pages, name in ((before, names[0]), (after, names[1])):
        assert [f"au nom de {name} Lavoie" in page for page in pages] == [True] * len(PAGES)
    assert "Les consentements de" in after[1]
    assert "Mes consentements" not in "".join(after)


async def test_who_speaks_for_one_child_opens_nothing_of_another(inn: Inn, email: str) -> None:
    family = await a_family(inn, email)
    mandate = await a_mandate(inn, family.lea)
    async with inn.browser() as gilles:
        await comes_in(gilles, f"autre.{email}", "Gilles")
        welcome = await gilles.get("/accueil")
        refused = await gilles.post("/sessions/dossier", file=family.lea)
        elsewhere = [
            (await gilles.get(path)).status_code
            for path in (f"/mandats/{mandate}", f"/partenaires/{family.lea}/consentements")
        ]

    assert "Noé" in welcome.text
    assert "Léa" not in welcome.text
    assert "Pour qui vous agissez" not in welcome.text.replace(">Pour qui vous agissez</a>", "")
    assert refused.status_code == 404
    assert elsewhere == [404, 403]


async def test_a_parent_signs_in_the_name_of_the_child_whose_file_is_open(
    inn: Inn, email: str
) -> None:
    family = await a_family(inn, email)
    mandates = {child: await a_mandate(inn, child) for child in (family.lea, family.noe)}
    async with inn.browser() as rosalie:
        await comes_in(rosalie, email, "Rosalie")
        await rosalie.post("/sessions/dossier", file=family.lea)
        here = f"/mandats/{mandates[family.lea]}"
        page = ""

        async def offered() -> bool:
            nonlocal page
            page = (await rosalie.get(here)).text
            return "Signer ce mandat" in page

        await eventually(offered, within=20)
        other = await rosalie.get(f"/mandats/{mandates[family.noe]}")
        signed = await rosalie.post(f"{here}/signature", version=version_in(page))
        after = (await rosalie.get(here)).text

    office = await inn.office.until_seen(f"/implications/{mandates[family.lea]}", "Rosalie Lavoie")
    assert "au nom de Léa Lavoie" in page
    assert "Avant 14 ans" in page
    assert "Une collation." in page
    assert other.status_code == 404
    assert signed.status_code == 303
    assert "Signé par vous" in after
    assert "Tout est prêt" in office


async def test_whose_power_is_ended_is_shown_out_at_once(inn: Inn, email: str) -> None:
    family = await a_family(inn, email)
    await inn.office.until_seen(f"/partenaires/{family.noe}/representants", "Gilles")
    async with inn.browser() as gilles:
        await comes_in(gilles, f"autre.{email}", "Gilles")
        inside = await gilles.get("/accueil")
        await inn.office.post(f"/partenaires/{family.noe}/representants/{family.one}/fin")
        out = await gilles.get("/accueil")

    assert (inside.status_code, out.status_code) == (200, 303)


async def test_a_demonstration_opens_only_the_spaces_that_the_office_has_opened(
    inn: Inn, email: str
) -> None:
    family = await a_family(inn, email)
    async with inn.browser() as somebody:
        closed = await somebody.post(
            "/demonstration/espace", home=HOME, holder=family.lea, of=family.lea
        )
        nobody = await somebody.post("/demonstration/espace", home=HOME, holder="x", of=family.lea)
        opened = await somebody.post(
            "/demonstration/espace", home=HOME, holder=family.both, of=family.noe
        )
        welcome = await somebody.get("/accueil")

    assert [closed.status_code, nobody.status_code, opened.status_code] == [404, 404, 303]
    assert "Le dossier de Noé" in welcome.text

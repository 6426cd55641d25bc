"""What is over is swept by itself, and nothing stays here of whoever was erased."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.patience import eventually
from tests.portal.login.inn import HOME, Inn, a_partner

pytestmark = pytest.mark.anyio

ERASED = "insert into vault.erased (establishment, subject) values ($1, $2)"


async def test_what_has_been_over_for_a_day_goes_though_nobody_signs_in(inn: Inn) -> None:
    async with inn.browser() as maya, inn.browser() as lost:
        await maya.signs_in()
        await lost.sent_to_provider()
        await lost.asks_for_a_code(f"{uuid4().hex}@exemple.example")
        await inn.makes_old(maya, "ends", "3 days")
        for table, column in (("attempts", "began"), ("askings", "asked")):
            await inn.database.execute(
                f"update portal.{table} set {column} = {column} - interval '3 days'"
            )

        async def swept() -> bool:
            left = await inn.database.fetchrow(
                "select (select count(*) from portal.attempts) as attempts,"
                " (select count(*) from portal.askings) as askings,"
                " (select count(*) from portal.sessions where digest = sha256($1)) as sessions",
                maya.cookie.encode(),
            )
            return not any(left.values()) if left else False

        await eventually(swept, within=15)


async def test_after_an_erasure_nothing_of_the_person_is_left_at_the_door(inn: Inn) -> None:
    email, other = (f"{uuid4().hex[:8]}@exemple.example" for _ in range(2))
    rose, paul = await a_partner(inn, "Rose", email), await a_partner(inn, "Paul", other)
    async with inn.browser() as hers, inn.browser() as his, inn.browser() as late:
        for browser, address in ((hers, email), (his, other), (late, email)):
            before = await browser.letters_to(address)
            await browser.asks_for_a_code(address)
            letter = await browser.letter_to(address, before)
            if browser is not late:
                await browser.post(letter[letter.index("/entrer/") :].split()[0])
        link = letter[letter.index("/entrer/") :].split()[0]

        await inn.database.execute(ERASED, HOME, rose)

        async def forgotten() -> bool:
            return rose not in await inn.all_that_the_portal_keeps()

        await eventually(forgotten, within=15)
        out, still_in = await hers.get("/accueil"), await his.get("/accueil")
        refused = await late.post(link)
        letters = await late.letters_to(email), await late.letters_to(other)

    assert out.headers["location"].startswith("/connexion")
    assert still_in.status_code == 200
    assert refused.status_code == 410
    assert letters == (0, 1)
    assert paul in await inn.all_that_the_portal_keeps()

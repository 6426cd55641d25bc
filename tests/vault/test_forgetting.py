"""A single value is let go: for good, by whoever may, and never unnoticed."""

from typing import Any
from uuid import uuid4

import httpx2
import pytest

from services.chassis.settings import Installation
from services.vault.erasing import Shredder
from services.vault.letting_go import LettingGo
from services.vault.safe import Safe
from services.vault.schedule import Schedules
from tests.callers import saying
from tests.vault.asking import a_value, as_, ask, keep, know, looked_up, somebody

pytestmark = pytest.mark.anyio


async def forget(door: httpx2.AsyncClient, *refs: str, **headers: str) -> httpx2.Response:
    said = {"purpose": "recruitment", "refs": refs}
    return await door.post("/forgotten", json=said, headers=headers)


async def last_reading(door: httpx2.AsyncClient) -> dict[str, Any]:
    items: list[dict[str, Any]] = (await ask(door, "/readings"))["items"]
    return items[0]


async def test_an_old_contact_is_let_go_and_the_journal_says_so(
    door: httpx2.AsyncClient, installation: Installation
) -> None:
    zoe, values = somebody("Zoé", "Canari", phone="450 555-0101")
    old = (await keep(door, *values))[-1]
    await keep(door, a_value("phone", "450 555-0202", subject=zoe))

    gone = await forget(door, old["ref"])
    again = await forget(door, old["ref"])

    assert (gone.json(), again.json()) == ({"values": 1}, {"values": 0})
    assert (await know(door, zoe))["phone"] == "450 555-0202"
    rows = await looked_up(installation, "select value from vault.kept where field = 'phone'")
    assert [value for (value,) in rows] == ["450 555-0202"]
    items = (await ask(door, "/readings"))["items"]
    told = [one["read"] for one in items if one["read"]["asked"] == "forgotten"]
    assert [(one["subjects"], one["fields"], one["values"]) for one in told] == [
        ([zoe], ["phone"], 1)
    ]


async def test_nobody_is_found_any_more_by_a_number_that_was_let_go(
    door: httpx2.AsyncClient,
) -> None:
    zoe, values = somebody("Zoé", "Canari", phone="450 555-0101")
    phone = (await keep(door, *values))[-1]
    sought = {"purpose": "contact", "phone": "450-555-0101"}
    before = (await ask(door, "/contacts/search", sought))["subjects"]

    await forget(door, phone["ref"])

    assert before == [zoe]
    assert (await ask(door, "/contacts/search", sought))["subjects"] == []


async def test_what_a_legal_hold_keeps_is_not_let_go(door: httpx2.AsyncClient) -> None:
    zoe, values = somebody("Zoé", "Canari")
    given_name, _ = await keep(door, *values)
    hold = {"person": zoe, "reason": "Une enquête."}
    await ask(door, "/holds", hold, **as_("office_lead"))

    refused = await forget(door, given_name["ref"])

    assert refused.status_code == 409
    assert refused.json()["type"].endswith("HeldByLaw")
    assert (await know(door, zoe))["given_name"] == "Zoé"


async def test_a_value_of_another_establishment_or_kind_is_let_go_by_nobody(
    door: httpx2.AsyncClient,
) -> None:
    zoe, values = somebody("Zoé", "Canari", experience="Le sommeil")
    refs = [one["ref"] for one in await keep(door, *values)]

    elsewhere = await forget(door, *refs, **saying("vault", "south", "paul"))
    as_requester = await forget(door, *refs, **as_("requester"))
    as_contact = await door.post("/forgotten", json={"purpose": "contact", "refs": refs})

    assert elsewhere.json() == {"values": 0}
    assert as_requester.status_code == 403
    assert as_contact.json()["type"].endswith("NotForThisPurpose")
    assert (await last_reading(door))["read"]["refused"] == "NotForThisPurpose"
    assert len(await know(door, zoe)) == 3


async def test_no_free_space_keeps_what_was_let_go_once_the_night_is_over(
    door: httpx2.AsyncClient, installation: Installation
) -> None:
    words = f"Canari {uuid4().hex}"
    _, values = somebody("Zoé", words)
    _, family_name = await keep(door, *values)
    await forget(door, family_name["ref"])
    file = """
        select position($1::bytea in pg_read_binary_file(pg_relation_filepath('vault.kept'))) > 0
    """
    await looked_up(installation, "checkpoint")
    [(before,)] = await looked_up(installation, file, words.encode())

    async with Safe(installation.settings("vault").database_url) as safe:
        rewrite = Shredder(safe, "for tests alone").rewrite
        await LettingGo(safe, Schedules(safe), rewrite).leave_no_trace()

    await looked_up(installation, "checkpoint")
    [(after,)] = await looked_up(installation, file, words.encode())
    [(waiting,)] = await looked_up(installation, "select count(*) from vault.forgotten")
    assert (before, after, waiting) == (True, False, 0)

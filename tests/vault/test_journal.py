import asyncio
import csv
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest

from services.chassis.moments import HERE
from services.chassis.settings import Installation
from services.chassis.tokens import Pen
from services.chassis.tree import leaf_of
from services.vault.erasing import Shredder
from services.vault.letting_go import LettingGo
from services.vault.looking import UNUSUAL, z_score
from services.vault.safe import Safe
from services.vault.schedule import Schedules
from tests import callers
from tests.callers import saying
from tests.vault.asking import a_value, as_, ask, keep, know, looked_up, somebody

pytestmark = pytest.mark.anyio


async def readings(door: httpx2.AsyncClient, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await ask(door, f"/readings{query}"))["items"]
    return items


async def test_a_reading_tells_who_whom_when_and_why_and_never_what(
    door: httpx2.AsyncClient,
) -> None:
    zoe, values = somebody("Zoé", "Canari")
    await keep(door, *values)

    said = {"purpose": "contact", "subjects": [zoe], "fields": ["given_name"]}
    await ask(door, "/subjects/resolutions", said, **{"Tandem-Reason": "call_back"})

    [one] = await readings(door)
    assert (one["sequence"], one["actor"], one["reason"]) == (1, "marie", "call_back")
    assert one["read"] == {
        "asked": "persons", "purpose": "contact", "subjects": [zoe], "fields": ["given_name"],
        "values": 1, "own": False, "refused": None, "length": None, "digest": None,
        "through": "portal",
    }  # fmt: skip
    assert "Canari" not in json.dumps(one)


async def test_the_journal_says_through_which_service_a_reading_came(
    door: httpx2.AsyncClient, installation: Installation
) -> None:
    zoe, values = somebody("Zoé", "Canari")
    await keep(door, *values)
    advisor = callers.somebody("north", "marie")

    for service in ("portal", "recruitment"):
        pen = Pen(service, installation.keys[service])
        await know(door, zoe, **pen.headers("vault", advisor))

    told = [(one["actor"], one["read"]["through"]) for one in await readings(door)]
    assert told == [("marie", "recruitment"), ("marie", "portal")]
    exported = (await door.get("/readings/export", params={"as_csv": True})).text
    lines = list(csv.DictReader(exported.splitlines()))
    assert [one["through"] for one in lines] == ["portal", "recruitment", "portal"]


async def test_every_way_to_read_is_in_the_journal(door: httpx2.AsyncClient) -> None:
    zoe, values = somebody("Zoé", "Canari", email="zoe@exemple.ca")
    [kept, *_] = await keep(door, *values)
    await ask(door, "/keys/statements", {"kind": "partner", "keys": {"P-1": zoe}})

    for path, said in (
        ("/resolutions", {"refs": [kept["ref"]]}),
        ("/subjects/resolutions", {"subjects": [zoe]}),
        ("/subjects/versions", {"subject": zoe}),
        ("/search", {"text": "canari"}),
        ("/contacts/search", {"email": "zoe@exemple.ca"}),
        ("/sorted", {}),
        ("/keys/resolutions", {"kind": "partner", "ids": [zoe], "purpose": "register"}),
    ):
        await ask(door, path, {"purpose": "recruitment", **said})
    await ask(door, "/duplicates")
    await door.get("/readings/export")

    told = {one["read"]["asked"]: one["read"]["subjects"] for one in await readings(door)}
    assert told.pop("duplicates") == told.pop("journal") == []
    asked = {"values", "persons", "versions", "search", "contact", "sorted", "keys"}
    assert told == {one: [zoe] for one in asked}


async def test_of_a_search_only_the_length_is_written_down(
    door: httpx2.AsyncClient, installation: Installation
) -> None:
    for text in ("canari", "canari", "roy"):
        await ask(door, "/search", {"purpose": "contact", "text": text})

    bodies = [body for (body,) in await looked_up(installation, "select body from vault.journal")]
    assert not any(b"canari" in body for body in bodies)
    last, second, first = (one["read"] for one in await readings(door))
    assert (first["length"], last["length"]) == (6, 3)
    assert first["digest"] == second["digest"] != last["digest"]


async def test_nothing_leaves_where_the_reading_cannot_be_written_down(
    door: httpx2.AsyncClient, installation: Installation
) -> None:
    zoe, values = somebody("Zoé", "Canari")
    await keep(door, *values)
    await looked_up(installation, "alter table vault.journal add check (sequence < 1)")

    said = {"purpose": "contact", "subjects": [zoe]}
    with pytest.raises(asyncpg.CheckViolationError):
        await door.post("/subjects/resolutions", json=said)


async def test_readings_at_the_same_moment_have_each_their_place_without_a_gap(
    door: httpx2.AsyncClient,
) -> None:
    zoe, values = somebody("Zoé", "Canari")
    await keep(door, *values)

    south = saying("vault", "south", "paul")
    await asyncio.gather(
        *(know(door, zoe) for _ in range(60)), *(know(door, zoe, **south) for _ in range(20))
    )

    told = await readings(door, "?limit=500&oldest_first=true")
    assert [one["sequence"] for one in told] == [*range(1, 61)]
    verified = await ask(door, "/readings/verification")
    assert (verified["size"], verified["whole"]) == (60, True)


async def test_a_reading_that_was_changed_is_noticed(
    door: httpx2.AsyncClient, installation: Installation
) -> None:
    for text in ("zoé", "roy"):
        await ask(door, "/search", {"purpose": "contact", "text": text})

    await looked_up(
        installation, "update vault.journal set body = body || 'x'::bytea where sequence = 1"
    )

    assert not (await ask(door, "/readings/verification"))["whole"]


async def test_the_service_can_neither_change_a_reading_nor_see_another_establishments(
    door: httpx2.AsyncClient, installation: Installation
) -> None:
    await ask(door, "/search", {"purpose": "contact", "text": "zoé"})
    service = await asyncpg.connect(installation.settings("vault").database_url)
    await service.execute("set tandem.establishment = 'south'")

    for change in ("update vault.journal set actor = 'x'", "delete from vault.journal"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await service.execute(change)
    elsewhere = await service.fetch("select * from vault.journal")
    await service.close()

    assert elsewhere == []


async def test_readings_are_found_by_who_whom_when_and_why(door: httpx2.AsyncClient) -> None:
    zoe, values = somebody("Zoé", "Canari")
    paul, others = somebody("Paul", "Roy")
    await keep(door, *values, *others)
    await know(door, zoe)
    await know(door, paul, **as_("advisor", "ann"))
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def whom(items: list[dict[str, Any]]) -> list[str]:
        return [subject for one in items for subject in one["read"]["subjects"]]

    assert whom(await readings(door)) == [paul, zoe]
    assert whom(await readings(door, f"?subject={zoe}")) == [zoe]
    assert whom(await readings(door, "?actor=ann")) == [paul]
    assert whom(await readings(door, "?purpose=staff")) == []
    assert whom(await readings(door, f"?since={tomorrow}")) == []
    assert whom(await readings(door, "?limit=1&after=2")) == [zoe]


async def test_the_journal_is_given_out_with_its_own_bytes_or_for_a_spreadsheet(
    door: httpx2.AsyncClient,
) -> None:
    zoe, values = somebody("Zoé", "Canari")
    await keep(door, *values)
    await know(door, zoe, **as_("advisor", "-formula"))

    lines = (await door.get("/readings/export", headers=as_("auditor"))).content.splitlines()
    sheet = (await door.get("/readings/export?as_csv=true", headers=as_("auditor"))).text

    told = await readings(door, "?oldest_first=true")
    assert [leaf_of(line).hex() for line in lines] == [one["leaf"] for one in told[:2]]
    header, row, *_ = csv.reader(sheet.splitlines())
    assert dict(zip(header, row, strict=True))["actor"] == "'-formula"


async def test_who_reads_their_own_file_is_marked_so(door: httpx2.AsyncClient) -> None:
    zoe, values = somebody("Zoé", "Canari")
    paul, others = somebody("Paul", "Roy")
    await keep(door, *values, *others)
    herself = as_("partner", f"partner:{zoe}", UUID(zoe))

    own = await know(door, zoe, **herself)
    anothers = await know(door, paul, **herself)

    assert own["family_name"] == "Canari"
    assert anothers == {}
    [second, first] = await readings(door)
    assert (first["read"]["own"], second["read"]["own"]) == (True, False)


async def test_readings_to_look_at_are_outside_the_caseload_or_of_a_colleague(
    door: httpx2.AsyncClient,
) -> None:
    mine, values = somebody("Zoé", "Roy", experience="Cancer")
    given, more = somebody("Ann", "Dubé", experience="Diabète")
    colleague, others = somebody("Paul", "Roy", experience="Asthme", phone="418 555-0101")
    await keep(door, *values)
    at_work = a_value("name", "Paul Roy", purpose="staff")
    reached = a_value("phone", "418-555-0101", subject=at_work["subject"], purpose="staff")
    other = as_("advisor", "ann")
    said = {"values": [*more, *others, at_work, reached]}
    await ask(door, "/reservations", said, **other)
    await ask(door, "/caseloads/marie", {"subjects": [given]})

    for subject in (mine, given, colleague):
        await know(door, subject)

    items = (await ask(door, "/readings/to-look-at"))["items"]
    daytime = {one["why"]: one["subjects"] for one in items if one["why"] != "at_night"}
    assert daytime == {"outside_caseload": [colleague], "colleague": [colleague]}


async def test_a_list_of_names_is_no_file_that_was_opened(door: httpx2.AsyncClient) -> None:
    zoe, values = somebody("Zoé", "Roy", experience="Cancer")
    await ask(door, "/reservations", {"values": values}, **as_("advisor", "ann"))

    await know(door, zoe, "given_name", "family_name")

    items = (await ask(door, "/readings/to-look-at"))["items"]
    assert [one for one in items if one["why"] != "at_night"] == []


def test_a_volume_is_unusual_for_the_person_and_for_the_office() -> None:
    days = [12, 15, 11, 14, 13, 90]

    assert z_score(90, days) > UNUSUAL
    assert z_score(15, days) < UNUSUAL
    assert z_score(3, [3]) == 0


async def test_an_unusual_volume_is_to_be_looked_at(
    door: httpx2.AsyncClient, installation: Installation
) -> None:
    people = [somebody("Zoé", f"Roy {number}", city="Lévis") for number in range(25)]
    await keep(door, *(value for _, values in people for value in values))
    first = people[0][0]
    for _ in range(9):
        await know(door, first)
    await looked_up(installation, "update vault.journal set at = at - sequence * interval '1 day'")

    said = {"purpose": "recruitment", "subjects": [subject for subject, _ in people]}
    await ask(door, "/subjects/resolutions", said)

    items = (await ask(door, "/readings/to-look-at"))["items"]
    [unusual] = [one for one in items if one["why"] == "unusual_volume"]
    assert (unusual["actor"], unusual["sequences"]) == ("marie", [10])


async def test_the_years_review_counts_and_says_who_has_access(door: httpx2.AsyncClient) -> None:
    zoe, values = somebody("Zoé", "Roy")
    await keep(door, *values)
    await know(door, zoe)
    await know(door, zoe, **as_("partner", f"partner:{zoe}", UUID(zoe)))
    now = datetime.now(HERE)
    year = now.year - (now.month < 4)

    review = await ask(door, f"/readings/review?year={year}", **as_("auditor"))

    assert (review["readings"], review["subjects"], review["own"]) == (2, 1, 1)
    assert {one["key"]: one["readings"] for one in review["by_role"]} == {
        "advisor": 1,
        "partner": 1,
    }
    assert review["size"] == 2
    staff = next(one for one in review["access"] if one["purpose"] == "staff")
    assert "hr_officer" in staff["recipients"]


async def test_a_reading_is_let_go_after_its_time_and_the_tree_still_holds(
    door: httpx2.AsyncClient, installation: Installation
) -> None:
    for text in ("zoé", "roy"):
        await ask(door, "/search", {"purpose": "contact", "text": text})
    await looked_up(
        installation, "update vault.journal set at = at - interval '8 years' where sequence = 1"
    )
    async with Safe(installation.settings("vault").database_url) as safe:
        shredder = Shredder(safe, "for tests alone")
        gone = await LettingGo(safe, Schedules(safe), shredder.rewrite).let_go("north")
        async with safe.opened_for("north") as service:
            with pytest.raises(asyncpg.RaiseError, match="two years"):
                await service.execute("select let_go(now())")

    assert gone == 1
    assert [one["sequence"] for one in await readings(door)] == [2]
    assert (await ask(door, "/readings/verification"))["whole"]


async def test_who_may_not_look_at_the_journal_is_refused(door: httpx2.AsyncClient) -> None:
    asked = await door.get("/readings", headers=as_("advisor", f"staff:{uuid4()}"))

    assert asked.status_code == 403

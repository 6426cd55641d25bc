import asyncio
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts import intake
from contracts.access import AccessRole
from contracts.accompaniment import InvolvementEnded, InvolvementStarted
from contracts.consent import ConsentGivenV2, ConsentMode, ConsentTo, ConsentWithdrawnV2, Scope
from contracts.envelope import PersonRef, StaffRef
from contracts.evaluation import About, ContactKind, ContactLogged
from contracts.outgoing import EmployeeInvolvementStarted
from contracts.terms import Side
from contracts.training import PlanCompleted
from services.chassis.deciding import Provenance
from services.chassis.personal import Vault
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.directory.stating import kind_of
from tests.callers import signed
from tests.doors import answering
from tests.offices import announcing
from tests.patience import eventually

pytestmark = pytest.mark.anyio

PERSON = PersonRef(UUID("6a0e8b1e-0000-4000-8000-0000000000aa"))
STAFF = UUID("6a0e8b1e-0000-4000-8000-0000000000bb")
HR = (AccessRole.HR_OFFICER,)


@pytest.fixture
async def housed(installation: Installation) -> AsyncIterator[Installation]:
    async with answering(installation, "vault", "directory") as housed:
        yield housed


@pytest.fixture
async def hr(housed: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(
        base_url=housed.services_at.removesuffix("/{service}"),
        auth=signed("north", "hr", roles=HR),
        timeout=30,
    ) as hr:
        yield hr


async def read(hr: httpx2.AsyncClient, **asked: Any) -> dict[str, Any]:
    answer = await hr.get("/directory/feed", params=asked)
    assert answer.is_success, answer.text
    told: dict[str, Any] = answer.json()
    return told


async def told(hr: httpx2.AsyncClient, count: int) -> list[dict[str, Any]]:
    async def enough() -> bool:
        return len((await read(hr))["items"]) >= count

    await eventually(enough)
    items: list[dict[str, Any]] = (await read(hr))["items"]
    return items


def hours(minutes: int, staff: UUID = STAFF) -> ContactLogged:
    return ContactLogged(
        about=About.PARTNER,
        subject=PERSON.root,
        partner=PERSON,
        date="2026-11-02",
        kind=ContactKind.CALL,
        staff=StaffRef(staff),
        minutes=minutes,
    )


async def test_hr_hears_what_concerns_it_in_order_and_nothing_of_a_partner(
    housed: Installation, hr: httpx2.AsyncClient
) -> None:
    match, request = uuid4(), uuid4()
    done = {"match": match, "request": request}
    async with announcing(housed, "training") as training:
        await training.say(PlanCompleted(**done, audience=Side.PARTNER, partner=PERSON))
        await training.say(PlanCompleted(**done, audience=Side.TEAM))
        await told(hr, 1)
    async with announcing(housed, "intake") as teams:
        gone = intake.NewContactAsked(contact=StaffRef(STAFF), on=date(2026, 11, 20))
        asking, _ = await teams.say(gone)
        await told(hr, 2)
    async with announcing(housed, "evaluation") as evaluation:
        await evaluation.say(hours(0))
        await evaluation.say(hours(45))
        trained, left, worked = await told(hr, 3)

    assert [one["position"] for one in (trained, left, worked)] == [1, 2, 3]
    assert trained["type"] == "tandem.training.team_training_completed.v1"
    assert trained["data"] == {"request": str(request)}
    assert left["type"] == "tandem.directory.contact_left.v1"
    assert left["data"] == {"staff": str(STAFF), "on": "2026-11-20", "request": str(asking)}
    assert worked["type"] == "tandem.accompaniment.staff_hours_logged.v1"
    assert worked["data"] == {"staff": str(STAFF), "date": "2026-11-02", "minutes": 45}
    assert str(PERSON) not in str([trained, left, worked])


async def test_the_feed_is_read_page_by_page_and_waits_for_what_comes(
    housed: Installation, hr: httpx2.AsyncClient
) -> None:
    async with announcing(housed, "evaluation") as evaluation:
        for minutes in range(1, 6):
            await evaluation.say(hours(minutes))
        await told(hr, 5)

        first = await read(hr, limit=2)
        second = await read(hr, after=first["next"], limit=2)
        third = await read(hr, after=second["next"], limit=2)
        waiting = asyncio.create_task(read(hr, after=third["next"], wait=10))
        await evaluation.say(hours(6))
        fourth = await waiting

    pages = [first, second, third, fourth]
    assert [[one["data"]["minutes"] for one in page["items"]] for page in pages] == [
        [1, 2],
        [3, 4],
        [5],
        [6],
    ]
    assert await read(hr, after=fourth["next"]) == {"items": [], "next": fourth["next"]}


async def test_another_establishment_hears_nothing_of_it(
    housed: Installation, hr: httpx2.AsyncClient
) -> None:
    async with announcing(housed, "evaluation") as evaluation:
        await evaluation.say(hours(30))
        await told(hr, 1)

    south = await hr.get("/directory/feed", auth=signed("south", "hr", roles=HR))
    advisor = await hr.get("/directory/feed", auth=signed("north", "one", roles=("advisor",)))

    assert south.json()["items"] == []
    assert advisor.status_code == 403


async def test_a_program_of_hr_reads_it_with_a_token_and_finds_its_own_keys(
    housed: Installation, hr: httpx2.AsyncClient
) -> None:
    source, token = await a_source(hr)
    by = Provenance("north", "service:directory")
    async with Vault(housed.settings("directory")) as vault:
        known = await vault.ids_of(by, kind_of("hr-main"), ["004217"])
    async with announcing(housed, "evaluation") as evaluation:
        await evaluation.say(hours(30, known["004217"]))
        await evaluation.say(hours(15))
        await told(hr, 2)

    path = f"/directory/feeds/{source}"
    answer = await hr.get(path, auth=None, headers={"Authorization": f"Bearer {token}"})
    wrong = await hr.get(path, auth=None, headers={"Authorization": f"Bearer {token[:-1]}x"})
    nobody = await hr.get(f"/directory/feeds/{uuid4()}", auth=None)

    assert answer.is_success, answer.text
    ours, theirs = answer.json()["items"]
    assert ours["data"]["employee"] == "004217"
    assert "employee" not in theirs["data"]
    assert (wrong.status_code, nobody.status_code) == (401, 401)
    assert token not in wrong.text


async def a_source(hr: httpx2.AsyncClient) -> tuple[str, str]:
    opened = await hr.post("/directory/sources", json={"name": "hr-main", "kind": "webhook"})
    source = opened.json()["id"]
    given = await hr.post(f"/directory/sources/{source}/tokens", json={})
    return source, given.json()["token"]


def consent(*messages: str, **more: Any) -> ConsentGivenV2:
    return ConsentGivenV2(
        partner=PERSON,
        consent=UUID("6a0e8b1e-0000-4000-8000-0000000000cc"),
        purpose=ConsentTo.TELL_EMPLOYER,
        form=ConsentMode.PORTAL,
        **{"scope": Scope.model_validate({"reach": "message", "of": messages})} | more,
    )


async def employed(housed: Installation, hr: httpx2.AsyncClient) -> UUID:
    """The person says by which key HR knows them; returns which member of staff that is."""
    await a_source(hr)
    by = Provenance("north", "service:directory")
    async with Vault(housed.settings("directory")) as vault:
        known = await vault.ids_of(by, kind_of("hr-main"), ["004217"])
    partner = signed("north", f"partner:{PERSON}", roles=("partner",), person=PERSON.root)
    said = {"key": "004217"}
    answer = await hr.post("/directory/own/staff-record", json=said, auth=partner)
    assert answer.status_code == 204, answer.text
    return known["004217"]


async def test_of_an_employee_who_is_a_partner_hr_hears_exactly_what_they_allow(
    housed: Installation, hr: httpx2.AsyncClient
) -> None:
    staff = await employed(housed, hr)
    async with (
        announcing(housed, "recruitment") as pool,
        announcing(housed, "accompaniment") as work,
    ):
        await work.say(InvolvementStarted(partner=PERSON))  # nothing was allowed yet
        await heard(housed, "accompaniment", 1)
        allowed = consent(EmployeeInvolvementStarted.name)
        given, _ = await pool.say(allowed)
        await heard(housed, "recruitment", 1)
        await work.say(InvolvementStarted(partner=PERSON))
        await work.say(InvolvementEnded(partner=PERSON))
        await heard(housed, "accompaniment", 3)

        items = (await read(hr))["items"]
        said = allowed.model_dump(include=set(ConsentWithdrawnV2.model_fields))
        await pool.go_on(given, ConsentWithdrawnV2(**said))
        await heard(housed, "recruitment", 2)
        afterwards = (await read(hr))["items"]

    [started] = items
    assert started["type"] == EmployeeInvolvementStarted.name
    assert started["data"] == {"staff": str(staff)}
    assert str(PERSON) not in str(items)
    assert afterwards == [{"position": 1, "withheld": True}]


async def test_a_consent_to_everything_is_none_to_a_message(
    housed: Installation, hr: httpx2.AsyncClient
) -> None:
    await employed(housed, hr)
    async with (
        announcing(housed, "recruitment") as pool,
        announcing(housed, "accompaniment") as work,
    ):
        await pool.say(consent(scope=Scope()))
        await heard(housed, "recruitment", 1)
        await work.say(InvolvementEnded(partner=PERSON))
        await heard(housed, "accompaniment", 1)

        items = (await read(hr))["items"]

    assert items == []


async def heard(housed: Installation, service: str, position: int) -> None:
    """Until the directory has heard so much of this service."""
    async with Store("directory", housed.settings("directory").database_url) as directory:

        async def so_far() -> bool:
            return await directory.place_of(f"directory-{service}") >= position

        await eventually(so_far)


async def test_the_link_is_made_and_ended_by_the_person_and_hr_cannot_read_it(
    housed: Installation, hr: httpx2.AsyncClient
) -> None:
    await employed(housed, hr)
    partner = signed("north", f"partner:{PERSON}", roles=("partner",), person=PERSON.root)
    office = signed("north", "one", roles=("advisor",))
    path = "/directory/own/staff-record"

    asked = {"subjects": [str(PERSON)], "purpose": "recruitment"}
    resolutions = "/vault/subjects/resolutions"
    seen = await hr.post(resolutions, json=asked, auth=office)
    hidden = [
        await hr.post(resolutions, json=asked),
        await hr.post(resolutions, json=asked | {"purpose": "staff"}),
        await hr.get(path),
    ]
    before = (await hr.get(path, auth=partner)).json()
    await hr.post(f"{path}/end", auth=partner)
    after = (await hr.get(path, auth=partner)).json()

    assert seen.json()["subjects"][str(PERSON)] == {"staff_record": "004217"}
    assert all("004217" not in answer.text for answer in hidden)
    assert (before, after) == ({"linked": True}, {"linked": False})

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.envelope import StaffRef
from contracts.staff import BecameAlias, LoginLinked, StaffLeft, StaffMatched
from services.chassis.settings import Installation
from services.chassis.store import Store
from tests.callers import signed
from tests.directory.staffing import today, tomorrow, yesterday
from tests.offices import an_office, ask

pytestmark = pytest.mark.anyio

LOGIN = {"provider": "entra", "subject": "aa-17"}


@pytest.fixture
async def office(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with an_office(installation, "vault", "directory") as office:
        await ask(office, "/directory/establishment", name="An institute")
        yield office


@pytest.fixture
async def directory(installation: Installation) -> AsyncIterator[Store]:
    async with Store("directory", installation.settings("directory").database_url) as store:
        yield store


async def log_in(office: httpx2.AsyncClient, **said: Any) -> httpx2.Response:
    """As the portal asks, in nobody's name yet."""
    portal = signed("north", "service:portal", roles=("service",))
    return await office.post("/directory/logins", json=LOGIN | said, auth=portal)


async def lise(office: httpx2.AsyncClient) -> str:
    return await ask(office, "/directory/staff", name="Lise Morin", email="lise@example.org")


async def kinds(directory: Store, staff: str) -> list[str]:
    return [type(one.fact()).__name__ for one in await directory.read_stream("north", UUID(staff))]


async def words(office: httpx2.AsyncClient, staff: str) -> dict[str, str]:
    asked = {"purpose": "staff", "subjects": [staff]}
    known = await office.post("/vault/subjects/resolutions", json=asked)
    return dict(known.json()["subjects"][staff])


async def test_whoever_is_unknown_at_login_is_nobody_unless_the_office_allows_contacts(
    office: httpx2.AsyncClient,
) -> None:
    refused = await log_in(office, name="Lise Morin")
    await office.put("/directory/establishment/settings", json={"contacts_at_login": True})

    met = await log_in(office, name="Lise Morin", email="lise@example.org")
    again = await log_in(office, name="Somebody else")

    assert refused.status_code == 404
    assert (met.json()["new"], met.json()["roles"]) == (True, [])
    assert again.json() == {**met.json(), "new": False}
    assert (await words(office, met.json()["staff"]))["name"] == "Lise Morin"


async def test_two_first_logins_at_once_make_one_contact(
    office: httpx2.AsyncClient, directory: Store
) -> None:
    await office.put("/directory/establishment/settings", json={"contacts_at_login": True})

    answers = await asyncio.gather(*(log_in(office, name="Lise Morin") for _ in range(4)))

    assert [one.text for one in answers if one.is_error] == []
    assert len({one.json()["staff"] for one in answers}) == 1
    assert [one.json()["new"] for one in answers].count(True) == 1
    assert await directory.position() == 4  # opened, configured, met, linked


async def test_a_linked_login_gives_the_roles_and_an_unlinked_one_gives_nothing(
    office: httpx2.AsyncClient, directory: Store
) -> None:
    staff = await lise(office)
    department = await ask(office, "/directory/departments", name="Nursing")
    await ask(office, f"/directory/staff/{staff}/logins", **LOGIN)
    await ask(office, f"/directory/staff/{staff}/roles", role="requester", department=department)
    await ask(office, f"/directory/staff/{staff}/roles", role="advisor")
    await ask(office, f"/directory/staff/{staff}/roles/withdrawal", role="advisor")

    known = await log_in(office)
    await ask(office, "/directory/logins/unlinking", **LOGIN)
    unknown = await log_in(office)

    held = {"role": "requester", "department": department}
    assert known.json() == {"staff": staff, "roles": [held], "new": False}
    assert unknown.status_code == 404
    bodies = [one.body.decode() for one in await directory.read_log(0, 50)]
    assert not any("aa-17" in body for body in bodies)
    assert any(LoginLinked.type in body for body in bodies)


async def test_a_login_is_one_persons(office: httpx2.AsyncClient) -> None:
    staff = await lise(office)
    omar = await ask(office, "/directory/staff", name="Omar Diop")
    await ask(office, f"/directory/staff/{staff}/logins", **LOGIN)

    again = await office.post(f"/directory/staff/{staff}/logins", json=LOGIN)
    other = await office.post(f"/directory/staff/{omar}/logins", json=LOGIN)

    assert again.status_code == 204
    assert (other.status_code, other.json()["type"]) == (409, "urn:tandem:LinkedToAnother")


async def test_nobody_is_made_an_operator_here(office: httpx2.AsyncClient) -> None:
    staff = await lise(office)

    answer = await office.post(f"/directory/staff/{staff}/roles", json={"role": "operator"})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:tandem:NotGivenHere")


async def test_whoever_leaves_loses_their_roles_and_is_given_them_anew(
    office: httpx2.AsyncClient, directory: Store
) -> None:
    staff = await lise(office)
    await ask(office, f"/directory/staff/{staff}/roles", role="advisor")

    await ask(office, f"/directory/staff/{staff}/departure", on=str(yesterday()))
    refused = await office.post(f"/directory/staff/{staff}/roles", json={"role": "advisor"})
    await ask(office, f"/directory/staff/{staff}/return")
    roles = await office.get(f"/directory/staff/{staff}/roles")

    assert refused.json()["type"] == "urn:tandem:AlreadyLeft"
    assert roles.json()["roles"] == []
    history = await directory.read_stream("north", UUID(staff))
    assert history[2].fact() == StaffLeft(staff=StaffRef(UUID(staff)), on=yesterday())


async def test_a_departure_told_beforehand_can_be_called_off(
    office: httpx2.AsyncClient, directory: Store
) -> None:
    staff = await lise(office)

    for on in (tomorrow(), tomorrow(), today()):
        await ask(office, f"/directory/staff/{staff}/departure", on=str(on))
    await ask(office, f"/directory/staff/{staff}/return")

    told = ["DepartureExpected", "DepartureExpected", "DepartureCalledOff"]
    assert await kinds(directory, staff) == ["StaffRecorded", *told]
    assert await directory.pool.fetchval("select count(*) from alarms") == 0


async def test_what_is_corrected_by_hand_stands_in_the_vault_and_is_held(
    office: httpx2.AsyncClient,
) -> None:
    staff = await lise(office)

    await ask(office, f"/directory/staff/{staff}/fields", fields={"email": "l.morin@example.org"})
    salary = await office.post(f"/directory/staff/{staff}/fields", json={"fields": {"pay": "1"}})
    shown = (await office.get(f"/directory/staff/{staff}")).json()

    assert (await words(office, staff))["email"] == "l.morin@example.org"
    assert shown["fields"]["email"]["held"] is True
    assert (salary.status_code, salary.json()["type"]) == (409, "urn:tandem:NotAField")


async def test_two_contacts_that_are_one_are_found_under_both_ids(
    office: httpx2.AsyncClient, directory: Store
) -> None:
    kept, other = await lise(office), await ask(office, "/directory/staff", name="L. Morin")
    await ask(office, f"/directory/staff/{other}/roles", role="requester")

    for _ in range(2):
        await ask(office, f"/directory/staff/{kept}/match", other=other)
    roles = await office.get(f"/directory/staff/{other}/roles")
    onto_alias = await office.post(f"/directory/staff/{other}/match", json={"other": kept})

    assert roles.json()["staff"] == kept
    assert [one["role"] for one in roles.json()["roles"]] == ["requester"]
    assert onto_alias.json()["type"] == "urn:tandem:SomebodyElse"
    ref, alias = StaffRef(UUID(kept)), StaffRef(UUID(other))
    told = [one.fact() for one in await directory.read_stream("north", UUID(kept))]
    assert StaffMatched(staff=ref, other=alias) in told
    [*_, last] = await directory.read_stream("north", UUID(other))
    assert last.fact() == BecameAlias(staff=alias, of=ref)


async def test_a_physician_in_no_file_is_entered_by_hand(
    office: httpx2.AsyncClient, directory: Store
) -> None:
    said = {"name": "Omar Diop", "phone": "418 555-0101", "staff_type": "physician"}

    staff = await ask(office, "/directory/staff", **said)

    assert await kinds(directory, staff) == ["StaffRecorded", "StaffChanged"]
    assert (await office.get(f"/directory/staff/{staff}")).json()["staff_type"] == "physician"
    assert (await words(office, staff))["phone"] == "418 555-0101"


async def test_whoever_was_an_alias_of_an_alias_is_still_understood(
    office: httpx2.AsyncClient, directory: Store
) -> None:
    first, second, third = [await lise(office) for _ in range(3)]

    await ask(office, f"/directory/staff/{second}/match", other=first)
    await ask(office, f"/directory/staff/{third}/match", other=second)
    await ask(office, f"/directory/staff/{first}/departure", on=str(yesterday()))

    [*_, left] = await directory.read_stream("north", UUID(third))
    fact = left.fact()
    assert isinstance(fact, StaffLeft)
    assert {str(one) for one in fact.also} == {first, second}


async def test_another_establishments_staff_are_not_found(office: httpx2.AsyncClient) -> None:
    staff = await lise(office)
    south = signed("south", roles=("office_lead",))

    seen = await office.get(f"/directory/staff/{staff}", auth=south)
    given = await office.post(
        f"/directory/staff/{staff}/roles", json={"role": "advisor"}, auth=south
    )

    assert [seen.status_code, given.status_code] == [404, 404]


async def test_where_somebody_works_is_also_said_by_hand_and_ended_by_hand(
    office: httpx2.AsyncClient, directory: Store
) -> None:
    staff = await lise(office)
    unit = await ask(office, "/directory/departments", name="Quality")
    path = f"/directory/staff/{staff}/assignments"

    given = await ask(office, path, department=unit, since=tomorrow().isoformat())
    nowhere = await office.post(path, json={"department": str(uuid4())})
    ended = await office.post(f"{path}/{given}/end", json={})
    again = await office.post(f"{path}/{given}/end", json={})

    assert nowhere.status_code == 404
    assert (ended.status_code, again.status_code) == (204, 404)
    assert await kinds(directory, staff) == ["StaffRecorded", "AssignmentGiven", "AssignmentEnded"]

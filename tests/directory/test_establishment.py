from collections.abc import AsyncIterator
from datetime import date
from hashlib import sha256
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.access import AccessRole
from contracts.directory import (
    DepartmentRecorded,
    DepartmentSucceeded,
    EstablishmentConfigured,
    EstablishmentMerged,
    EstablishmentOpened,
)
from contracts.envelope import StaffRef
from contracts.staff import RoleGiven
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.directory.domain.department import AlreadyClosed, Department, SucceedsItself
from services.directory.domain.establishment import Establishment, NoLongerHere
from tests.callers import signed
from tests.examples import facts
from tests.offices import an_office, ask

pytestmark = pytest.mark.anyio

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
NORTH = Establishment.id_for("north")


@pytest.fixture
async def office(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with an_office(installation, "vault", "directory") as office:
        await ask(office, "/directory/establishment", name="An institute")
        yield office


@pytest.fixture
async def directory(installation: Installation) -> AsyncIterator[Store]:
    async with Store("directory", installation.settings("directory").database_url) as store:
        yield store


def an_establishment() -> Establishment:
    return Establishment.open("north", EstablishmentOpened(name="An institute"))


def test_what_has_become_part_of_another_decides_nothing_more() -> None:
    establishment = an_establishment()

    establishment.merge_into("south")
    establishment.merge_into("south")
    with pytest.raises(NoLongerHere):
        establishment.rename("Another")

    assert facts(establishment)[1:] == [EstablishmentMerged(into="south")]


def test_a_department_is_succeeded_once_and_never_by_itself() -> None:
    department = Department.enter(uuid4(), DepartmentRecorded(name="Nursing"))
    after, on = uuid4(), date(2026, 4, 1)

    department.be_succeeded((after,), on)
    department.be_succeeded((after,), on)
    with pytest.raises(SucceedsItself):
        department.be_succeeded((department.id,), on)
    with pytest.raises(AlreadyClosed):
        department.close(on)

    _, told = facts(department)
    assert told == DepartmentSucceeded(department=department.id, successors=(after,), on=on)


async def test_an_office_presents_itself_in_its_own_words(
    office: httpx2.AsyncClient, directory: Store
) -> None:
    kept = await office.put("/directory/establishment/logo", content=PNG)
    logo = sha256(PNG).hexdigest()
    said = {"vision": "Ensemble", "logo": logo, "words": {"partner": "usager-ressource"}}

    answer = await office.put("/directory/establishment/settings", json=said)
    shown = await office.get("/directory/establishment")
    image = await office.get(f"/directory/establishment/logo/{logo}")

    assert (kept.json(), answer.status_code) == ({"logo": logo}, 204)
    presented = {"name": "An institute", "lead": None, "version": 2}
    assert shown.json() | said | presented | {"contacts_at_login": False} == shown.json()
    assert (image.content, image.headers["content-type"]) == (PNG, "image/png")
    _, fact = await directory.read_stream("north", NORTH)
    assert fact.fact() == EstablishmentConfigured.model_validate(said)


async def test_a_logo_is_an_image_that_carries_no_script(office: httpx2.AsyncClient) -> None:
    drawing = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"

    kept = await office.put("/directory/establishment/logo", content=drawing)
    named = await office.put("/directory/establishment/settings", json={"logo": "0" * 64})

    assert (kept.status_code, kept.json()["type"]) == (409, "urn:tandem:NotALogo")
    assert named.status_code == 404


async def test_the_operator_names_the_first_lead_and_no_second(
    office: httpx2.AsyncClient, directory: Store
) -> None:
    lead = await ask(office, "/directory/establishment/lead", name="Lise Morin")

    second = await office.post("/directory/establishment/lead", json={"name": "Omar Diop"})
    roles = await office.get(f"/directory/staff/{lead}/roles")

    assert (second.status_code, second.json()["type"]) == (409, "urn:tandem:AlreadyLed")
    assert roles.json()["roles"] == [{"role": "office_lead", "department": None}]
    _, given = await directory.read_stream("north", UUID(lead))
    assert given.fact() == RoleGiven(staff=StaffRef(UUID(lead)), role=AccessRole.OFFICE_LEAD)


async def test_an_establishment_that_leaves_keeps_its_facts_and_decides_nothing_more(
    office: httpx2.AsyncClient, directory: Store
) -> None:
    await office.put("/directory/establishment/logo", content=PNG)

    left = await office.post("/directory/establishment/departure")
    again = await office.post("/directory/establishment/departure")
    renamed = await office.post("/directory/establishment/name", json={"name": "Another"})
    portal = signed("north", "service:portal", roles=("service",))
    login = {"provider": "entra", "subject": "aa-17"}
    met = await office.post("/directory/logins", json=login, auth=portal)

    assert (left.status_code, again.status_code, renamed.status_code) == (204, 204, 409)
    assert met.json()["type"] == "urn:tandem:NoLongerHere"
    assert len(await directory.read_stream("north", NORTH)) == 2
    assert await directory.pool.fetchval("select count(*) from logos") == 0


async def test_a_merger_goes_to_an_establishment_that_is_here(office: httpx2.AsyncClient) -> None:
    answer = await office.post("/directory/establishment/merger", json={"into": "nowhere"})

    assert answer.status_code == 404


async def test_a_code_means_one_department(office: httpx2.AsyncClient, directory: Store) -> None:
    nursing = await ask(office, "/directory/departments", name="Nursing")
    surgery = await ask(office, "/directory/departments", name="Surgery")

    first = await office.post(f"/directory/departments/{nursing}/codes", json={"code": "6051"})
    second = await office.post(f"/directory/departments/{surgery}/codes", json={"code": "6051"})

    assert (first.status_code, second.status_code) == (204, 409)
    assert len(await directory.read_stream("north", UUID(surgery))) == 1


async def test_departments_that_are_merged_are_succeeded_by_the_same_one(
    office: httpx2.AsyncClient, directory: Store
) -> None:
    old = [await ask(office, "/directory/departments", name=name) for name in ("DSI", "DSM")]
    new = await ask(office, "/directory/departments", name="DSIM")

    for one in old:
        said = {"successors": [new], "on": "2026-04-01"}
        await ask(office, f"/directory/departments/{one}/succession", **said)
    nowhere = await office.post(
        f"/directory/departments/{new}/succession", json={"successors": [str(uuid4())]}
    )

    assert nowhere.status_code == 404
    for one in old:
        recorded, succeeded = await directory.read_stream("north", UUID(one))
        assert recorded.data["name"] in ("DSI", "DSM")
        assert succeeded.data["successors"] == [new]


async def test_what_was_changed_and_by_whom_is_told_the_last_first(
    office: httpx2.AsyncClient,
) -> None:
    path = "/directory/establishment"
    seen = (await office.get(path)).headers["etag"]
    await office.put(f"{path}/settings", json={"vision": "Together"})

    late = await office.put(
        f"{path}/settings", json={"vision": "Apart"}, headers={"If-Match": seen}
    )
    told = (await office.get(f"{path}/changes")).json()

    assert (late.status_code, late.json()["actor"]) == (412, "marie")
    assert [one["fact"] for one in told] == ["EstablishmentConfigured", "EstablishmentOpened"]
    assert (told[0]["actor"], told[0]["said"]["vision"]) == ("marie", "Together")

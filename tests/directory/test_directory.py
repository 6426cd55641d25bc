from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.directory import DepartmentRecorded, EstablishmentOpened, StaffRecorded
from contracts.envelope import StaffRef
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.directory.domain.establishment import AlreadyOpen, Establishment
from tests.examples import facts
from tests.offices import an_office, ask

pytestmark = pytest.mark.anyio


@pytest.fixture
async def office(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with an_office(installation, "vault", "directory") as office:
        yield office


@pytest.fixture
async def directory(installation: Installation) -> AsyncIterator[Store]:
    async with Store("directory", installation.settings("directory").database_url) as store:
        yield store


def test_an_establishment_is_opened_under_one_name() -> None:
    opening = EstablishmentOpened(name="An institute", demonstration=True)
    establishment = Establishment.open("north", opening)

    establishment.require_opened_as(opening)
    with pytest.raises(AlreadyOpen):
        establishment.require_opened_as(EstablishmentOpened(name="Another"))

    assert facts(establishment) == [opening]


async def test_opening_an_establishment_again_changes_nothing(
    office: httpx2.AsyncClient, directory: Store
) -> None:
    said = {"name": "An institute", "demonstration": True}

    first = await ask(office, "/directory/establishment", **said)
    again = await ask(office, "/directory/establishment", **said)
    other = await office.post("/directory/establishment", json={"name": "Another"})

    assert first == again == str(Establishment.id_for("north"))
    assert await directory.position() == 1
    assert (other.status_code, other.json()["type"]) == (409, "urn:tandem:AlreadyOpen")


async def test_who_works_in_a_department_is_known_to_the_vault_alone(
    office: httpx2.AsyncClient, directory: Store
) -> None:
    department = await ask(office, "/directory/departments", name="Nursing", abbreviation="DSI")
    person = {"name": "Lise Morin", "email": "lise@example.org", "title": "Head nurse"}

    staff = await ask(office, "/directory/staff", **person, department=department)

    [entered] = await directory.read_stream("north", UUID(department))
    assert entered.fact() == DepartmentRecorded(name="Nursing", abbreviation="DSI")
    [recorded] = await directory.read_stream("north", UUID(staff))
    fact = recorded.fact()
    assert isinstance(fact, StaffRecorded)
    assert (fact.staff, fact.department) == (StaffRef(UUID(staff)), UUID(department))
    assert "Lise" not in recorded.model_dump_json()
    asked = {"purpose": "staff", "subjects": [staff]}
    known = await office.post("/vault/subjects/resolutions", json=asked)
    assert known.json()["subjects"][staff] == person


async def test_nobody_works_in_a_department_that_is_not_here(office: httpx2.AsyncClient) -> None:
    answer = await office.post(
        "/directory/staff", json={"name": "Lise Morin", "department": str(uuid4())}
    )

    assert answer.status_code == 404

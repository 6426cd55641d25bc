"""The endpoint of every establishment of the demonstration, as the conformance tester sees it."""

from collections.abc import Iterator

import httpx2
import pytest
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from contracts.directory import Tolerance
from services.chassis.settings import Installation
from services.cli.demo import centre, institute
from tests.directory.scim_desk import Desk, a_desk, a_source

pytestmark = pytest.mark.thorough

EVERY = [one.KEY for one in (institute, centre)]
WRONG = (Status.ERROR, Status.CRITICAL)
USERS = {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"]}


@pytest.fixture(scope="module")
def desk(house: Installation) -> Iterator[Desk]:
    with a_desk(house, "vault", "directory") as desk:
        yield desk


@pytest.fixture(scope="module")
def doors(desk: Desk) -> Iterator[dict[str, httpx2.Client]]:
    """All open at once, side by side in one database."""
    root = desk.installation.services_at.format(service="directory")
    opened = {}
    for one in EVERY:
        _, token = desk.run(a_source(desk.sources, one, Tolerance.STRICT))
        bearer = {"Authorization": f"Bearer {token}"}
        opened[one] = httpx2.Client(base_url=f"{root}/scim/{one}/v2", headers=bearer, timeout=60)
        said = {**USERS, "userName": f"somebody at {one}"}
        assert opened[one].post("/Users", json=said).status_code == 201
    yield opened
    for door in opened.values():
        door.close()


@pytest.mark.parametrize("establishment", EVERY)
def test_the_tester_finds_no_error_at_any_establishment_and_leaves_the_others_as_they_were(
    doors: dict[str, httpx2.Client], establishment: str
) -> None:
    others = [one for one in EVERY if one != establishment]
    before = [doors[one].get("/Users").json() for one in others]

    results = check_server(SyncSCIMClient(doors[establishment]))

    assert [(one.title, one.reason) for one in results if one.status in WRONG] == []
    assert sum(one.status is Status.SUCCESS for one in results) >= 135
    assert [doors[one].get("/Users").json() for one in others] == before

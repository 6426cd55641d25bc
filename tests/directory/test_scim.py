import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg
import httpx2
import pytest
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

from contracts.directory import ScimUserStated, SourceKind, Tolerance
from contracts.envelope import Envelope
from contracts.staff import ManagerNamed, StaffJoined, StaffLeft
from services.chassis.settings import Installation
from services.directory.doors import forget
from tests.callers import OFFICE, signed
from tests.canaries import House, places_with
from tests.directory.scim_desk import Desk, a_desk, a_source

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
BULK = "urn:ietf:params:scim:api:messages:2.0:BulkRequest"
TOWNS = count(10)


@pytest.fixture(scope="module")
def desk(house: Installation) -> Iterator[Desk]:
    with a_desk(house, "vault", "directory") as desk:
        yield desk


@contextmanager
def a_sender(
    desk: Desk, tolerance: Tolerance = Tolerance.STRICT, establishment: str = ""
) -> Iterator[httpx2.Client]:
    """A system of HR, of an establishment nobody else is at."""
    establishment = establishment or f"town-{next(TOWNS)}"
    _, token = desk.a_source(establishment, tolerance)
    with httpx2.Client(
        base_url=f"{root(desk)}/scim/{establishment}/v2",
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/scim+json"},
        timeout=30,
    ) as sender:
        yield sender


def root(desk: Desk) -> str:
    return desk.installation.services_at.format(service="directory")


def anna(**more: Any) -> dict[str, Any]:
    return {
        "schemas": [USER, ENTERPRISE],
        "userName": "Anna.Roy@example.org",
        "externalId": "object-1",
        "displayName": "Anna Roy",
        "emails": [{"type": "work", "value": "Anna.Roy@example.org", "primary": True}],
        "phoneNumbers": [{"type": "work", "value": "(514) 555-0100 poste 12"}],
        "active": True,
        ENTERPRISE: {"employeeNumber": "10042", "department": "DSI"},
        **more,
    }


def push(sender: httpx2.Client, path: str, said: dict[str, Any]) -> dict[str, Any]:
    answer = sender.post(path, json=said)
    assert answer.status_code == 201, answer.text
    told: dict[str, Any] = answer.json()
    return told


def patch(sender: httpx2.Client, path: str, *operations: dict[str, Any]) -> dict[str, Any]:
    answer = sender.patch(path, json={"schemas": [PATCH], "Operations": list(operations)})
    assert answer.is_success, answer.text
    read: dict[str, Any] = sender.get(path).json()
    return read


def facts(desk: Desk, sender: httpx2.Client) -> list[Envelope]:
    """All that the directory announced of this sender's establishment."""
    establishment = str(sender.base_url).split("/scim/")[1].split("/")[0]
    return desk.facts(establishment)


def kinds(desk: Desk, sender: httpx2.Client) -> list[str]:
    return [fact.type.split(".")[1] for fact in facts(desk, sender)]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("tolerance", "asked", "checks"),
    [(Tolerance.STRICT, None, 135), (Tolerance.ENTRA, {"discovery", "crud", "misc"}, 40)],
)
def test_the_endpoint_of_every_establishment_passes_the_conformance_tester(
    desk: Desk, tolerance: Tolerance, asked: set[str] | None, checks: int
) -> None:
    with a_sender(desk, tolerance) as sender:
        results = check_server(SyncSCIMClient(sender), include_tags=asked)

    assert len([one for one in results if one.status is Status.SUCCESS]) >= checks
    wrong = [one for one in results if one.status in (Status.ERROR, Status.CRITICAL)]
    assert not wrong, [(one.title, one.reason) for one in wrong]


def test_what_was_sent_is_served_back_as_it_was_sent(desk: Desk) -> None:
    with a_sender(desk) as sender:
        pushed = push(sender, "/Users", anna())

        served = sender.get(f"/Users/{pushed['id']}").json()

    assert {name: served[name] for name in anna()} == anna()
    assert served["meta"]["location"].endswith(f"/v2/Users/{pushed['id']}")


def test_whoever_is_pushed_joins_the_staff_and_no_fact_names_them(desk: Desk) -> None:
    with a_sender(desk) as sender:
        push(sender, "/Users", anna())

        told = facts(desk, sender)

    [joined] = [fact for fact in told if fact.type == StaffJoined.type]
    [stated] = [fact for fact in told if fact.type == ScimUserStated.type]
    assert stated.data["staff"] == joined.data["staff"]
    assert "Anna" not in " ".join(fact.model_dump_json() for fact in told)
    assert "10042" not in " ".join(fact.model_dump_json() for fact in told)


def test_a_token_opens_the_endpoint_of_its_own_establishment_and_no_other(desk: Desk) -> None:
    with a_sender(desk) as here, a_sender(desk) as there:
        answer = here.get(f"{there.base_url}Users")
        nobody = httpx2.get(f"{here.base_url}Users")
        config = httpx2.get(f"{here.base_url}ServiceProviderConfig")

    assert answer.status_code == nobody.status_code == 401
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer")
    assert config.status_code == 200


def test_a_token_lives_until_another_is_given_and_dies_with_its_source(desk: Desk) -> None:
    url = f"{root(desk)}/sources"
    with httpx2.Client(auth=signed("harbour", roles=["hr_officer"])) as officer:
        opened = officer.post(url, json={"name": "hr-main", "kind": "scim"}).json()["id"]
        given = [officer.post(f"{url}/{opened}/tokens", json={"hours": 0}) for _ in "ab"]

        answers = [_users(desk, "harbour", one.json()["token"]) for one in given]
        officer.delete(f"{url}/{opened}")
        afterwards = _users(desk, "harbour", given[1].json()["token"])

    assert answers == [401, 200]
    assert afterwards == 401


def _users(desk: Desk, establishment: str, token: str) -> int:
    bearer = {"Authorization": f"Bearer {token}"}
    return httpx2.get(f"{root(desk)}/scim/{establishment}/v2/Users", headers=bearer).status_code


def test_the_token_of_a_source_of_files_does_not_open_scim(desk: Desk) -> None:
    _, token = desk.run(a_source(desk.sources, "hill", kind=SourceKind.FILE))

    assert _users(desk, "hill", token) == 401


def test_a_user_is_found_by_what_an_identity_provider_looks_for(desk: Desk) -> None:
    filters = (
        'userName eq "anna.roy@EXAMPLE.org"',
        'externalId eq "object-1"',
        'emails[type eq "work"].value eq "anna.roy@example.org"',
        'emails[type eq "work" and value eq "anna.roy@example.org"]',
        'displayName eq "Anna Roy" and active eq true',
    )
    with a_sender(desk, Tolerance.ENTRA) as sender:
        push(sender, "/Users", anna())
        push(sender, "/Users", anna(userName="other", externalId="2", emails=[], active=False))

        found = [sender.get("/Users", params={"filter": one}).json() for one in filters]
        nobody = sender.get("/Users", params={"filter": 'userName eq "nobody"'})

    assert [one.get("totalResults") for one in found] == [1] * len(filters)
    assert (nobody.status_code, nobody.json()["totalResults"]) == (200, 0)


def test_a_soft_delete_ends_the_staff_and_stays_readable_until_they_come_back(desk: Desk) -> None:
    with a_sender(desk, Tolerance.OKTA) as sender:
        path = f"/Users/{push(sender, '/Users', anna())['id']}"

        left = patch(sender, path, {"op": "replace", "value": {"active": False}})
        after = kinds(desk, sender)
        back = patch(sender, path, {"op": "replace", "value": {"active": True}})

    assert (left["active"], back["active"]) == (False, True)
    assert "StaffLeft" in after
    assert [fact.data["staff"] for fact in facts(desk, sender) if fact.type == StaffLeft.type]
    assert kinds(desk, sender)[-1] == "ScimUserStated"


def test_a_deleted_user_is_gone_and_their_name_is_free(desk: Desk) -> None:
    with a_sender(desk) as sender:
        path = f"/Users/{push(sender, '/Users', anna())['id']}"
        twice = sender.post("/Users", json=anna(userName="ANNA.roy@example.org"))

        deleted = sender.delete(path)
        again = push(sender, "/Users", anna())

    assert (twice.status_code, deleted.status_code) == (409, 204)
    staff = {fact.data["staff"] for fact in facts(desk, sender) if "staff" in fact.data}
    assert len(staff) == 1
    assert again["id"] not in path


def test_whoever_gets_another_number_stays_who_they_are(desk: Desk) -> None:
    with a_sender(desk) as sender:
        path = f"/Users/{push(sender, '/Users', anna())['id']}"

        patch(sender, path, {"op": "replace", "path": f"{ENTERPRISE}:employeeNumber", "value": "7"})

    stated = [fact for fact in facts(desk, sender) if fact.type == ScimUserStated.type]
    assert len(stated) == 2
    assert len({fact.data["staff"] for fact in stated}) == 1
    assert kinds(desk, sender).count("StaffJoined") == 1


def test_who_was_faster_is_not_overwritten(desk: Desk) -> None:
    with a_sender(desk) as sender:
        pushed = push(sender, "/Users", anna())
        path, seen = f"/Users/{pushed['id']}", pushed["meta"]["version"]
        patch(sender, path, {"op": "replace", "path": "title", "value": "Infirmière"})

        late = sender.put(path, json=anna(title="Commis"), headers={"If-Match": seen})
        unchanged = sender.get(path, headers={"If-None-Match": sender.get(path).headers["ETag"]})

    assert late.status_code == 412
    assert unchanged.status_code == 304


def test_entra_is_understood_as_it_speaks(desk: Desk) -> None:
    with a_sender(desk, Tolerance.ENTRA) as sender:
        boss = push(sender, "/Users", anna(userName="boss", externalId="b", **{ENTERPRISE: {}}))
        path = f"/Users/{push(sender, '/Users', anna(emails=[], unknown='x'))['id']}"

        read = patch(
            sender,
            path,
            {"op": "Replace", "path": "name.givenName", "value": "Anne"},
            {"op": "Add", "path": 'emails[type eq "work"].value', "value": "anne@example.org"},
            {"op": "Add", "path": f"{ENTERPRISE}:manager", "value": boss["id"]},
        )
        left = patch(sender, path, {"op": "Replace", "path": "active", "value": "False"})

    assert read["name"] == {"givenName": "Anne"}
    assert [email["value"] for email in read["emails"]] == ["anne@example.org"]
    assert (left["active"], read[ENTERPRISE]["manager"]["value"]) == (False, boss["id"])
    assert ManagerNamed.type in {fact.type for fact in facts(desk, sender)}


def test_a_strict_source_is_held_to_the_letter(desk: Desk) -> None:
    with a_sender(desk, Tolerance.STRICT) as sender:
        answer = sender.post("/Users", json=anna(unknown="Secret-Word"))

    assert answer.status_code == 400
    assert "Secret-Word" not in answer.text


def test_a_group_holds_people_by_reference_and_entra_takes_some_out(desk: Desk) -> None:
    with a_sender(desk, Tolerance.ENTRA) as sender:
        people = [push(sender, "/Users", anna(userName=f"u{n}", externalId=f"{n}")) for n in "ab"]
        members = [{"value": one["id"]} for one in people]
        said = {"schemas": [GROUP], "displayName": "Équipe de Lise", "members": members}
        path = f"/Groups/{push(sender, '/Groups', said)['id']}"

        removal = {"op": "Remove", "path": "members", "value": [{"value": people[0]["id"]}]}
        read = patch(sender, path, removal)
        without = sender.get(path, params={"excludedAttributes": "members"}).json()

    assert [one["value"] for one in read["members"]] == [people[1]["id"]]
    assert "members" not in without
    assert "Lise" not in " ".join(fact.model_dump_json() for fact in facts(desk, sender))


def test_okta_lists_page_by_page_and_puts_whole_profiles(desk: Desk) -> None:
    with a_sender(desk, Tolerance.OKTA) as sender:
        for name in ("b", "a", "c"):
            push(sender, "/Users", anna(userName=name, externalId=name, groups=[]))
        page = sender.get("/Users", params={"startIndex": 2, "count": 1}).json()
        one = page["Resources"][0]

        put = sender.put(f"/Users/{one['id']}", json={**one, "nickName": "Nan"})

    assert (page["totalResults"], page["itemsPerPage"], one["userName"]) == (3, 1, "a")
    assert (put.status_code, put.json()["nickName"]) == (200, "Nan")


def test_what_is_too_long_is_refused_and_changes_nothing(desk: Desk) -> None:
    with a_sender(desk) as sender:
        answer = sender.post("/Users", json=anna(title="x" * 21_000))

        there = sender.get("/Users").json()["totalResults"]

    assert (answer.status_code, there) == (400, 0)
    assert not [kind for kind in kinds(desk, sender) if kind.startswith("Staff")]


def test_a_password_that_is_pushed_is_kept_nowhere(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    words = [f"Canary-{n}-of-a-password" for n in range(6)]
    with a_sender(desk, Tolerance.ENTRA) as sender, caplog.at_level(logging.DEBUG):
        path = f"/Users/{push(sender, '/Users', anna(password=words[0]))['id']}"
        sender.put(path, json=anna(password=words[1]))
        patch(sender, path, {"op": "replace", "path": "password", "value": words[2]})
        patch(sender, path, {"op": "add", "value": {"password": words[3]}})
        bulk = [{"method": "POST", "path": "/Users", "bulkId": "1",
                 "data": anna(userName="bulk", externalId="b", password=words[4])}]  # fmt: skip
        done = sender.post("/Bulk", json={"schemas": [BULK], "Operations": bulk})
        wrong = sender.post("/Users", json=anna(userName=3, password=[words[5]]))

        found = desk.run(_places_with(desk, str(sender.base_url), words))

    assert (done.status_code, wrong.status_code) == (200, 400), done.text
    assert json.loads(done.text)["Operations"][0]["status"] == "201"
    assert found == {word: set() for word in words}
    assert "Canary" not in caplog.text + wrong.text


async def _places_with(desk: Desk, url: str, words: list[str]) -> dict[str, set[str]]:
    """Wherever Tandem writes or answers, the vault's own shelves too."""
    housed, establishment = desk.installation, url.split("/scim/")[1].split("/")[0]
    async with httpx2.AsyncClient(
        base_url=housed.services_at.removesuffix("/{service}"),
        auth=signed(establishment, "marie", roles=OFFICE),
        timeout=30,
    ) as office:
        found = await places_with(House(housed, office, ["directory"]), *words)
    vault = await asyncpg.connect(housed.operator_url(housed.database_of("vault")))
    for table in ("vault.kept", "vault.keys"):
        for row in await vault.fetch(f"select * from {table}"):
            for word in words:
                found[word] |= {table} if word in repr(tuple(row)) else set()
    await vault.close()
    return found


def test_of_an_establishment_that_has_left_no_token_and_no_digest_stays(desk: Desk) -> None:
    with a_sender(desk) as sender:
        push(sender, "/Users", anna())
        establishment = str(sender.base_url).split("/scim/")[1].split("/")[0]

        desk.run(forget(desk.store, establishment))
        answer = sender.get("/Users")

    there = "select count(*) from scim_keys where establishment = $1"
    assert desk.run(desk.store.pool.fetchval(there, establishment)) == 0
    assert answer.status_code == 401


def test_ids_of_resources_say_nothing_of_people(desk: Desk) -> None:
    with a_sender(desk) as sender:
        pushed = push(sender, "/Users", anna())

    assert UUID(pushed["id"]).version == 4


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/Users/%00", b""),
        ("GET", "/Users?filter=userName%20eq%20%22%00%22", b""),
        ("GET", "/Users?filter=%FF%FE", b""),
        ("GET", "/Users?filter=" + "(" * 5000, b""),
        ("GET", "/Users?sortBy=emails[type%20eq%201&count=-1", b""),
        ("POST", "/Users", b'{"manager":' + b"[" * 1000 + b"]" * 1000 + b"}"),
        ("POST", "/Users", b'{"userName": "\\u0000", "schemas": []}'),
        ("POST", "/Users", b'{"userName": "\\ud800", "schemas": []}'),
        ("POST", "/Groups", b'{"displayName": "a", "members": [{"value": "nobody"}]}'),
        ("PATCH", "/Users/x", b"\xff"),
        ("DELETE", "/Nothing", b""),
    ],
)
def test_what_makes_no_sense_is_refused_and_breaks_nothing(
    desk: Desk, method: str, path: str, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    with a_sender(desk, Tolerance.ENTRA) as sender:
        answer = sender.request(method, path, content=body, headers={b"X-Name": b"\xff\xfe"})

    assert answer.status_code < 500, answer.text
    assert not [one for one in caplog.records if one.levelno >= logging.ERROR]

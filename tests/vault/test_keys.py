import asyncio
from uuid import UUID, uuid4

import httpx2
import pytest

from services.chassis.settings import Installation
from services.vault.keys import digest_of
from tests.callers import saying
from tests.vault.asking import a_value, looked_up

pytestmark = pytest.mark.anyio


async def ids_of(door: httpx2.AsyncClient, *keys: str, create: bool = True) -> dict[str, UUID]:
    asked = {"kind": "partner", "keys": keys, "create": create}
    answer = await door.post("/keys", json=asked)
    assert answer.status_code == 200, answer.text
    ids: dict[str, UUID] = answer.json()["ids"]
    return ids


async def state(door: httpx2.AsyncClient, keys: dict[str, UUID]) -> httpx2.Response:
    said = {"kind": "partner", "keys": {key: str(one) for key, one in keys.items()}}
    return await door.post("/keys/statements", json=said)


async def test_a_key_has_the_same_id_for_ever(door: httpx2.AsyncClient) -> None:
    first = await ids_of(door, "P-014", "P-015")

    again = await ids_of(door, "P-015", "P-016", "P-014", "P-014")

    assert len(set(again.values())) == 3
    assert again.items() > first.items()


async def test_keys_are_compared_exactly(door: httpx2.AsyncClient) -> None:
    ids = await ids_of(door, "P-14", "p-14", "P-14 ", "P-é14", "P-e\u030114")

    assert len(set(ids.values())) == 5


async def test_only_known_keys_are_answered_where_none_is_to_be_made(
    door: httpx2.AsyncClient,
) -> None:
    known = await ids_of(door, "P-014")

    assert await ids_of(door, "P-014", "P-015", create=False) == known
    assert await ids_of(door, "P-015", create=False) == {}


async def test_who_asks_at_the_same_moment_gets_the_same_ids(door: httpx2.AsyncClient) -> None:
    keys = [f"P-{number}" for number in range(300)]

    answers = await asyncio.gather(*(ids_of(door, *keys[turn:], *keys[:turn]) for turn in range(8)))

    assert all(answer == answers[0] for answer in answers)


async def test_the_same_key_of_another_establishment_or_kind_stands_for_something_else(
    door: httpx2.AsyncClient,
) -> None:
    [here] = (await ids_of(door, "P-014")).values()

    south = saying("vault", "south", roles=["operator"])
    asked = {"kind": "partner", "keys": ["P-014"]}
    elsewhere = (await door.post("/keys", json=asked, headers=south)).json()["ids"]["P-014"]
    project = (await door.post("/keys", json={**asked, "kind": "project"})).json()["ids"]["P-014"]

    assert len({here, elsewhere, project}) == 3


async def test_what_was_born_here_is_recognised_by_the_key_it_was_given(
    door: httpx2.AsyncClient,
) -> None:
    born = uuid4()

    stated = [await state(door, {"T-001": born}) for _ in range(2)]

    assert [answer.status_code for answer in stated] == [204, 204]
    assert await ids_of(door, "T-001") == {"T-001": str(born)}


async def test_a_key_that_stands_for_another_is_refused_with_all_that_came_with_it(
    door: httpx2.AsyncClient,
) -> None:
    known = await ids_of(door, "Canari Zoé")

    answer = await state(door, {"T-001": uuid4(), "Canari Zoé": uuid4()})

    assert answer.status_code == 409
    assert "Canari" not in answer.text
    assert await ids_of(door, "Canari Zoé", "T-001", create=False) == known


async def test_the_office_gets_its_own_keys_back(door: httpx2.AsyncClient) -> None:
    known = await ids_of(door, "P-014", "P-015")
    asked = {"kind": "partner", "purpose": "register", "ids": [*known.values(), str(uuid4())]}

    here = await door.post("/keys/resolutions", json=asked)
    south = saying("vault", "south", roles=["operator"])
    elsewhere = await door.post("/keys/resolutions", json=asked, headers=south)

    assert here.json() == {"keys": {id_: key for key, id_ in known.items()}}
    assert elsewhere.json() == {"keys": {}}


async def test_a_page_of_twenty_thousand_keys_is_answered(door: httpx2.AsyncClient) -> None:
    keys = [f"P-{number}" for number in range(20_000)]

    made = await ids_of(door, *keys)

    assert len(set(made.values())) == 20_000
    assert await ids_of(door, *keys) == made


async def test_the_key_of_somebody_who_was_erased_gets_no_id_and_is_told_apart(
    door: httpx2.AsyncClient, installation: Installation
) -> None:
    digest = digest_of(installation.keys["vault"].encode(), "north", "partner", "Canari Zoé")
    await looked_up(
        installation, "insert into vault.erased_keys values ('north', 'partner', $1)", digest
    )

    asked = {"kind": "partner", "keys": ["Canari Zoé", "P-1"]}
    answer = (await door.post("/keys", json=asked)).json()
    refused = await state(door, {"Canari Zoé": uuid4()})

    assert answer["erased"] == ["Canari Zoé"]
    assert list(answer["ids"]) == ["P-1"]
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:tandem:KeyOfErased")
    assert "Canari" not in refused.text


async def test_nothing_is_kept_any_more_of_somebody_who_was_erased(
    door: httpx2.AsyncClient, installation: Installation
) -> None:
    value = a_value()
    await looked_up(installation, "insert into vault.erased values ('north', $1)", value["subject"])

    refused = await door.post("/reservations", json={"values": [value, a_value()]})

    assert refused.json()["type"] == "urn:tandem:PersonErased"
    assert not await looked_up(installation, "select 1 from vault.kept")

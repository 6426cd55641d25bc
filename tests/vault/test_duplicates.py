import asyncio

import httpx2
import pytest

from services.vault.likeness import Person, pairs
from tests.vault.asking import ask, keep, know, somebody

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (("jean francois", "cote tremblay"), ("cote tremblay", "jean francois"), ("name",)),
        (("beatrice", "ouellet"), ("beatrice", "ouelet"), ("name",)),
        (("jean francois", "cote tremblay", ("email a",)), ("jean francois", "cote", ("email a",)),
         ("name", "email")),
        (("miriam", "roy", (), "1980"), ("myriam", "roy", (), "1980"), ("name", "birth_date")),
    ],
)  # fmt: skip
def test_who_may_be_one_person_is_proposed(one: tuple, other: tuple, why: tuple[str, ...]) -> None:  # type: ignore[type-arg]
    found = list(pairs([Person("1", *one), Person("2", *other)]))

    assert [(pair.one, pair.other, pair.why) for pair in found] == [("1", "2", why)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("zoe", "tremblay", ("phone 1",)), ("leo", "tremblay", ("phone 1",))),
        (("marie", "roy", (), "1980 05 02"), ("marie", "roy", (), "1991 01 01")),
        (("ann", "roy"), ("dan", "roy")),
        (("marie", "roy", ("phone 1",)), ("marie", "roy", ("phone 2",))),
    ],
)
def test_relatives_and_namesakes_are_not(one: tuple, other: tuple) -> None:  # type: ignore[type-arg]
    assert not list(pairs([Person("1", *one), Person("2", *other)]))


async def two_of_one(door: httpx2.AsyncClient) -> tuple[str, str, str]:
    """Their two references, and the proposal."""
    one, values = somebody("Béatrice", "Ouellet", email="b@exemple.ca")
    other, others = somebody("Beatrice", "Ouelet", email="B@exemple.ca", phone="418 555-0101")
    await keep(door, *values, *others, *somebody("Paul", "Roy")[1])
    await ask(door, "/duplicates/searches", {})
    [likeness] = (await ask(door, "/duplicates"))["items"]
    assert {likeness["one"], likeness["other"]} == {one, other}
    assert likeness["why"] == ["name", "email"]
    return one, other, likeness["id"]


async def test_what_was_decided_is_not_proposed_again(door: httpx2.AsyncClient) -> None:
    one, other, pair = await two_of_one(door)

    await ask(door, f"/duplicates/{pair}/decision", {"same": False})
    again = await ask(door, "/duplicates/searches", {})

    assert again["found"] == 0
    assert (await ask(door, "/duplicates"))["items"] == []
    [decided] = (await ask(door, "/duplicates?decided=true"))["items"]
    assert (decided["same"], decided["decided_by"]) == (False, "marie")
    assert "phone" not in await know(door, one)
    assert "phone" in await know(door, other)


async def test_that_two_are_one_person_is_not_for_the_vault_to_decide(
    door: httpx2.AsyncClient,
) -> None:
    one, _, pair = await two_of_one(door)

    refused = await door.post(f"/duplicates/{pair}/decision", json={"same": True})

    assert refused.status_code == 422
    assert "phone" not in await know(door, one)


async def test_proposals_come_page_by_page_and_say_how_many_wait(door: httpx2.AsyncClient) -> None:
    for at in range(3):
        contact = f"x{at}@exemple.ca"
        await keep(door, *somebody(f"Zoé {at}", "Côté", email=contact)[1])
        await keep(door, *somebody(f"Zoe {at}", "Cote", email=contact)[1])
    await ask(door, "/duplicates/searches", {})

    first = await ask(door, "/duplicates?limit=2")
    further = await ask(door, f"/duplicates?limit=500&after={first['next']}")

    assert first["waiting"] == len(first["items"]) + len(further["items"])
    assert further["next"] is None
    shown = {one["id"] for one in (*first["items"], *further["items"])}
    assert len(shown) == first["waiting"]
    [last] = first["items"][-1:]
    assert await ask(door, f"/duplicates/{last['id']}") == last


async def test_the_search_for_duplicates_does_not_hold_the_others(
    door: httpx2.AsyncClient,
) -> None:
    values = [one for at in range(200) for one in somebody(f"Anne {at}", "Tremblay")[1]]
    await keep(door, *values)

    seeking = asyncio.create_task(ask(door, "/duplicates/searches", {}))
    answered = 0
    while not seeking.done():
        await ask(door, "/search", {"purpose": "recruitment", "text": "paul"})
        answered += 1

    assert answered > 3
    assert (await seeking)["people"] == 200

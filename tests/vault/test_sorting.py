import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.vault.names import contact_of, letters_of, sort_key
from tests.vault.asking import a_value, ask, keep, somebody

pytestmark = pytest.mark.anyio


def test_names_are_in_the_order_of_french_as_written_in_canada() -> None:
    names = {"Zoé", "oie", "côté", "Coté-Roy", "cote", "Öhman", "coté", "Cote", "œuf", "côte"}

    in_order = sorted(names, key=sort_key)

    assert " ".join(in_order) == "cote Cote côte coté côté Coté-Roy œuf Öhman oie Zoé"


@given(st.text(max_size=60), st.text(max_size=60))
def test_accents_never_come_before_letters(one: str, other: str) -> None:
    if letters_of(one) < letters_of(other):
        assert sort_key(one) < sort_key(other)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("phone", "418 555-0101", "(418) 555.0101 poste 12"),
        ("phone", "1-418-555-0101", "+14185550101"),
        ("email", " Zoe@Exemple.CA", "zoe@exemple.ca"),
    ],
)
def test_the_same_contact_is_recognised_however_it_is_written(
    field: str, one: str, other: str
) -> None:
    assert contact_of(field, one) == contact_of(field, other)


async def a_pool(door: httpx2.AsyncClient) -> dict[str, str]:
    """Subjects by name."""
    pool: dict[str, str] = {}
    for given_name, family_name, city in (
        ("Zoé", "Côté", "Lévis"),
        ("Alain", "Cote", "Québec"),
        ("Éric", "Côté", "Québec"),
        ("Anne", "Roy", None),
    ):
        more = {"city": city} if city else {}
        subject, values = somebody(given_name, family_name, **more)
        await keep(door, *values)
        pool[given_name] = subject
    await keep(door, a_value("name", "Béatrice Dubé", purpose="staff"))
    return pool


async def names(door: httpx2.AsyncClient, pool: dict[str, str], **asked: object) -> list[str]:
    by_subject = {subject: name for name, subject in pool.items()}
    page = await ask(door, "/sorted", {"purpose": "recruitment", **asked})
    return [by_subject.get(one, "?") for one in page["subjects"]]


async def test_a_list_comes_in_the_order_of_names_or_of_another_field(
    door: httpx2.AsyncClient,
) -> None:
    pool = await a_pool(door)

    by_name = await names(door, pool)
    backwards = await names(door, pool, descending=True)
    by_city = await names(door, pool, field="city")

    assert by_name == ["Alain", "Éric", "Zoé", "Anne"]
    assert backwards == by_name[::-1]
    assert set(by_city[1:3]) == {"Alain", "Éric"}
    assert (by_city[0], by_city[3]) == ("Zoé", "Anne")


async def test_the_pages_of_a_list_hold_everybody_once(door: httpx2.AsyncClient) -> None:
    pool = await a_pool(door)

    seen: list[str] = []
    after = None
    while True:
        said = {"purpose": "recruitment", "field": "city", "limit": 1, "after": after}
        page = await ask(door, "/sorted", said)
        seen += page["subjects"]
        if (after := page["next"]) is None:
            break

    assert len(seen) == 4
    assert set(seen) == set(pool.values())


async def test_a_list_is_filtered_by_what_a_value_is_or_how_it_begins(
    door: httpx2.AsyncClient,
) -> None:
    pool = await a_pool(door)

    of_one_city = await names(door, pool, only=[{"field": "city", "equals": "quebec"}])
    of_a_letter = await names(door, pool, only=[{"field": "name", "begins": "co"}])
    of_these = await names(door, pool, subjects=[pool["Zoé"], pool["Anne"]])

    assert of_one_city == ["Alain", "Éric"]
    assert of_a_letter == ["Alain", "Éric", "Zoé"]
    assert of_these == ["Zoé", "Anne"]


async def test_a_list_follows_a_correction(door: httpx2.AsyncClient) -> None:
    pool = await a_pool(door)

    await keep(door, a_value("family_name", "Abel", subject=pool["Anne"]))

    assert await names(door, pool) == ["Anne", "Alain", "Éric", "Zoé"]


async def test_nobody_sorts_by_what_is_no_card(door: httpx2.AsyncClient) -> None:
    refused = await door.post("/sorted", json={"purpose": "recruitment", "field": "experience"})

    assert refused.status_code == 409
    assert refused.json()["type"].endswith("NotSortable")


async def test_somebody_is_found_by_exactly_their_address_or_number(
    door: httpx2.AsyncClient,
) -> None:
    zoe, values = somebody("Zoé", "Roy", email="zoe@exemple.ca", phone2="418 555-0101")
    await keep(door, *values)

    async def reached(**by: str) -> list[str]:
        found = await ask(door, "/contacts/search", {"purpose": "contact", **by})
        return list(found["subjects"])

    by_address, by_number = await reached(email="ZOE@exemple.ca"), await reached(phone="4185550101")
    by_part = await reached(email="zoe@exemple")

    assert by_address == by_number == [zoe]
    assert not by_part

"""The story of an establishment by pages, what changed between two days, what led to what."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.accompaniment import MandateProposed
from contracts.directory import DepartmentRecorded
from contracts.intake import FactAnnulled, RequestAccepted, RequestTriaged
from contracts.recruitment import MatchAgreed, SearchOpened
from services.chassis.library import Library
from services.chassis.reading import Shelf
from services.chassis.settings import Installation
from services.insights.partners import partners
from services.ledger.book import Book
from tests.callers import saying
from tests.insights.chronicle import BEGINNING, Chronicle
from tests.insights.life import (
    ACCEPTANCE,
    ADVISOR,
    AGREEMENT,
    DEPARTMENT,
    DRAFT,
    INVOLVEMENT,
    PERSON,
    REQUEST,
    SEARCH,
    SOMEBODY_ELSE,
    SUBMISSION,
    TITLE,
    a_request,
    a_whole_life,
    an_involvement,
)
from tests.insights.test_reading import entered

pytestmark = pytest.mark.anyio

ANOTHER = AGREEMENT.model_copy(update={"partner": SOMEBODY_ELSE, "match": uuid4()})


async def kinds(reader: httpx2.AsyncClient, **asked: str) -> list[str]:
    """All pages, whole."""
    found: list[str] = []
    after: str | None = ""
    while after is not None:
        said = (
            await reader.get("/story", params=asked | ({"after": after} if after else {}))
        ).json()
        found += [one["type"].split(".")[1] for one in said["steps"]]
        after = said["next"]
    return found


async def test_pages_of_a_long_story_follow_each_other_in_the_order_of_what_happened(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = Chronicle()
    for number in (3, 1, 2, 2, 5):
        title = f"Projet {number}"
        draft = DRAFT.model_copy(update={"title": title})
        told.tell(uuid4(), draft, time=BEGINNING + timedelta(days=number))
    told.tell(uuid4(), DRAFT, establishment="south")
    await entered(told, book, reader)

    found, after = [], ""
    while after is not None:
        params = {"limit": "2"} | ({"after": after} if after else {})
        said = (await reader.get("/story", params=params)).json()
        found += [(one["time"][:10], one["sequence"]) for one in said["steps"]]
        after = said["next"]

    assert found == sorted(found)
    assert [sequence for _, sequence in found] == [2, 3, 4, 1, 5]
    assert len(await kinds(reader, order="known", limit="2")) == 5


async def test_between_two_days_there_is_what_happened_after_the_one_and_by_the_other(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = Chronicle()
    for day, fact in enumerate((DRAFT, SUBMISSION, RequestTriaged(advisor=ADVISOR), ACCEPTANCE)):
        told.tell(REQUEST, fact, time=BEGINNING + timedelta(days=day))
    await entered(told, book, reader)
    between = {"since": "2026-09-01", "as_of": "2026-09-03"}

    whole = await kinds(reader, **between)
    one = (await reader.get(f"/requests/{REQUEST}/story", params=between)).json()

    assert whole == ["RequestSubmitted", "RequestTriaged"]
    assert [step["type"].split(".")[1] for step in one["steps"]] == whole
    assert (one["before"]["state"], one["state"]["state"]) == ("draft", "taken_in_charge")


async def annulled(told: Chronicle, book: Book, reader: httpx2.AsyncClient) -> str:
    """The last fact is annulled; when it was known."""
    last = told.last
    said = {"fact": last.id, "of": last.type, "data": last.data}
    await entered(told.tell(REQUEST, FactAnnulled.model_validate(said)), book, reader)
    assert last.recordedtime
    return last.recordedtime.isoformat()


async def test_between_two_days_of_knowing_there_is_what_came_to_be_known(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = a_request()
    knew = await annulled(told, book, reader)
    between = {"since": knew, "known_on": "2999"}

    one = (await reader.get(f"/requests/{REQUEST}/story", params=between)).json()

    assert [step["type"].split(".")[1] for step in one["steps"]] == ["FactAnnulled"]
    assert (one["before"]["state"], one["state"]["state"]) == ("accepted", "taken_in_charge")
    assert await kinds(reader, order="known", **between) == ["FactAnnulled"]


async def test_a_step_of_a_page_says_what_put_it_right_as_far_as_it_was_known(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = a_request()
    known = await annulled(told, book, reader)

    now = (await reader.get("/story")).json()["steps"]
    then = (await reader.get("/story", params={"known_on": known})).json()

    assert now[3]["annulled"] == str(told.last.id)
    assert [one["annulled"] for one in then["steps"]] == [None] * 4


async def test_under_a_department_stands_what_its_teams_did_and_nobodys_file(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = a_whole_life()
    told.tell(DEPARTMENT, DepartmentRecorded(name="Direction de la qualité"))
    elsewhere = DRAFT.model_copy(update={"department": uuid4()})
    await entered(told.tell(uuid4(), elsewhere), book, reader)

    found = await kinds(reader, department=str(DEPARTMENT), limit="5")

    assert "DepartmentRecorded" in found
    assert found.count("RequestDrafted") == 1
    assert {"MatchAgreed", "InvolvementStarted"} <= set(found)
    assert "ConsentGiven" not in found


async def test_what_a_department_did_is_told_in_the_order_it_came_to_be_known_each_step_once(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = Chronicle().tell(DEPARTMENT, DepartmentRecorded(name="Direction de la qualité"))
    for number in (3, 1, 2):
        told.tell(uuid4(), DRAFT, time=BEGINNING - timedelta(days=number))
    await entered(told, book, reader)

    found: list[int] = []
    after: str | None = ""
    while after is not None and len(found) < 10:
        asked = {"department": str(DEPARTMENT), "order": "known", "limit": "2"}
        said = (
            await reader.get("/story", params=asked | ({"after": after} if after else {}))
        ).json()
        found += [one["sequence"] for one in said["steps"]]
        after = said["next"]
    happened = (await reader.get("/story", params={"department": str(DEPARTMENT)})).json()["steps"]

    assert found == [1, 2, 3, 4]
    assert [one["sequence"] for one in happened] == [2, 4, 3, 1]


def a_chain() -> Chronicle:
    """A search that an acceptance began; its match led to a mandate in another service."""
    told = a_request()
    accepted = told.last.id
    opened = SearchOpened(request=REQUEST, title=TITLE, partners_sought=1, level=AGREEMENT.level)
    told.tell(SEARCH, opened, cause=accepted)
    told.tell(SEARCH, AGREEMENT)
    match = told.last.id
    count = len(told.envelopes)
    told = an_involvement(told)
    mandate = told.envelopes[count]
    told.envelopes[count] = mandate.model_copy(update={"causationid": match})
    return told


def named(told: Chronicle, kind: type) -> UUID:
    return next(one.id for one in told.envelopes if one.type == kind.type)  # type: ignore[attr-defined]


async def test_what_led_to_a_fact_is_followed_to_the_first_cause_and_to_all_it_led_to(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = a_chain()
    await entered(told, book, reader)
    opened = named(told, SearchOpened)

    web = (await reader.get(f"/facts/{opened}/causes")).json()

    assert [one["type"].split(".")[1] for one in web["nodes"]] == [
        "RequestAccepted",
        "SearchOpened",
    ]
    assert web["edges"] == [{"cause": str(named(told, RequestAccepted)), "effect": str(opened)}]
    assert not web["more"]


async def test_a_story_tells_which_causes_lie_beyond_it(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = a_chain()
    await entered(told, book, reader)

    path = f"/involvements/{INVOLVEMENT}/story"
    web = (await reader.get(path, params={"causes": "true"})).json()["causes"]

    assert [one["type"].split(".")[1] for one in web["nodes"]] == ["MatchAgreed"]
    assert [one["cause"] for one in web["edges"]] == [str(named(told, MatchAgreed))]


async def test_nobody_reads_the_causes_of_another_establishment_nor_beside_their_own_story(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = a_chain()
    await entered(told, book, reader)
    fact = named(told, SearchOpened)
    partner = saying("insights", "north", f"partner:{PERSON}", roles=("partner",), person=PERSON)

    south = await reader.get(f"/facts/{fact}/causes", headers=saying("insights", "south"))
    own = await reader.get(f"/facts/{fact}/causes", headers=partner)
    beside = await reader.get(f"/partners/{PERSON}/story?causes=true", headers=partner)

    assert (south.status_code, own.status_code, beside.status_code) == (404, 403, 403)


async def test_a_page_that_is_none_of_ours_is_refused(reader: httpx2.AsyncClient) -> None:
    for after in ("x", "2024~", "2024-01-01~9999999999999999999999", "2024-01-01T00:00:00~1"):
        answer = await reader.get("/story", params={"after": after})

        assert answer.status_code == 400, after


async def test_a_story_is_read_from_its_own_streams_alone(
    book: Book, reader: httpx2.AsyncClient, installation: Installation
) -> None:
    told = a_whole_life().tell(uuid4(), MandateProposed(**ANOTHER.model_dump()))
    await entered(told, book, reader)

    async with Library(installation.settings("insights").database_url) as library:
        shelf = Shelf(partners, library)
        found = await shelf.feeding("north", str(PERSON))
        fed = await shelf.streams_of("north", str(PERSON))

    assert (found.shown, found.others) == (str(PERSON), [])
    assert set(found.streams) == set(fed)
    assert str(told.last.subject) not in found.streams

"""Lists and records of another day: as they were, and as they were known."""

from uuid import uuid4

import httpx2
import pytest

from contracts.accompaniment import FactCorrected, InvolvementStarted
from contracts.intake import FactAnnulled, RequestDeclined
from contracts.recruitment import MergeUndone, PartnersMerged
from services.insights.api import LISTS
from services.ledger.book import Book
from tests.callers import saying
from tests.insights.chronicle import BEGINNING, Chronicle
from tests.insights.life import (
    ADVISOR,
    DRAFT,
    INVOLVEMENT,
    OTHER,
    PARTNER,
    PERSON,
    REQUEST,
    SOMEBODY_ELSE,
    a_partner,
    a_request,
    a_search,
    a_whole_life,
    an_involvement,
)
from tests.insights.test_reading import entered

pytestmark = pytest.mark.anyio

FAR_OFF = {"as_of": "2999"}
LISTED = [name for name in LISTS if "-" not in name]


def annulled(told: Chronicle) -> Chronicle:
    said = {"fact": told.last.id, "of": told.last.type, "data": told.last.data}
    return told.tell(REQUEST, FactAnnulled.model_validate(said))


def a_life_put_right() -> Chronicle:
    """Two files of one person, parted and joined; a start that was of another; an annulment."""
    told = annulled(a_request())
    told.tell(REQUEST, RequestDeclined(reason="too_late"))
    told = an_involvement(a_search(a_partner(told)))
    started = next(one for one in told.envelopes if one.type == InvolvementStarted.type)
    data = {**started.data, "partner": str(OTHER)}
    said = {"fact": started.id, "of": started.type, "was": started.data, "data": data}
    told.tell(INVOLVEMENT, FactCorrected.model_validate(said))
    told.tell(PERSON, PartnersMerged(kept=PARTNER, merged=SOMEBODY_ELSE))
    told.tell(PERSON, MergeUndone(kept=PARTNER, merged=SOMEBODY_ELSE))
    return told.tell(PERSON, PartnersMerged(kept=PARTNER, merged=SOMEBODY_ELSE))


async def listed(
    reader: httpx2.AsyncClient, name: str, **asked: str
) -> tuple[list[dict[str, object]], dict[str, int]]:
    said = (await reader.get(f"/{name}", params=asked)).json()
    return [{**one, "days": None} for one in said["items"]], said["counts"]


async def test_whatever_was_put_right_the_past_of_tomorrow_is_what_is_live(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    await entered(a_life_put_right(), book, reader)

    for name in LISTED:
        live = await listed(reader, name)

        assert await listed(reader, name, **FAR_OFF) == live
        assert await listed(reader, name, known_on="2999") == live


async def test_a_past_that_was_read_goes_on_with_what_is_entered_since(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = a_request()
    await entered(told, book, reader)
    before = await listed(reader, "requests", **FAR_OFF)
    await entered(annulled(told).tell(REQUEST, RequestDeclined(reason="too_late")), book, reader)

    after = await listed(reader, "requests", **FAR_OFF)

    assert (before[1], after[1]) == ({"accepted": 1}, {"declined": 1})
    assert after == await listed(reader, "requests")


async def test_what_was_and_what_was_known_differ_by_what_was_put_right_since(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = a_request()
    accepted = told.last.recordedtime
    assert accepted
    await entered(annulled(told), book, reader)
    day = accepted.isoformat()

    _, was = await listed(reader, "requests", as_of=day)
    _, known = await listed(reader, "requests", known_on=day)
    beside = (await reader.get("/pasts/requests", params={"day": day})).json()

    assert (was, known) == ({"taken_in_charge": 1}, {"accepted": 1})
    assert beside["items"] == [{"id": str(REQUEST), "was": "taken_in_charge", "knew": "accepted"}]
    assert beside["count"] == 1


async def test_what_was_learnt_later_was_so_and_nobody_knew_it(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    earlier = BEGINNING.replace(year=2020)
    await entered(Chronicle().tell(uuid4(), DRAFT, time=earlier, channel="import"), book, reader)

    assert (await listed(reader, "requests", as_of="2021"))[1] == {"draft": 1}
    assert (await listed(reader, "requests", known_on="2021"))[1] == {}


async def test_a_past_list_is_filtered_sorted_and_paged_as_the_live_one(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = Chronicle()
    for number in range(7):
        told.tell(uuid4(), DRAFT.model_copy(update={"title": f"Projet {number % 3}"}))
    await entered(told, book, reader)
    asked = {"q": "projet", "department": str(DRAFT.department), "sort": "-title", "limit": "2"}

    pages: dict[str, list[str]] = {}
    for when in ({}, FAR_OFF):
        after: str | None = ""
        ids = pages.setdefault(str(when), [])
        while after is not None:
            params = asked | when | ({"after": after} if after else {})
            said = (await reader.get("/requests", params=params)).json()
            ids += [one["id"] for one in said["items"]]
            after = said["next"]

    live, past = pages.values()
    assert len(live) == 7
    assert past == live


async def test_a_record_of_a_day_is_refused_before_it_began(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = a_request()
    drafted = told.envelopes[0].time.isoformat()
    await entered(told, book, reader)
    one = f"/requests/{REQUEST}"

    then = await reader.get(one, params={"as_of": drafted})
    before = await reader.get(one, params={"as_of": "2020"})

    assert then.json()["state"] == "draft"
    assert before.status_code == 404


async def test_another_establishments_past_is_empty(book: Book, reader: httpx2.AsyncClient) -> None:
    await entered(a_whole_life(), book, reader)

    answer = await reader.get("/partners", params=FAR_OFF, headers=saying("insights", "south"))

    assert answer.json()["items"] == []


async def test_a_team_sees_of_a_past_what_is_its_own(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = a_request().tell(uuid4(), DRAFT.model_copy(update={"contact": ADVISOR}))
    await entered(told, book, reader)
    team = saying("insights", "north", roles=("requester",), staff=DRAFT.contact.root)

    mine = await reader.get("/requests", params=FAR_OFF, headers=team)

    assert [one["id"] for one in mine.json()["items"]] == [str(REQUEST)]


async def test_a_day_that_cannot_be_read_is_refused(reader: httpx2.AsyncClient) -> None:
    answer = await reader.get("/requests", params={"as_of": "hier"})

    assert answer.status_code == 422

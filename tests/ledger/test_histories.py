from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import orjson
import pytest

from contracts.envelope import Envelope
from services import ledger
from services.chassis.settings import Installation
from services.ledger.book import Book
from services.ledger.main import build
from services.ledger.stories import links
from tests.callers import saying, signed

pytestmark = pytest.mark.anyio

MIGRATIONS = Path(ledger.__file__).parent / "migrations"
AMINA, LEO, REQUEST, SEARCH, AMINAS, LEOS, PLAN = (uuid4() for _ in range(7))
SPRING, SUMMER = datetime(2026, 4, 1, 12, tzinfo=UTC), datetime(2026, 7, 1, 12, tzinfo=UTC)


@dataclass
class Told:
    """Facts as services would have written them, and where the ledger has them."""

    bodies: list[bytes] = field(default_factory=list)
    versions: dict[UUID, int] = field(default_factory=dict)

    def tell(
        self, type: str, stream: UUID, *persons: UUID, time: datetime = SPRING,
        cause: UUID | None = None, **data: Any,
    ) -> UUID:  # fmt: skip
        self.versions[stream] = self.versions.get(stream, 0) + 1
        envelope = Envelope(
            id=uuid4(),
            type=type,
            source="intake",
            subject=stream,
            time=time,
            recordedtime=SUMMER,
            establishment="north",
            version=self.versions[stream],
            actor="marie",
            correlationid=uuid4(),
            causationid=cause,
            persons=" ".join(map(str, persons)),
            data=orjson.loads(orjson.dumps(data)),
        )
        self.bodies.append(envelope.write())
        return envelope.id


@pytest.fixture
async def book(installation: Installation) -> AsyncIterator[Book]:
    async with Book(installation.settings("ledger").database_url) as book:
        yield book


@pytest.fixture
async def reader(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    ledger = build(installation.settings("ledger"))
    marie = signed("north", "marie", to="ledger")
    async with (
        ledger.router.lifespan_context(ledger),
        httpx2.AsyncClient(
            transport=httpx2.ASGITransport(ledger), base_url="http://ledger", auth=marie
        ) as client,
    ):
        yield client


async def enter(book: Book, told: Told) -> None:
    await book.place_of("intake")
    await book.enter("intake", 0, told.bodies)


def kinds(answer: httpx2.Response) -> list[str]:
    return [fact["type"].split(".")[1] for fact in answer.json()]


def a_match() -> Told:
    told = Told()
    told.tell("intake.RequestDrafted.v1", REQUEST)
    told.tell("recruitment.SearchOpened.v1", SEARCH, request=REQUEST)
    told.tell("recruitment.CandidateShortlisted.v1", SEARCH, AMINA, request=REQUEST)
    told.tell("recruitment.CandidateShortlisted.v1", SEARCH, LEO, request=REQUEST)
    told.tell("recruitment.CandidateNotRetained.v1", SEARCH, LEO, request=REQUEST)
    told.tell("recruitment.MatchAgreed.v1", SEARCH, AMINA, request=REQUEST, match=AMINAS)
    told.tell("accompaniment.MandateProposed.v1", AMINAS, AMINA, request=REQUEST, match=AMINAS)
    told.tell("accompaniment.MandateSigned.v1", AMINAS)
    told.tell("training.PlanPrepared.v1", PLAN, match=AMINAS, request=REQUEST)
    told.tell("accompaniment.MandateProposed.v1", LEOS, LEO)
    told.tell("recruitment.SearchClosed.v1", SEARCH, request=REQUEST)
    return told


async def test_a_persons_story_holds_what_concerns_them_and_no_one_else(
    reader: httpx2.AsyncClient, book: Book
) -> None:
    await enter(book, a_match())

    amina = kinds(await reader.get(f"/persons/{AMINA}/history"))
    leo = kinds(await reader.get(f"/persons/{LEO}/history"))

    assert amina == [
        "RequestDrafted",
        "SearchOpened",
        "CandidateShortlisted",
        "MatchAgreed",
        "MandateProposed",
        "MandateSigned",
        "PlanPrepared",
        "SearchClosed",
    ]
    assert leo == ["CandidateShortlisted", "CandidateNotRetained", "MandateProposed"]


async def test_a_requests_story_follows_it_to_the_plans(
    reader: httpx2.AsyncClient, book: Book
) -> None:
    told = a_match()
    await enter(book, told)

    answer = await reader.get(f"/requests/{REQUEST}/history")

    mine = [body for body in told.bodies if str(LEOS).encode() not in body]
    assert answer.content == b"[" + b",".join(mine) + b"]"
    assert answer.headers["content-type"] == "application/cloudevents-batch+json"


async def test_a_ledger_of_before_gives_whom_a_search_found_all_of_it(
    reader: httpx2.AsyncClient, book: Book
) -> None:
    await enter(book, a_match())
    of_amina = "subject = $1 and stream = $2"
    since_named = f"update stories set since = 3, how = 'named' where {of_amina}"
    await book.pool.execute(since_named, AMINA, SEARCH)

    await book.pool.execute((MIGRATIONS / "0004_searches.sql").read_text())

    assert "SearchOpened" in kinds(await reader.get(f"/persons/{AMINA}/history"))
    assert "SearchOpened" not in kinds(await reader.get(f"/persons/{LEO}/history"))


async def test_the_index_of_stories_can_be_made_anew(book: Book) -> None:
    await enter(book, a_match())
    before = await book.pool.fetch("select * from stories order by 1, 2, 3, 4")
    await book.pool.execute("delete from stories")

    await book.rebuild_stories()

    assert await book.pool.fetch("select * from stories order by 1, 2, 3, 4") == before


async def test_a_story_as_of_a_day_leaves_out_what_came_later(
    reader: httpx2.AsyncClient, book: Book
) -> None:
    told = Told()
    told.tell("intake.RequestDrafted.v1", REQUEST)
    told.tell("intake.RequestSubmitted.v1", REQUEST, time=SUMMER)
    await enter(book, told)
    stream = f"/streams/{REQUEST}/history"

    assert kinds(await reader.get(stream, params={"as_of": "2026-04-01"})) == ["RequestDrafted"]
    assert kinds(await reader.get(stream, params={"as_of": "2026-03-31"})) == []
    assert kinds(await reader.get(stream, params={"known_on": "2026-06-30"})) == []
    assert len(kinds(await reader.get(stream, params={"known_on": "2026-07-01"}))) == 2
    assert len(kinds(await reader.get(stream))) == 2


async def test_what_was_annulled_did_not_happen_and_what_was_corrected_happened_so(
    reader: httpx2.AsyncClient, book: Book
) -> None:
    told = Told()
    withdrawn = told.tell("intake.RequestWithdrawn.v1", REQUEST)
    was = {"number": "2026-003", "request": str(REQUEST)}
    numbered = told.tell("intake.NumberGiven.v1", REQUEST, number="2026-003", request=REQUEST)
    told.tell(
        "intake.FactAnnulled.v1",
        REQUEST,
        time=SUMMER,
        fact=withdrawn,
        of="intake.RequestWithdrawn.v1",
        data={},
    )
    told.tell(
        "intake.FactCorrected.v1",
        REQUEST,
        time=SUMMER,
        fact=numbered,
        of="intake.NumberGiven.v1",
        was=was,
        data={**was, "number": "2026-004"},
    )
    await enter(book, told)

    whole = await reader.get(f"/streams/{REQUEST}/history")
    in_spring = await reader.get(f"/streams/{REQUEST}/history", params={"as_of": "2026-05-01"})

    assert len(whole.json()) == 4
    assert [fact["data"].get("number") for fact in in_spring.json()] == ["2026-004"]


async def test_another_establishments_history_is_not_there(
    reader: httpx2.AsyncClient, book: Book
) -> None:
    told = Told()
    entry = told.tell("intake.RequestDrafted.v1", REQUEST, AMINA)
    await enter(book, told)
    south = saying("ledger", "south")

    for path in (f"persons/{AMINA}", f"requests/{REQUEST}", f"streams/{REQUEST}"):
        assert (await reader.get(f"/{path}/history", headers=south)).json() == []
    assert (await reader.get("/entries", headers=south)).json() == []
    assert (await reader.get(f"/entries/{entry}", headers=south)).status_code == 404
    assert (await reader.get(f"/entries/{entry}")).content == told.bodies[0]


async def test_entries_are_read_page_by_page(reader: httpx2.AsyncClient, book: Book) -> None:
    told = a_match()
    await enter(book, told)

    first = await reader.get("/entries", params={"limit": 4})
    second = await reader.get(
        "/entries", params={"limit": 100, "after": first.headers["Tandem-Sequence"]}
    )

    assert len(first.json()) == 4
    assert len(second.json()) == len(told.bodies) - 4


@pytest.mark.parametrize("words", ["yesterday", "2026-02-30", "2026-04-01T12:00:00", "9999-12-31"])
async def test_what_is_no_day_is_said(reader: httpx2.AsyncClient, words: str) -> None:
    answer = await reader.get(f"/streams/{REQUEST}/history", params={"as_of": words})

    assert answer.json()["type"] == "urn:tandem:NotADay"


async def test_the_ledger_tells_how_far_it_is(reader: httpx2.AsyncClient, book: Book) -> None:
    await enter(book, a_match())

    status = (await reader.get("/status")).json()

    assert status["intake"]["place"] == 11


def test_a_link_is_a_pure_word_of_one_fact() -> None:
    [first, *_] = a_match().bodies

    assert list(links(orjson.loads(first))) == []


async def test_a_projects_and_a_departments_story_hold_what_is_part_of_them(
    reader: httpx2.AsyncClient, book: Book
) -> None:
    project, unit = uuid4(), uuid4()
    told = Told()
    told.tell("intake.ProjectOpened.v1", project, department=unit)
    told.tell("intake.RequestDrafted.v1", REQUEST, project=project, department=unit)
    told.tell("recruitment.SearchOpened.v1", SEARCH, request=REQUEST)
    told.tell("recruitment.CandidateRegistered.v1", AMINA, AMINA, request=REQUEST)
    told.tell("recruitment.ConsentGiven.v1", AMINA, AMINA)
    told.tell("directory.StaffJoined.v1", uuid4(), department=unit)
    await enter(book, told)

    of_project = kinds(await reader.get(f"/projects/{project}/history"))
    of_unit = kinds(await reader.get(f"/departments/{unit}/history"))

    assert of_project == ["ProjectOpened", "RequestDrafted", "SearchOpened", "CandidateRegistered"]
    assert of_unit == of_project


async def test_causes_are_followed_both_ways_by_the_index(
    reader: httpx2.AsyncClient, book: Book
) -> None:
    told = Told()
    accepted = told.tell("intake.RequestAccepted.v1", REQUEST)
    opened = told.tell("recruitment.SearchOpened.v1", SEARCH, cause=accepted, request=REQUEST)
    told.tell("training.PlanPrepared.v1", PLAN, cause=opened)
    told.tell("intake.RequestWithdrawn.v1", REQUEST)
    await enter(book, told)

    for fact in (accepted, opened):
        answer = await reader.get(f"/entries/{fact}/causes")

        assert kinds(answer) == ["RequestAccepted", "SearchOpened", "PlanPrepared"]
    assert (await reader.get(f"/entries/{uuid4()}/causes")).status_code == 404

"""What the portal is given: lists, records, stories."""

from uuid import uuid4

import httpx2
import pytest

from contracts.accompaniment import FactCorrected, InvolvementStarted, MandateProposed
from contracts.intake import FactAnnulled, RequestDeclined
from services.insights.models import MODELS
from services.ledger.book import Book
from tests.callers import saying
from tests.insights.chronicle import Chronicle
from tests.insights.life import (
    DRAFT,
    INVOLVEMENT,
    OTHER,
    PERSON,
    REQUEST,
    TITLE,
    WORDS,
    a_request,
    a_whole_life,
)
from tests.patience import eventually

pytestmark = pytest.mark.anyio


async def entered(told: Chronicle, book: Book, reader: httpx2.AsyncClient) -> None:
    """In the ledger, and in every read model."""
    await told.enter(book)

    async def caught_up() -> bool:
        status = (await reader.get("/status")).json()
        read = [one["position"] == len(told.envelopes) for one in status]
        return len(read) == len(MODELS) and all(read)

    await eventually(caught_up)


async def test_a_request_is_listed_and_found_by_words_state_and_advisor(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    await entered(a_whole_life(), book, reader)

    found = await reader.get("/requests", params={"q": "PREVENTION 0007", "state": "filled"})
    others = await reader.get("/requests", params={"advisor": "none"})
    named = await reader.get("/partners", params={"id": [str(PERSON), str(uuid4())]})

    assert [one["title"] for one in found.json()["items"]] == [TITLE]
    assert found.json()["counts"] == {"filled": 1}
    assert others.json()["items"] == []
    assert [one["id"] for one in named.json()["items"]] == [str(PERSON)]


async def test_a_record_shows_the_version_that_a_form_sends_back(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    await entered(a_request(), book, reader)

    answer = await reader.get(f"/requests/{REQUEST}")

    assert answer.json()["version"] == 4
    assert answer.headers["ETag"] == '"4"'


async def test_another_establishment_finds_nothing(book: Book, reader: httpx2.AsyncClient) -> None:
    await entered(a_whole_life(), book, reader)

    for path in (
        f"/requests/{REQUEST}",
        f"/partners/{PERSON}",
        f"/involvements/{INVOLVEMENT}",
        f"/partners/{PERSON}/story",
    ):
        assert (await reader.get(path, headers=saying("insights", "south"))).status_code == 404
    partners = await reader.get("/partners", headers=saying("insights", "south"))
    assert partners.json()["items"] == []


async def test_an_id_that_two_establishments_speak_of_has_a_document_in_each(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = a_request()
    theirs = DRAFT.model_copy(update={"title": "Another title"})
    await entered(told.tell(uuid4(), theirs, establishment="south"), book, reader)

    ours = (await reader.get("/requests")).json()["items"]
    there = (await reader.get("/requests", headers=saying("insights", "south"))).json()["items"]

    assert [one["title"] for one in ours] == [TITLE]
    assert [one["title"] for one in there] == ["Another title"]


async def test_pages_follow_each_other_without_loss_or_repetition(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = Chronicle()
    for number in range(7):
        told.tell(uuid4(), DRAFT.model_copy(update={"title": f"Projet {number % 3}"}))
    await entered(told, book, reader)

    titles, after = [], None
    while True:
        params = {"sort": "-title", "limit": "2"} | ({"after": after} if after else {})
        answer = await reader.get("/requests", params=params)
        titles += [one["title"] for one in answer.json()["items"]]
        after = answer.json()["next"]
        assert ('rel="next"' in answer.headers.get("Link", "")) == bool(after)
        if not after:
            break

    assert titles == ["Projet 2"] * 2 + ["Projet 1"] * 2 + ["Projet 0"] * 3


@pytest.mark.parametrize(
    ("params", "status"), [({"sort": "weight"}, 400), ({"after": "nonsense"}, 400)]
)
async def test_an_order_or_a_page_that_is_not_there_is_refused(
    reader: httpx2.AsyncClient, params: dict[str, str], status: int
) -> None:
    answer = await reader.get("/requests", params=params)

    assert answer.status_code == status


async def test_lists_follow_an_annulment(book: Book, reader: httpx2.AsyncClient) -> None:
    told = a_request()
    await entered(told, book, reader)
    acceptance = told.last
    said = {"fact": acceptance.id, "of": acceptance.type, "data": acceptance.data}
    told.tell(REQUEST, FactAnnulled.model_validate(said))
    await entered(told.tell(REQUEST, RequestDeclined(reason="too_late")), book, reader)

    request = (await reader.get(f"/requests/{REQUEST}")).json()

    assert (request["state"], request["version"]) == ("declined", 6)
    assert "accepted" not in request["dates"]


async def test_a_correction_of_whom_it_was_about_moves_it_to_the_other_s_file(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = a_whole_life()
    agreed = next(one for one in told.envelopes if one.type == MandateProposed.type)
    await entered(told, book, reader)
    data = {**agreed.data, "partner": str(OTHER)}
    said = {"fact": agreed.id, "of": agreed.type, "was": agreed.data, "data": data}
    told.tell(INVOLVEMENT, FactCorrected.model_validate(said))
    started = next(one for one in told.envelopes if one.type == InvolvementStarted.type)
    data = {**started.data, "partner": str(OTHER)}
    said = {"fact": started.id, "of": started.type, "was": started.data, "data": data}
    told.tell(INVOLVEMENT, FactCorrected.model_validate(said))
    await entered(told, book, reader)

    story = {
        one: (await reader.get(f"/partners/{one}/story")).json()["state"]["involvements"]
        for one in (PERSON, OTHER)
    }

    assert story[PERSON] == []
    assert [one["state"] for one in story[OTHER]] == ["active"]


async def test_a_partner_s_story_tells_how_the_request_began_that_found_them(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    await entered(a_whole_life(), book, reader)

    steps = (await reader.get(f"/partners/{PERSON}/story")).json()["steps"]

    ids = {one["id"] for one in steps}
    assert steps[0]["type"] == "intake.RequestDrafted.v1"
    assert {one["about"] for one in steps} == {"partner", "request"}
    assert all(one["cause"] is None or one["cause"] in ids for one in steps)


async def test_a_partner_s_story_holds_their_steps_in_plain_sentences(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    await entered(a_whole_life(), book, reader)

    answer = await reader.get(f"/partners/{PERSON}/story")

    sentences = [one["sentence"].replace("\u00a0", " ") for one in answer.json()["steps"]]
    assert f"Intérêt exprimé pour « {TITLE} »." in sentences
    assert answer.json()["state"]["state"] == "engaged"
    assert str(OTHER) not in answer.text
    assert WORDS.commitment not in answer.text


async def test_a_story_as_of_a_day_and_as_known_on_a_day_are_two_things(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = a_request()
    acceptance = told.last
    said = {"fact": acceptance.id, "of": acceptance.type, "data": acceptance.data}
    told.tell(REQUEST, FactAnnulled.model_validate(said))
    await entered(told, book, reader)
    path, moment = f"/requests/{REQUEST}/story", acceptance.time.isoformat()

    today = (await reader.get(path)).json()
    as_it_was = (await reader.get(path, params={"as_of": moment})).json()
    as_known = (await reader.get(path, params={"known_on": moment})).json()

    assert [one["annulled"] is not None for one in today["steps"]] == [False] * 3 + [True, False]
    assert today["steps"][-1]["corrects"] == str(acceptance.id)
    assert as_it_was["state"]["state"] == "taken_in_charge"
    assert as_known["state"]["state"] == "accepted"


async def shown_at_last(reader: httpx2.AsyncClient, path: str, awaited: str) -> httpx2.Response:
    """The first answer that is not said to be late: each waits for two seconds at most."""
    answers: list[httpx2.Response] = []

    async def shown() -> bool:
        answers.append(await reader.get(path, headers={"Tandem-Wait": awaited}))
        return answers[-1].is_success and "Tandem-Stale" not in answers[-1].headers

    await eventually(shown)
    return answers[-1]


async def test_who_waits_for_what_they_did_sees_it_and_is_told_when_it_is_late(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    await a_request().enter(book)
    seen = await shown_at_last(reader, "/requests", "intake@4")

    late = await reader.get("/requests", headers={"Tandem-Wait": "intake@99"})

    assert len(seen.json()["items"]) == 1
    assert late.headers["Tandem-Stale"] == "true"


async def test_the_glossary_is_given_in_both_languages(reader: httpx2.AsyncClient) -> None:
    french = (await reader.get("/glossary")).json()
    english = (await reader.get("/glossary", params={"lang": "en"})).json()

    assert french["RequestState"]["filled"] == "Pourvue"
    assert english["RequestState"]["filled"] == "Filled"

"""What those are shown who see only what is their own, and those who see no person."""

from uuid import UUID

import httpx2
import pytest

from contracts.accompaniment import TermsSet
from services.ledger.book import Book
from tests.callers import saying
from tests.insights.chronicle import NORTH
from tests.insights.life import (
    CONTACT,
    INVOLVEMENT,
    OTHER,
    PERSON,
    REQUEST,
    a_whole_life,
    id_of,
)
from tests.insights.test_reading import entered

pytestmark = pytest.mark.anyio


def partner(person: UUID) -> dict[str, str]:
    return saying("insights", NORTH, f"partner:{person}", roles=["partner"], person=person)


def requester(staff: UUID) -> dict[str, str]:
    return saying("insights", NORTH, f"staff:{staff}", roles=["requester"], staff=staff)


async def lived(book: Book, reader: httpx2.AsyncClient) -> None:
    told = a_whole_life()
    told.tell(INVOLVEMENT, TermsSet(starts="2026-10", ends="2027", contact=CONTACT))
    await entered(told, book, reader)


async def test_a_partner_sees_their_own_file_and_involvements_and_nobody_else_s(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    await lived(book, reader)
    rose, paul = partner(PERSON), partner(OTHER)

    files = (await reader.get("/partners", headers=rose)).json()["items"]
    mine = (await reader.get("/involvements", headers=rose)).json()["items"]
    others = (await reader.get("/involvements", headers=paul)).json()["items"]
    found = [
        (await reader.get(path, headers=who)).status_code
        for who in (rose, paul)
        for path in (f"/partners/{PERSON}", f"/involvements/{INVOLVEMENT}")
    ]

    assert [one["id"] for one in files] == [str(PERSON)]
    assert [one["id"] for one in mine] == [str(INVOLVEMENT)]
    assert "searches" not in files[0]
    assert others == []
    assert found == [200, 200, 404, 404]
    assert (await reader.get("/requests", headers=rose)).status_code == 403


async def test_a_partner_s_own_story_names_nobody_else(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    await lived(book, reader)

    own = await reader.get(f"/partners/{PERSON}/story", headers=partner(PERSON))
    another_s = await reader.get(f"/partners/{PERSON}/story", headers=partner(OTHER))

    assert len(own.json()["steps"]) > 10
    assert str(OTHER) not in own.text
    assert another_s.status_code == 404


async def test_a_requester_sees_their_own_requests_with_candidates_under_other_names(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    await lived(book, reader)
    mine, another_s = requester(CONTACT.root), requester(id_of(49))

    request = await reader.get(f"/requests/{REQUEST}", headers=mine)
    listed = (await reader.get("/requests", headers=another_s)).json()["items"]

    named = {one["state"]: one["person"] for one in request.json()["candidates"]}
    assert named["matched"] == str(PERSON)
    assert named["shortlisted"] != str(OTHER)
    assert str(OTHER) not in request.text
    assert listed == []
    assert (await reader.get(f"/requests/{REQUEST}", headers=another_s)).status_code == 404
    assert (await reader.get("/partners", headers=mine)).status_code == 403


async def test_a_requester_reads_the_story_of_their_own_request_which_names_no_candidate(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    await lived(book, reader)
    mine, another_s = requester(CONTACT.root), requester(id_of(49))

    own = await reader.get(f"/requests/{REQUEST}/story", headers=mine)
    refused = await reader.get(f"/requests/{REQUEST}/story", headers=another_s)

    told = [step["type"] for step in own.json()["steps"]]
    assert "intake.RequestSubmitted.v1" in told
    assert "recruitment.CandidateShortlisted.v1" not in told
    assert str(OTHER) not in own.text
    assert str(PERSON) not in own.text
    assert refused.status_code == 404


async def test_communications_and_the_users_committee_see_no_personal_file(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    await lived(book, reader)

    for role in ("communications", "users_committee", "hr_officer"):
        who = saying("insights", NORTH, roles=[role])
        for path in ("/partners", f"/partners/{PERSON}", f"/partners/{PERSON}/story"):
            assert (await reader.get(path, headers=who)).status_code == 403

"""Two files of one person: one in every list, adding up; undone, each as if it had been alone."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import msgspec
import pytest

from contracts.accompaniment import (
    FactCorrected,
    HoursLogged,
    InvolvementEnded,
    InvolvementStarted,
)
from contracts.recruitment import (
    CandidateShortlisted,
    ConsentForm,
    ConsentGiven,
    ConsentPurpose,
    DuplicateClosed,
    DuplicateReopened,
    MergeUndone,
    PartnerEngaged,
    PartnerLeft,
    PartnerPaused,
    PartnerRecorded,
    PartnerReleased,
    PartnersMerged,
    PartnerState,
)
from services.chassis.changes import Key
from services.chassis.folding import counted
from services.chassis.generations import Generation, Progress
from services.chassis.library import Library
from services.chassis.projecting import Projection
from services.chassis.settings import Installation
from services.insights.models import MODELS
from services.ledger.book import Book
from tests.callers import saying
from tests.insights.chronicle import NORTH, Chronicle
from tests.insights.life import (
    INVOLVEMENT,
    OTHER,
    PARTNER,
    PERSON,
    REQUEST,
    SEARCH,
    SOMEBODY_ELSE,
    WORDS,
    a_whole_life,
    id_of,
)
from tests.insights.test_reading import entered

pytestmark = pytest.mark.anyio

SECOND, LATER, MORE = id_of(60), id_of(61), id_of(62)
MERGING, UNDOING = (PartnersMerged, DuplicateClosed), (MergeUndone, DuplicateReopened)
partners = MODELS["partners"]


def hours(of: Any, stream: Any, minutes: int, told: Chronicle) -> Chronicle:
    logged = HoursLogged(partner=of, involvement=SECOND, date="2026-10-06", minutes=minutes)
    return told.tell(stream, logged)


def two_files() -> Chronicle:
    """A whole life under one reference, and under another a pause, a consent and a second life."""
    told = a_whole_life()
    told.tell(
        OTHER,
        PartnerRecorded(
            partner=SOMEBODY_ELSE, state=PartnerState.AVAILABLE, status_label="x", entered="2021"
        ),
        ConsentGiven(partner=SOMEBODY_ELSE, purpose=ConsentPurpose.STORY, form=ConsentForm.VERBAL),
    )
    told.tell(SECOND, InvolvementStarted(partner=SOMEBODY_ELSE))
    told.tell(OTHER, PartnerEngaged(partner=SOMEBODY_ELSE, involvement=SECOND))
    hours(SOMEBODY_ELSE, LATER, 30, told)
    return told.tell(OTHER, PartnerPaused(partner=SOMEBODY_ELSE, until="2027"))


def merged(told: Chronicle) -> Chronicle:
    told.tell(PERSON, PartnersMerged(kept=PARTNER, merged=SOMEBODY_ELSE, reason=WORDS))
    return told.tell(OTHER, DuplicateClosed(partner=SOMEBODY_ELSE, kept=PARTNER))


def gone_on(told: Chronicle) -> Chronicle:
    """What goes on under the other reference, and in a search that both were thought of for."""
    was = hours(SOMEBODY_ELSE, MORE, 15, told).last
    said = {"fact": was.id, "of": was.type, "was": was.data}
    told.tell(MORE, FactCorrected(**said, data=was.data | {"minutes": 20}))
    told.tell(SEARCH, CandidateShortlisted(request=REQUEST, partner=SOMEBODY_ELSE))
    told.tell(SECOND, InvolvementEnded(partner=SOMEBODY_ELSE))
    told.tell(OTHER, PartnerReleased(partner=SOMEBODY_ELSE, involvement=SECOND))
    return told.tell(OTHER, PartnerLeft(partner=SOMEBODY_ELSE))


def undone(told: Chronicle) -> Chronicle:
    told.tell(PERSON, MergeUndone(kept=PARTNER, merged=SOMEBODY_ELSE))
    return told.tell(OTHER, DuplicateReopened(partner=SOMEBODY_ELSE, kept=PARTNER))


@pytest.fixture
async def library(installation: Installation) -> AsyncIterator[Library]:
    async with Library(installation.settings("insights").database_url) as library:
        yield library


async def test_lists_show_one_person_and_what_both_files_hold_adds_up(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    await entered(merged(two_files()), book, reader)

    listed = (await reader.get("/partners")).json()
    [one] = listed["items"]
    of_both = (await reader.get("/involvements", params={"partner": str(PERSON)})).json()

    assert listed["counts"] == {"engaged": 1}
    assert (one["id"], one["load"], one["minutes"]) == (str(PERSON), 2, 180)
    assert {each["id"] for each in one["involvements"]} == {str(INVOLVEMENT), str(SECOND)}
    assert [each["id"] for each in one["merged"]] == [str(OTHER)]
    assert {each["id"] for each in of_both["items"]} == {str(INVOLVEMENT), str(SECOND)}


async def test_consents_and_pauses_are_not_summed_up_and_what_goes_on_is(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    await entered(gone_on(merged(two_files())), book, reader)

    one = (await reader.get(f"/partners/{PERSON}")).json()

    assert (set(one["consents"]), one["pauses"], one["status_label"]) == ({"contact"}, [], None)
    assert (one["minutes"], one["load"], one["state"]) == (200, 1, "engaged")
    assert {each["id"]: each["state"] for each in one["involvements"]}[str(SECOND)] == "ended"


async def test_who_asks_for_the_other_file_is_given_the_one_that_was_kept(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    await entered(merged(two_files()), book, reader)
    gone = saying("insights", NORTH, f"partner:{OTHER}", roles=["partner"], person=OTHER)

    asked = (await reader.get(f"/partners/{OTHER}")).json()
    named = (await reader.get("/partners", params={"id": str(OTHER)})).json()
    themselves = await reader.get(f"/partners/{OTHER}", headers=gone)

    assert asked["id"] == str(PERSON)
    assert [one["id"] for one in named["items"]] == [str(PERSON)]
    assert themselves.status_code == 404


async def test_undone_each_file_is_as_if_it_had_never_been_merged(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = gone_on(merged(two_files()))
    await entered(told, book, reader)
    await entered(undone(told), book, reader)
    ours = {f"recruitment.{one.__name__}.v1" for one in (*MERGING, *UNDOING)}
    never = counted([one.write() for one in told.envelopes if one.type not in ours])

    shown = {key: (await reader.get(f"/partners/{key}")).json() for key in (PERSON, OTHER)}

    for key, one in shown.items():
        document = partners.refold(str(key), never)
        assert document
        as_json = msgspec.json.decode(msgspec.json.encode(msgspec.structs.asdict(document)))
        assert one | {"version": 0, "days": 0} == as_json | {"version": 0, "days": 0}


@pytest.mark.parametrize("told", [
    gone_on(merged(two_files())),
    undone(gone_on(merged(two_files()))),
    merged(undone(gone_on(merged(two_files())))),
], ids=["merged", "undone", "merged again"])  # fmt: skip
async def test_whatever_comes_together_the_documents_are_those_of_a_rebuild(
    book: Book, library: Library, told: Chronicle
) -> None:
    await told.enter(book)
    keys = [Key(NORTH, str(PERSON)), Key(NORTH, str(OTHER))]
    documents = Projection(partners, library).documents
    found = []

    for at_once in (1, 2, 3, 5, 8, 5000):
        async with documents.rebuilding() as new:
            assert new
            await Generation(new, partners, library, Progress()).catch_up(at_once)
            found.append(await documents.read(new, keys))

    assert all(one == found[-1] for one in found)
    assert len(found[-1]) == (2 if told.last.type == DuplicateReopened.type else 1)


async def told_of(reader: httpx2.AsyncClient, person: Any, **bounds: str) -> list[str]:
    story = await reader.get(f"/partners/{person}/story", params=bounds)
    assert story.status_code == 200, story.text
    return [f"{step['stream']} {step['type'].split('.')[1]}" for step in story.json()["steps"]]


async def test_the_story_holds_both_lives_before_and_after_and_undoing_splits_it(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    told = merged(two_files())
    known_before = told.envelopes[-3].recordedtime
    assert known_before
    await entered(gone_on(told), book, reader)
    paused, late = f"{OTHER} PartnerPaused", f"{MORE} HoursLogged"

    both = await told_of(reader, PERSON)
    of_the_other = await told_of(reader, OTHER)
    then = await told_of(reader, PERSON, known_on=known_before.isoformat())
    alone_then = await told_of(reader, OTHER, known_on=known_before.isoformat())
    as_of = await told_of(reader, PERSON, as_of=known_before.isoformat())
    await entered(undone(told), book, reader)
    after = await told_of(reader, PERSON)

    assert {paused, late, f"{INVOLVEMENT} InvolvementStarted"} <= set(both)
    assert of_the_other == both
    assert paused in alone_then
    assert paused in as_of
    assert f"{PERSON} PartnersMerged" not in as_of
    assert {paused}.isdisjoint([*then, *after])
    assert after[-1] == f"{PERSON} MergeUndone"
    assert f"{OTHER} DuplicateReopened" in await told_of(reader, OTHER)

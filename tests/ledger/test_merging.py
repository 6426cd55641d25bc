"""A merge of two files is a row of the stories' index: both are told as one, until it is undone."""

from datetime import timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from services.ledger.book import Book
from tests.callers import saying
from tests.ledger.test_histories import (
    AMINA,
    LEO,
    LEOS,
    SUMMER,
    Told,
    a_match,
    book,
    enter,
    kinds,
    reader,
)

__all__ = ["book", "reader"]

pytestmark = pytest.mark.anyio

HOURS = uuid4()
EARLIER = SUMMER - timedelta(days=30)
STORIES = "select * from stories order by subject, stream, since"


def merge(told: Told) -> None:
    amina, leo = str(AMINA), str(LEO)
    told.tell("recruitment.PartnersMerged.v1", AMINA, AMINA, LEO, kept=amina, merged=leo)
    told.tell("recruitment.DuplicateClosed.v1", LEO, LEO, AMINA, partner=leo, kept=amina)


def undo(told: Told) -> None:
    amina, leo = str(AMINA), str(LEO)
    told.tell("recruitment.MergeUndone.v1", AMINA, AMINA, LEO, kept=amina, merged=leo)
    told.tell("recruitment.DuplicateReopened.v1", LEO, LEO, AMINA, partner=leo, kept=amina)


def two_files() -> Told:
    told = a_match()
    told.tell("recruitment.PartnerPaused.v1", LEO, LEO)
    told.tell("recruitment.PartnerEngaged.v1", AMINA, AMINA)
    return told


async def of(reader: httpx2.AsyncClient, person: UUID, **bounds: str) -> list[str]:
    return kinds(await reader.get(f"/persons/{person}/history", params=bounds))


async def test_a_story_holds_both_files_before_and_after_their_merge(
    reader: httpx2.AsyncClient, book: Book
) -> None:
    told = two_files()
    merge(told)
    told.tell("accompaniment.HoursLogged.v1", HOURS, LEO, involvement=str(LEOS))
    told.tell("accompaniment.MandateSigned.v1", LEOS)
    await enter(book, told)

    amina, leo = await of(reader, AMINA), await of(reader, LEO)

    assert amina.count("MandateProposed") == 2
    assert amina[-4:] == ["PartnersMerged", "DuplicateClosed", "HoursLogged", "MandateSigned"]
    assert "PartnerPaused" in amina
    assert {"PartnerEngaged", "MatchAgreed"}.isdisjoint(leo)
    assert {"PartnersMerged", "DuplicateClosed", "HoursLogged"} <= set(leo)


async def test_undoing_splits_them_again_and_a_second_merge_joins_them(
    reader: httpx2.AsyncClient, book: Book
) -> None:
    told = two_files()
    merge(told)
    undo(told)
    await enter(book, told)
    apart = await of(reader, AMINA)

    merge(told)
    await book.enter("intake", len(told.bodies) - 2, told.bodies[-2:])

    assert "PartnerPaused" not in apart
    assert (apart.count("PartnersMerged"), apart.count("MergeUndone")) == (1, 1)
    assert "PartnerPaused" in await of(reader, AMINA)


async def test_as_it_was_known_before_they_are_two(reader: httpx2.AsyncClient, book: Book) -> None:
    told = two_files()
    bodies = len(told.bodies)
    merge(told)
    said = str(SUMMER.isoformat().replace("+00:00", "Z")).encode()
    was = str(EARLIER.isoformat().replace("+00:00", "Z")).encode()
    told.bodies[:bodies] = [one.replace(said, was) for one in told.bodies[:bodies]]
    await enter(book, told)

    then = await of(reader, AMINA, known_on=EARLIER.isoformat())
    now = await of(reader, AMINA, known_on=SUMMER.isoformat())
    long_ago = await of(reader, AMINA, as_of="2026-04-02")

    assert "PartnerPaused" not in then
    assert "MatchAgreed" in then
    assert "PartnerPaused" in now
    assert "PartnerPaused" in long_ago


async def test_the_index_made_anew_is_the_one_that_was_kept_along_the_way(book: Book) -> None:
    told = two_files()
    merge(told)
    undo(told)
    merge(told)
    await book.place_of("intake")
    for at, body in enumerate(told.bodies):
        await book.enter("intake", at, [body])
    kept = await book.pool.fetch(STORIES)

    await book.rebuild_stories()

    assert await book.pool.fetch(STORIES) == kept
    assert [one["until"] for one in kept if one["how"] == "merged"][-1] is None


async def test_in_a_space_of_ones_own_the_other_file_is_not_read(
    reader: httpx2.AsyncClient, book: Book
) -> None:
    told = two_files()
    merge(told)
    await enter(book, told)
    herself = saying("ledger", "north", f"partner:{AMINA}", roles=["partner"], person=AMINA)

    mine = kinds(await reader.get(f"/persons/{AMINA}/history", headers=herself))

    assert "PartnerEngaged" in mine
    assert "PartnerPaused" not in mine

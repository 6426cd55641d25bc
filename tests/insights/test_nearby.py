"""A past reached from today is the past read from the beginning, whatever was put right."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from contracts.accompaniment import (
    ContributionAnswered,
    Decision,
    FactCorrected,
    HoursLogged,
    InvolvementStarted,
)
from contracts.intake import RequestDeclined
from contracts.recruitment import MergeUndone
from services.chassis.library import Library
from services.chassis.projecting import Projection
from services.chassis.settings import Installation
from services.insights import nearby
from services.insights.models import MODELS
from services.insights.past import Past, When
from services.ledger.book import Book
from tests.insights.chronicle import BEGINNING, NORTH, Chronicle
from tests.insights.life import (
    CONTRIBUTION,
    DRAFT,
    INVOLVEMENT,
    OTHER,
    PARTNER,
    PERSON,
    REQUEST,
    SOMEBODY_ELSE,
)
from tests.insights.test_past import a_life_put_right, annulled

pytestmark = pytest.mark.anyio

LOOKED_AT = ("requests", "partners", "involvements")


def life() -> Chronicle:
    """Some of it told late, some told to be later than it was, and some still to come."""
    told = a_life_put_right()
    end = told.envelopes[-1].time
    hours = HoursLogged(partner=PARTNER, involvement=INVOLVEMENT, date="2026-10-05", minutes=30)
    told.tell(uuid4(), hours, time=told.envelopes[20].time)
    told.tell(uuid4(), DRAFT, time=end + timedelta(days=90))
    answer = ContributionAnswered(partner=PARTNER, decision=Decision.PARTLY)
    told.tell(CONTRIBUTION, answer)
    started = next(one for one in told.envelopes if one.type == InvolvementStarted.type)
    moved = {"fact": started.id, "of": started.type, "was": started.data, "data": started.data}
    later = BEGINNING + timedelta(minutes=len(told.envelopes))
    told.tell(INVOLVEMENT, FactCorrected(**moved, time=later), time=told.envelopes[10].time)
    theirs = HoursLogged(partner=SOMEBODY_ELSE, date="2026-10-06", minutes=45)
    return told.tell(uuid4(), theirs)


def days(told: Chronicle) -> list[When]:
    some = told.envelopes[2::3]
    moments = sorted({one.recordedtime or BEGINNING for one in [*some, *told.envelopes[-5:]]})
    both = [When(moments[-3], moment) for moment in moments[::3]]
    return [*map(When, moments), *(When(None, moment) for moment in moments), *both]


@pytest.fixture
async def library(installation: Installation) -> AsyncIterator[Library]:
    async with Library(installation.settings("insights").database_url) as library:
        yield library


async def shown(told: Chronicle, book: Book, library: Library) -> None:
    await told.enter(book)
    for name in LOOKED_AT:
        await Projection(MODELS[name], library).rebuild()


async def read(name: str, when: When, library: Library) -> Past[Any]:
    past = Past(MODELS[name], NORTH, when, library)
    await past.catch_up()
    return past


async def from_the_beginning(
    name: str, when: When, library: Library, monkeypatch: pytest.MonkeyPatch
) -> Past[Any]:
    with monkeypatch.context() as far:
        far.setattr(nearby, "MOST", -1)
        return await read(name, when, library)


async def test_from_today_and_from_the_beginning_every_day_is_the_same(
    book: Book, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = life()
    await shown(told, book, library)
    monkeypatch.setattr(nearby, "SHARE", 1)
    reached = 0

    for when in days(told):
        for name in LOOKED_AT:
            today = await read(name, when, library)
            beginning = await from_the_beginning(name, when, library, monkeypatch)

            assert (today.documents, today.listed) == (beginning.documents, beginning.listed), when
            assert not beginning._from_today
            reached += today._from_today

    assert reached > len(days(told))


async def test_a_past_reached_from_today_goes_on_like_any_other(
    book: Book, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = life()
    await shown(told, book, library)
    when = When(datetime.fromisoformat("2999-01-01T00:00:00Z"))
    pasts = {name: await read(name, when, library) for name in LOOKED_AT}
    assert all(one._from_today for one in pasts.values())

    told.tell(PERSON, MergeUndone(kept=PARTNER, merged=SOMEBODY_ELSE))
    annulled(told.tell(REQUEST, RequestDeclined(reason="too_late")))
    told.tell(uuid4(), HoursLogged(partner=SOMEBODY_ELSE, date="2026-10-06", minutes=45), DRAFT)
    await told.enter(book)

    for name, past in pasts.items():
        await past.catch_up()
        beginning = await from_the_beginning(name, when, library, monkeypatch)
        assert (past.documents, past.listed) == (beginning.documents, beginning.listed)
    assert str(OTHER) in pasts["partners"].documents


async def test_where_much_has_happened_since_one_begins_at_the_beginning(
    book: Book, library: Library
) -> None:
    told = life()
    await shown(told, book, library)

    past = await read("requests", When(told.envelopes[5].time), library)

    assert not past._from_today

"""Dates, durations and labels as the pages say them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import pytest

from services.chassis.moments import HERE
from services.portal.forms import Field, NotTaken, body_of
from services.portal.labels import LABELS
from services.portal.speaking import (
    age,
    counted,
    day,
    day_and_hour,
    hours,
    of,
    period,
    since,
    until,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=HERE)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("2026-11-21", "21 novembre 2026"),
        ("2026-11-01", "1er novembre 2026"),
        ("2026-11", "novembre 2026"),
        ("2026-21", "printemps 2026"),
        ("2026", "2026"),
        ("2019/2020", "entre 2019 et 2020"),
        ("2026-11-22T03:30:00Z", "21 novembre 2026"),
        ("", "date non connue"),
    ],
)
def test_a_date_is_said_no_more_exactly_than_it_was_told(told: str, said: str) -> None:
    assert day(told) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Rose", "de Rose"), ("Aurélie", "d’Aurélie"), ("Élie", "d’Élie"), ("Hélène", "d’Hélène"),
        ("Yvon", "d’Yvon"), ("Yasmine", "de Yasmine"), ("", "de "),
    ],
)  # fmt: skip
def test_whose_it_is_is_said_as_one_speaks(name: str, said: str) -> None:
    assert of(name) == said


@pytest.mark.parametrize(
    ("told", "begun", "over"),
    [
        ("2024-03-01", "depuis le 1er mars 2024", "jusqu’au 1er mars 2024"),
        ("2024-03", "depuis mars 2024", "jusqu’en mars 2024"),
        ("2024", "depuis 2024", "jusqu’en 2024"),
        ("2024-21", "depuis le printemps 2024", "jusqu’au printemps 2024"),
        ("2024-22", "depuis l’été 2024", "jusqu’à l’été 2024"),
        ("2019/2020", "depuis un jour entre 2019 et 2020", "jusqu’à un jour entre 2019 et 2020"),
        (None, "depuis une date non connue", "jusqu’à une date non connue"),
    ],
)
def test_since_when_and_until_when_are_said_no_more_exactly_than_they_were_told(
    told: str | None, begun: str, over: str
) -> None:
    assert (since(told), until(told)) == (begun, over)


def test_a_time_between_is_said_as_one_speaks_also_where_it_is_not_over() -> None:
    assert period("2024-03-01", "2024-04-05") == "du 1er mars 2024 au 5 avril 2024"
    assert period("2024-03", "2024-04-05") == "depuis mars 2024 jusqu’au 5 avril 2024"
    assert period("2024-03-01", None) == "depuis le 1er mars 2024"


def test_an_hour_is_that_of_quebec() -> None:
    assert day_and_hour("2026-11-21T20:05:00Z") == "21 novembre 2026, 15 h 05"


@pytest.mark.parametrize(
    ("since", "said"),
    [
        ("2026-11-21", "depuis aujourd’hui"),
        ("2026-11-20", "depuis hier"),
        ("2026-11-10", "depuis 11 jours"),
        ("2026-10-01", "depuis 7 semaines"),
        ("2026-01", "depuis 10 mois"),
        ("2020", "depuis 6 ans"),
    ],
)
def test_an_age_is_said_in_the_largest_unit_that_fits(since: str, said: str) -> None:
    assert age(since, NOW) == said


def test_durations_and_counts_agree() -> None:
    assert hours(150) == "2 h 30"
    assert hours(120) == "2 h"
    assert hours(45) == "45 min"
    assert counted(0, "demande") == "0 demande"
    assert counted(2, "demande ouverte", "demandes ouvertes") == "2 demandes ouvertes"


@pytest.mark.parametrize(
    ("typed", "minutes"), [("1,5", 90), ("1 h 30", 90), ("2h", 120), ("45 min", 45), ("0.25", 15)]
)
def test_a_duration_is_read_as_people_write_it(typed: str, minutes: int) -> None:
    duration = Field("minutes", "Durée", "hours", required=True)

    assert body_of([duration], {"minutes": typed}, "heures") == {"minutes": minutes}


def test_a_duration_that_is_none_is_asked_again() -> None:
    duration = Field("minutes", "Durée", "hours", required=True)

    with pytest.raises(NotTaken) as asked:
        body_of([duration], {"minutes": "longtemps"}, "heures")

    assert "minutes" in asked.value.failure.fields


@pytest.mark.parametrize("kind", LABELS, ids=lambda kind: kind.__name__)
def test_every_code_has_its_french_word(kind: type[StrEnum]) -> None:
    assert set(LABELS[kind]) == {member.value for member in kind}

from contextlib import suppress
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cli.register import dates
from services.cli.register.amounts import Cell
from services.cli.register.columns import UNKNOWN, Column, Kind, Phone, columns_of
from services.cli.register.people import Partner
from services.cli.register.reach import language_name, parted_name
from services.cli.register.sheets import SHEETS
from services.cli.register.troubles import Unreadable
from services.cli.register.values import reader
from services.cli.register.words import folded, stemmed
from services.cli.register.writing import spoken
from tests.cli.register.registers import partial_dates

HOURS, MONEY = Column("Heures", "Hours", Kind.HOURS), Column("Frais", "Expenses", Kind.MONEY)
DATE = Column("Date", "Date", Kind.DATE)


def read(column: Column, cell: Cell) -> Any:
    return reader(column)(cell).value


def of_partner(key: str, cell: Cell) -> Any:
    return read(columns_of(Partner)[key], cell)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2021", "2021"),
        ("mars 2021", "2021-03"),
        ("03/2021", "2021-03"),
        ("sept. 2019", "2019-09"),
        ("Automne 2021", "2021-23"),
        ("ÉTÉ 2020", "2020-22"),
        ("hiver 2021", "2021-24"),
        ("2019-2020", "2019/2020"),
        ("2022-23", "2022/2023"),
        ("5 mars 2021", "2021-03-05"),
        ("1er août 2020", "2020-08-01"),
        ("March 5, 2021", "2021-03-05"),
        ("05/03/2021", "2021-03-05"),
        ("03/25/2021", "2021-03-25"),
        ("2021-03-05 00:00:00", "2021-03-05"),
        (datetime(2021, 3, 5), "2021-03-05"),
        (date(2021, 3, 5), "2021-03-05"),
        (2021.0, "2021"),
        (44260.0, "2021-03-05"),
    ],
)
def test_a_date_keeps_the_precision_it_was_told_with(typed: Cell, kept: str) -> None:
    said = read(DATE, typed)

    assert said == kept


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("31/02/2020", "no_such_date"),
        ("2020-13-01", "no_such_date"),
        ("1850", "out_of_range"),
        ("vers 2019", "not_a_date"),
        ("05-03-21", "not_a_date"),
        ("2020-2019", "not_a_date"),
        (float("nan"), "not_a_date"),
        (True, "not_a_date"),
        ("9" * 5000, "not_a_date"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(typed: Cell, why: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read(DATE, typed)

    assert refusal.value.kind == why


@given(partial_dates(), st.sampled_from(("fr", "en")))
def test_a_partial_date_written_reads_as_itself(partial: str, language: str) -> None:
    written = dates.written(partial, language)

    assert dates.edtf(written) == partial
    assert dates.earliest(partial) <= dates.latest(partial)


@pytest.mark.parametrize(
    "typed",
    ["2,5", "2.5", "2 h 30", "2h30", "2:30", "2:30:00", "150 min", 2.5, time(2, 30), "2,5 h"],
)
def test_hours_are_read_however_they_are_written(typed: Cell) -> None:
    assert read(HOURS, typed) == 150


def test_a_span_of_a_workbook_is_hours() -> None:
    assert read(HOURS, timedelta(hours=2, minutes=30)) == 150


def test_more_than_a_day_of_workbook_time_is_still_hours() -> None:
    assert read(HOURS, datetime(1900, 1, 1, 2, 24)) == 26 * 60 + 24


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1 234,50 $", 123450),
        ("1,234.50", 123450),
        ("12", 1200),
        ("12,5", 1250),
        (0.1, 10),
        ("$12.05", 1205),
        ("1 234 567,00", None),
        ("-3", None),
        ("douze", None),
        (True, None),
    ],
)
def test_money_is_read_in_cents(typed: Cell, cents: int | None) -> None:
    if cents is None:
        with pytest.raises(Unreadable):
            read(MONEY, typed)
    else:
        assert read(MONEY, typed) == cents


@pytest.mark.parametrize(
    ("typed", "number", "extension"),
    [
        ("450 555-0142 poste 3", "+14505550142", "3"),
        ("(450) 555-0142", "+14505550142", ""),
        ("1-450-555-0142 #12", "+14505550142", "12"),
        (4505550142.0, "+14505550142", ""),
        ("+33 1 42 68 53 00", "+33142685300", ""),
        ("555-0142", "", ""),
    ],
)
def test_a_telephone_is_kept_as_typed_and_as_dialled(
    typed: Cell, number: str, extension: str
) -> None:
    phone = of_partner("phone", typed)

    assert isinstance(phone, Phone)
    assert (phone.number, phone.extension) == (number, extension)


@pytest.mark.parametrize(
    ("full", "parted"),
    [
        ("Grandpin, Cléo", ("Cléo", "Grandpin")),
        ("Cléo Grandpin", ("Cléo", "Grandpin")),
        ("GRANDPIN Cléo", ("Cléo", "GRANDPIN")),
        ("Cléo Grandpin Joncas", ("Cléo", "Grandpin Joncas")),
    ],
)
def test_a_whole_name_is_parted(full: str, parted: tuple[str, str]) -> None:
    assert parted_name(full) == parted


def test_unknown_is_more_than_blank() -> None:
    assert of_partner("email", "inconnu") is UNKNOWN
    assert of_partner("email", "") is None
    assert of_partner("languages", "Inconnue") is UNKNOWN


def test_unknown_is_not_enough_for_what_a_row_needs() -> None:
    with pytest.raises(Unreadable) as refusal:
        of_partner("entered", "inconnu")

    assert refusal.value.kind == "not_unknown"


@pytest.mark.parametrize("typed", ["en pause", "En Pause", "PAUSE", "paused"])
def test_a_choice_is_read_in_both_languages(typed: str) -> None:
    assert of_partner("state", typed) == "paused"


@pytest.mark.parametrize("typed", ["engagé", "engagée", "Engagé(e)", "engagé·e", "ENGAGÉS"])
def test_gender_and_number_do_not_change_a_value(typed: str) -> None:
    assert of_partner("state", typed) == "engaged"


def test_a_value_that_is_not_allowed_is_answered_with_the_nearest_one() -> None:
    with pytest.raises(Unreadable) as refusal:
        of_partner("state", "en pose")

    assert refusal.value.details["guess"] == (" ; « en pause » ?", "; “paused”?")


def test_several_values_stand_in_one_cell() -> None:
    assert of_partner("languages", "français ; anglais\nespagnol") == ("fr", "en", "es")
    assert of_partner("reach_by", "téléphone, courriel") == ("phone", "email")
    assert of_partner("needs", "LSQ; chien-guide, au besoin") == (
        "sign_language",
        "chien-guide, au besoin",
    )


def test_a_code_is_one_however_it_was_typed() -> None:
    assert {of_partner("code", each) for each in ("P-014", "p - 014", "P–014 ", "P\u2011014")} == {
        "P-014"
    }
    assert of_partner("code", 14.0) == "14"


def test_control_characters_are_taken_out_and_said() -> None:
    said = reader(columns_of(Partner)["notes"])("un\x00 deux\x07\r\ntrois")

    assert said == ("un deux\ntrois", "controls")


def test_a_cell_of_a_megabyte_is_refused() -> None:
    with pytest.raises(Unreadable) as refusal:
        of_partner("notes", "a" * 1_000_000)

    assert refusal.value.kind == "too_long"


@pytest.mark.parametrize("code", ["fr", "en", "fcs", "ht", "zh", "ar", "atj", "moe"])
def test_a_language_is_read_by_the_name_it_is_written_with(code: str) -> None:
    for language in ("fr", "en"):
        assert of_partner("languages", language_name(code, language)) == (code,)


@given(st.text(max_size=200))
def test_any_text_at_all_is_read_or_refused_in_words(text: str) -> None:
    for model in SHEETS:
        for column in columns_of(model).values():
            with suppress(Unreadable):
                reader(column)(text)


def test_no_spelling_stands_for_two_values_of_a_list() -> None:
    lists = {column.choices for model in SHEETS for column in columns_of(model).values()}

    for choices in lists - {None}:
        assert choices is not None
        for way in (folded, stemmed):
            heard: dict[str, str] = {}
            for value in choices.values:
                for name in (value.french, value.english, *value.also):
                    assert heard.setdefault(way(name), value.code) == value.code, name


def test_every_allowed_value_is_read_as_it_is_written() -> None:
    for model in SHEETS:
        for column in columns_of(model).values():
            for value in column.choices.values if column.choices else ():
                for language in ("fr", "en"):
                    written = spoken(column, value.code, language)
                    assert read(column, str(written)) in (value.code, (value.code,))

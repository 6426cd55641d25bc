from enum import StrEnum

import pytest
from hypothesis import given
from pydantic import TypeAdapter

from contracts import accompaniment, evaluation, intake, recruitment, terms, training
from contracts.envelope import PartialDate
from services.cli.register import choices
from services.cli.register.columns import Choices, columns_of
from services.cli.register.sheets import (
    BY_KEY,
    CODED,
    DEPENDENCY_ORDER,
    SHEETS,
    all_columns,
    key_of,
    sheet_named,
)
from tests.cli.register.registers import partial_dates


def test_no_sheet_comes_before_one_it_refers_to() -> None:
    order = [model.sheet for model in DEPENDENCY_ORDER]

    assert sorted(order) == sorted(BY_KEY)
    for model in DEPENDENCY_ORDER:
        for column in columns_of(model).values():
            if column.to and column.to != "families":
                assert order.index(column.to) < order.index(model.sheet)


def test_every_sheet_is_known_by_its_name_in_both_languages() -> None:
    for model in SHEETS:
        for name in (*model.titles, model.sheet, f"{model.titles[0]} 2024".upper()):
            assert sheet_named(name) is model


def test_every_header_leads_to_its_column_in_both_languages() -> None:
    for model in SHEETS:
        for key, column in all_columns(model).items():
            for header in (column.french, column.english, f" {column.french.upper()} * "):
                assert key_of(model, header) == key


def test_what_names_a_row_is_one_of_its_columns() -> None:
    for model in SHEETS:
        columns = columns_of(model)
        named = [*model.identity, *(key for group in model.one_of for key in group)]
        assert set(named) <= set(columns)
        assert {column.after for column in columns.values()} - {""} <= set(columns)
        assert (model in CODED) == bool(model.identity)


@pytest.mark.parametrize(
    ("listed", "published", "ours_alone"),
    [
        (choices.MODE, terms.Mode, set()),
        (choices.ROLE, terms.Role, set()),
        (choices.CAPACITY, terms.Capacity, set()),
        (choices.LEVEL, terms.Level, set()),
        (choices.SYSTEM_LEVEL, terms.SystemLevel, set()),
        (choices.PROJECT_KIND, terms.ProjectKind, set()),
        (choices.COMPENSATION, terms.Compensation, set()),
        (choices.SIDE, terms.Side, set()),
        (choices.PROJECT_STATE, intake.ProjectState, set()),
        (choices.REQUEST_STATE, intake.RequestState, set()),
        (choices.SEAT_FOR, intake.SeatFor, set()),
        # That somebody has died is for the vault alone.
        (choices.PARTNER_STATE, recruitment.PartnerState, {"deceased"}),
        (choices.ORIGIN, recruitment.Origin, set()),
        (choices.PURPOSE, recruitment.ConsentPurpose, set()),
        (choices.ANSWER, recruitment.Answer, set()),
        (choices.FORM, recruitment.ConsentForm, set()),
        (choices.TRAINING_RESULT, training.TrainingResult, set()),
        (choices.INVOLVEMENT_STATE, accompaniment.InvolvementState, set()),
        (choices.ATTENDANCE, accompaniment.Attendance, set()),
        (choices.DECISION, accompaniment.Decision, {"pending"}),
        (choices.CONTACT, evaluation.ContactKind, set()),
    ],
)
def test_the_codes_of_a_list_are_those_that_facts_carry(
    listed: Choices, published: type[StrEnum], ours_alone: set[str]
) -> None:
    codes = {value.code for value in listed.values}

    assert codes - ours_alone <= {term.value for term in published}


@given(partial_dates())
def test_a_partial_date_is_one_that_facts_carry(partial: str) -> None:
    assert TypeAdapter(PartialDate).validate_python(partial) == partial

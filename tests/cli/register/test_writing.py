from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from python_calamine import CalamineWorkbook

from services.cli.register.columns import Row, columns_of
from services.cli.register.people import Partner
from services.cli.register.rows import Register, read_register
from services.cli.register.sheets import SHEETS
from services.cli.register.writing import write_csv, write_csv_zip, write_template, write_workbook
from tests.cli.register.registers import TODAY, registers
from tests.cli.register.samples import a_register

written_often = settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],  # to shrink a register takes minutes
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


def said(rows: dict[type[Row], list[Row]]) -> dict[str, list[Any]]:
    return {
        model.sheet: [(row.says(), row.own) for row in each] for model, each in rows.items() if each
    }


def keys(register: Register) -> dict[str, list[str]]:
    return {model.sheet: [row.key for row in rows] for model, rows in register.rows.items()}


@pytest.mark.parametrize("language", ["fr", "en"])
@written_often
@given(rows=registers())
def test_a_workbook_says_again_what_was_written(
    rows: dict[type[Row], list[Row]], language: str, tmp_path: Path
) -> None:
    path = tmp_path / "register.xlsx"

    write_workbook(path, rows, language)
    register = read_register([path], today=TODAY)

    assert register.errors == []
    assert said(register.rows) == said(rows)


@written_often
@given(rows=registers())
def test_csv_files_say_the_same_under_the_same_keys_as_the_workbook(
    rows: dict[type[Row], list[Row]], tmp_path: Path
) -> None:
    path = tmp_path / "register.xlsx"
    write_workbook(path, rows, "fr")
    register = read_register([path], today=TODAY)

    for old in (tmp_path / "csv").glob("*"):
        old.unlink()
    files = write_csv(tmp_path / "csv", register.rows)
    again = read_register(files, today=TODAY)

    assert again.errors == []
    assert said(again.rows) == said(rows)
    assert keys(again) == keys(register)


def test_an_export_reads_as_the_register_it_came_from(tmp_path: Path) -> None:
    write_workbook(tmp_path / "theirs.xlsx", a_register(30))
    register = read_register([tmp_path / "theirs.xlsx"], today=TODAY)

    write_workbook(tmp_path / "ours.xlsx", register.rows, "en")
    again = read_register([tmp_path / "ours.xlsx"], today=TODAY)

    assert said(again.rows) == said(register.rows)
    assert keys(again) == keys(register)


def test_a_zip_holds_the_csv_files_of_the_sheets_that_have_rows(tmp_path: Path) -> None:
    rows: dict[type[Row], list[Row]] = {Partner: a_register(3)[Partner]}

    write_csv_zip(tmp_path / "register.zip", rows)

    assert ZipFile(tmp_path / "register.zip").namelist() == ["Partenaires.csv"]


@pytest.mark.parametrize(("language", "guides"), [("fr", 0), ("en", 1)])
def test_the_template_has_every_sheet_with_headers_and_nothing_to_import(
    language: str, guides: int, tmp_path: Path
) -> None:
    write_template(tmp_path / "template.xlsx", language)

    register = read_register([tmp_path / "template.xlsx"], today=TODAY)
    workbook = CalamineWorkbook.from_path(tmp_path / "template.xlsx")

    assert register.troubles == []
    assert register.rows == {}
    first = [["Lisez-moi", "Listes"], ["Read me", "Lists"]][guides]
    assert workbook.sheet_names == [*first, *(model.titles[guides] for model in SHEETS)]
    headers = workbook.get_sheet_by_name(SHEETS[0].titles[guides]).to_python()[0]
    assert len(headers) == len(columns_of(Partner))
    assert str(headers[0]).endswith(" *")


def test_a_text_that_looks_like_a_formula_is_written_as_text(tmp_path: Path) -> None:
    partner = a_register(1)[Partner]
    rows: dict[type[Row], list[Row]] = {Partner: [_noted(partner[0], "=HYPERLINK(1)")]}

    write_workbook(tmp_path / "register.xlsx", rows)
    (written,) = write_csv(tmp_path, rows)

    with ZipFile(tmp_path / "register.xlsx") as package:
        sheets = [package.read(name) for name in package.namelist() if "worksheets/sheet" in name]
    assert all(b"<f>" not in sheet for sheet in sheets)
    assert b"'=HYPERLINK(1)" in written.read_bytes()


def _noted(row: Row, notes: str) -> Row:
    return type(row)(**(row.says() | {"notes": notes}))

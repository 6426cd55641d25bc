import io
from datetime import date, datetime, time
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from xlsxwriter import Workbook  # type: ignore[import-untyped]

from services.cli.register.people import Partner
from services.cli.register.reading import read_files
from services.cli.register.rows import NothingRead, Register, read_register
from services.cli.register.work import Hours
from tests.cli.register.samples import a_workbook
from tests.cli.register.tables import (
    HOURS,
    INVOLVEMENTS,
    PARTNERS,
    PROJECTS,
    a_small_register,
    csv,
    with_row,
    workbook,
)

TODAY = date(2026, 4, 1)


def read(*paths: Path) -> Register:
    return read_register(paths, today=TODAY)


def small_files(folder: Path, delimiter: str = ";", encoding: str = "utf-8") -> list[Path]:
    return [
        csv(folder / f"{name}.csv", rows, delimiter, encoding)
        for name, rows in a_small_register().items()
    ]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_is_read_however_a_spreadsheet_saved_it(
    delimiter: str, encoding: str, tmp_path: Path
) -> None:
    files = small_files(tmp_path, delimiter, encoding)

    register = read(*files)

    assert register.troubles == []
    assert [partner.first_name for partner in register.of(Partner)] == ["Cléo", "Inès"]
    assert [hours.minutes for hours in register.of(Hours)] == [150, 60]


def test_a_csv_of_any_name_is_known_by_its_headers(tmp_path: Path) -> None:
    named = small_files(tmp_path)
    files = [path.rename(tmp_path / f"export{i}.csv") for i, path in enumerate(named)]

    register = read(*files)

    assert register.errors == []
    assert {model.sheet: len(rows) for model, rows in register.rows.items()} == {
        "partners": 2,
        "projects": 1,
        "involvements": 1,
        "hours": 2,
    }


def test_headers_may_be_in_english_below_titles_and_written_freely(tmp_path: Path) -> None:
    headers = "PARTNER CODE *|first name|Last-Name|Local status|State:|entry date|reach by|language"
    cells = "P-1|Cléo|Grandpin|user partner|Available|March 2021|mail|French"
    english = [["Partnership office"], [], headers.split("|"), cells.split("|")]

    register = read(workbook(tmp_path / "register.xlsx", {"Partners": english}))

    (partner,) = register.of(Partner)
    assert register.errors == []
    assert (partner.state, partner.entered, partner.languages) == ("available", "2021-03", ("fr",))
    assert partner.place.line == 4


def test_a_quoted_line_break_stays_in_its_cell_and_lines_are_still_counted(tmp_path: Path) -> None:
    rows = with_row(
        PARTNERS, Code_partenaire="P-3", Notes="un\ndeux", Prénom="Odile", Nom="Ursanne"
    )
    rows = with_row(rows, Code_partenaire="P-4", Prénom="", Téléphone="")

    register = read(csv(tmp_path / "Partenaires.csv", rows))

    assert register.of(Partner)[2].notes == "un\ndeux"
    assert [(error.place.line, error.column) for error in register.errors] == [(6, "Prénom")]


def test_cells_of_a_workbook_are_dates_numbers_and_times(tmp_path: Path) -> None:
    hours: list[list[object]] = [
        [*HOURS[0]],
        [datetime(2023, 5, 1), "P-1", "I-1", "rencontre", 2.5],
        [datetime(2023, 5, 2), "P-1", "I-1", "rencontre", time(1, 30)],
    ]

    register = read(
        workbook(tmp_path / "r.xlsx", a_small_register(**{"Heures et rencontres": hours}))
    )

    assert [(row.date, row.minutes) for row in register.of(Hours)] == [
        ("2023-05-01", 150),
        ("2023-05-02", 90),
    ]


def test_a_cell_merged_over_rows_holds_for_each_of_them(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    second = [*HOURS[2][:1], "", *HOURS[2][2:]]
    sheets = a_small_register(**{"Heures et rencontres": [*HOURS[:2], second]})
    with Workbook(str(path)) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                sheet.write_row(line, 2, row)
            if name == "Heures et rencontres":
                sheet.merge_range(1, 3, 2, 3, "P-1")

    register = read(path)

    assert [row.partner for row in register.of(Hours)] == ["P-1", "P-1"]


def test_totals_and_repeated_headers_are_passed_over_and_said(tmp_path: Path) -> None:
    hours = [*HOURS, HOURS[0], [], ["Total", "", "", "", "3,5"]]

    register = read(
        workbook(tmp_path / "r.xlsx", a_small_register(**{"Heures et rencontres": hours}))
    )

    assert register.errors == []
    assert [(each.place.line, each.kind) for each in register.troubles] == [
        (4, "total_row"),
        (6, "total_row"),
    ]
    assert len(register.of(Hours)) == 2


def test_what_looks_like_a_formula_is_a_text(tmp_path: Path) -> None:
    rows = with_row(PARTNERS, Code_partenaire="P-3", Prénom="=1+1", Nom="'=2", Notes="@x")

    for path in (
        workbook(tmp_path / "r.xlsx", {"Partenaires": rows}),
        csv(tmp_path / "Partenaires.csv", [[_guarded(cell) for cell in row] for row in rows]),
    ):
        partner = read(path).of(Partner)[2]
        assert (partner.first_name, partner.last_name, partner.notes) == ("=1+1", "'=2", "@x")


def test_a_null_character_in_a_csv_is_taken_out_and_said(tmp_path: Path) -> None:
    rows = with_row(
        PARTNERS, Code_partenaire="P-3", Notes="un\x00deux", Prénom="Odile", Téléphone=""
    )

    register = read(csv(tmp_path / "Partenaires.csv", rows))

    assert register.of(Partner)[2].notes == "undeux"
    assert "controls" in {trouble.kind for trouble in register.troubles}


def test_a_cell_of_a_megabyte_refuses_its_row_alone(tmp_path: Path) -> None:
    rows = with_row(PARTNERS, Code_partenaire="P-3", Notes="n" * 1_000_000)

    register = read(csv(tmp_path / "Partenaires.csv", rows))

    assert [(each.place.line, each.kind) for each in register.errors] == [(4, "too_long")]
    assert len(register.of(Partner)) == 2


def test_one_cell_astray_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "register.xlsx"
    with Workbook(str(path)) as book:
        sheet = book.add_worksheet("Partenaires")
        sheet.write_string(0, 0, "Code partenaire")
        sheet.write_string(1_048_575, 16_383, "astray")

    assert refusals(path) == ["file_too_large"]


def _package(folder: Path, name: str, parts: dict[str, bytes]) -> Path:
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as package:
        for part, body in parts.items():
            package.writestr(part, body)
    (folder / name).write_bytes(content.getvalue())
    return folder / name


def refusals(path: Path) -> list[str]:
    with pytest.raises(NothingRead) as refusal:
        read(path)
    return [trouble.kind for trouble in refusal.value.troubles]


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.xlsx", b"", "file_empty"),
        ("a.csv", b"\xef\xbb\xbf\r\n", "file_empty"),
        ("a.xlsx", b"PK\x03\x04 and no more", "file_broken"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000), "file_broken"),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "file_protected",
        ),
        ("a.xls", b"<html><table><tr><td>Code partenaire</td></tr></table>", "file_not_table"),
        ("a.csv", bytes(range(256)) * 20, "file_not_table"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(
    name: str, content: bytes, kind: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(content)

    assert refusals(tmp_path / name) == [kind]


def test_a_file_that_is_not_there_and_a_zip_that_is_no_workbook_are_said(tmp_path: Path) -> None:
    other = _package(tmp_path, "photos.xlsx", {"photo.txt": b"a"})

    assert refusals(tmp_path / "nowhere.xlsx") == ["file_missing"]
    assert refusals(other) == ["file_not_table"]


def test_a_workbook_cut_short_anywhere_is_refused_in_words(tmp_path: Path) -> None:
    whole = a_workbook(tmp_path / "whole.xlsx", 3).read_bytes()

    for cut in range(4, len(whole), len(whole) // 12):
        (tmp_path / "cut.xlsx").write_bytes(whole[:cut])
        assert refusals(tmp_path / "cut.xlsx") == ["file_broken"]


def test_a_file_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "broken.xlsx").write_bytes(b"PK\x03\x04")
    files = [tmp_path / "broken.xlsx", *small_files(tmp_path)]

    register = read(*files)

    assert [(each.place.file, each.kind) for each in register.errors] == [
        ("broken.xlsx", "file_broken")
    ]
    assert len(register.of(Partner)) == 2


def test_csv_that_a_spreadsheet_renamed_to_xls_is_still_read(tmp_path: Path) -> None:
    path = csv(tmp_path / "Partenaires.xls", PARTNERS)

    assert len(read(path).of(Partner)) == 2


def test_a_table_keeps_the_lines_of_its_file(tmp_path: Path) -> None:
    rows = [["Registre"], [], PARTNERS[0], [], PARTNERS[1], INVOLVEMENTS[0], PROJECTS[0]]

    (table,), troubles = read_files([csv(tmp_path / "x.csv", rows)])

    assert troubles == []
    assert [line for line, _ in table.rows] == [1, 3, 5, 6, 7]


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.lstrip("'")[:1] in {"=", "@"} and cell else cell

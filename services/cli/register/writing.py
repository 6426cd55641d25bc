"""Typed rows written back as the register they were read from: a workbook, or CSV files."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from services.chassis.cells import harmless
from services.cli.register import amounts, dates
from services.cli.register.columns import UNKNOWN, Column, Kind, Phone, Row, columns_of
from services.cli.register.reach import language_name
from services.cli.register.sheets import SHEETS
from services.cli.register.template import add_guides, add_sheet, header_of, side_of

type Rows = Mapping[type[Row], Sequence[Row]]

MOST_ROWS = 1_048_575


class TooManyRows(Exception):
    """A sheet of a workbook holds at most 1,048,575 rows: write CSV files instead."""


def write_template(path: Path, language: str = "fr") -> None:
    """Write the workbook an office fills. Raises OSError."""
    write_workbook(path, {}, language)


def write_workbook(path: Path, rows: Rows, language: str = "fr") -> None:
    """Write rows as the register's workbook; read again, they are the same rows and keys.

    Raises TooManyRows, or OSError where the path cannot be written.
    """
    if any(len(each) > MOST_ROWS for each in rows.values()):
        raise TooManyRows
    with Workbook(str(path), {"constant_memory": True}) as book:
        lists = add_guides(book, language)
        for model in SHEETS:
            held = rows.get(model, ())
            own = own_headers(held)
            sheet, formats = add_sheet(book, model, language, lists, own)
            for line, row in enumerate(held, 1):
                cells = zip(_cells(row, own, language), formats, strict=True)
                for index, (cell, shape) in enumerate(cells):
                    # Never `write`, which takes a text for a formula, a link or a number.
                    if isinstance(cell, str):
                        sheet.write_string(line, index, cell, shape)
                    elif cell is not None:
                        sheet.write_number(line, index, cell, shape)


def write_csv(folder: Path, rows: Rows, language: str = "fr") -> list[Path]:
    """Write a CSV file for every sheet that has rows (UTF-8 with BOM, semicolons)."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, content in csv_files(rows, language):
        path = folder / name
        path.write_bytes(content)
        written.append(path)
    return written


def write_csv_zip(path: Path, rows: Rows, language: str = "fr") -> None:
    """Write the same CSV files into one zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in csv_files(rows, language):
            package.writestr(name, content)


def csv_files(rows: Rows, language: str) -> Iterator[tuple[str, bytes]]:
    """The name and the content of each CSV file of a register."""
    for model in SHEETS:
        if held := rows.get(model):
            own = own_headers(held)
            headers = [header_of(model, key, language) for key in columns_of(model)] + own
            lines = (
                [harmless(cell) for cell in _cells(row, own, language, typed=False)] for row in held
            )
            yield f"{model.titles[side_of(language)]}.csv", csv_bytes([headers, *lines])


def csv_bytes(lines: Sequence[Sequence[str]], delimiter: str = ";") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(lines)
    return text.getvalue().encode("utf-8-sig")


def own_headers(rows: Sequence[Row]) -> list[str]:
    """The establishment's own columns, in the order in which they were first seen."""
    return list(dict.fromkeys(header for row in rows for header in row.own))


def spoken(column: Column, value: Any, language: str, typed: bool = True) -> str | float | None:
    """A value as the register writes it; durations and money as numbers if `typed`."""
    if value is None:
        return None
    if value is UNKNOWN:
        return "inconnu" if language == "fr" else "unknown"
    if isinstance(value, tuple):
        return " ; ".join(str(spoken(column, each, language, typed)) for each in value)
    match column.kind:
        case Kind.CHOICE:
            return _label(column, value, language)
        case Kind.DATE:
            return dates.written(value, language)
        case Kind.HOURS:
            return value / 60 if typed else amounts.spoken_minutes(value)
        case Kind.MONEY:
            return value / 100 if typed else amounts.spoken_cents(value)
        case Kind.NUMBER:
            return float(value) if typed else str(value)
        case Kind.YES_NO:
            return (("non", "oui") if language == "fr" else ("no", "yes"))[value]
        case Kind.LANGUAGE:
            return language_name(value, language)
    return value.text if isinstance(value, Phone) else str(value)


def _cells(
    row: Row, own: list[str], language: str, typed: bool = True
) -> Iterator[str | float | None]:
    for key, column in columns_of(type(row)).items():
        yield spoken(column, getattr(row, key), language, typed)
    for header in own:
        yield row.own.get(header)


def _label(column: Column, code: str, language: str) -> str:
    for value in column.choices.values if column.choices else ():
        if value.code == code:
            return value.french if language == "fr" else value.english
    return code

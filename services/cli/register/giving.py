"""A copy of an office's own file, its values and layout as they were, with the codes it lacked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]

from services.chassis.cells import harmless
from services.cli.register.amounts import Cell
from services.cli.register.reading import Table, csv_text, tables_of
from services.cli.register.rows import MadeCode, Register
from services.cli.register.writing import csv_bytes

_SHAPES = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", time: "hh:mm", timedelta: "[h]:mm"}


def give_back(paths: Sequence[Path], register: Register, folder: Path) -> list[Path]:
    """Write a copy of each file that lacked codes; give the copies.

    Values, sheets and columns are kept, colours and formulas are not. Raises OSError, and
    Unreadable where a file has changed since it was read.
    """
    folder.mkdir(parents=True, exist_ok=True)
    copies = []
    for path in paths:
        made = [each for each in register.made_codes if each.place.file == path.name]
        if made:
            tables = [_filled(table, made) for table, _ in tables_of(path)]
            copies.append(_written(path, folder, tables))
    return copies


def _filled(table: Table, made: list[MadeCode]) -> Table:
    codes = {each.place.line: each for each in made if each.place.sheet == table.sheet}
    if not codes:
        return table
    first = next(iter(codes.values()))
    width = max(len(cells) for _, cells in table.rows)
    column = width if first.column is None else first.column
    rows: list[tuple[int, Sequence[Cell]]] = []
    for line, cells in table.rows:
        filled = [*cells, *[""] * (width + 1 - len(cells))]
        if line == first.header_line:
            filled[column] = first.header
        elif line in codes:
            filled[column] = codes[line].code
        rows.append((line, filled))
    return table._replace(rows=rows)


def _written(path: Path, folder: Path, tables: list[Table]) -> Path:
    content = path.read_bytes()
    if content.startswith((b"PK", b"\xd0\xcf")):
        copy = folder / f"{path.stem} - avec codes.xlsx"
        _write_workbook(copy, tables)
    else:
        copy = folder / f"{path.stem} - avec codes.csv"
        delimiter = csv_text(content)[1].delimiter
        lines = [[harmless(cell) for cell in cells] for _, cells in tables[0].rows]
        copy.write_bytes(csv_bytes(lines, delimiter))
    return copy


def _write_workbook(copy: Path, tables: list[Table]) -> None:
    with Workbook(str(copy), {"constant_memory": True}) as book:
        shapes = {kind: book.add_format({"num_format": shape}) for kind, shape in _SHAPES.items()}
        for table in tables:
            sheet = book.add_worksheet(table.sheet)
            for line, cells in table.rows:
                for index, cell in enumerate(cells):
                    _write(sheet, line - 1, index, cell, shapes)


def _write(sheet: Any, line: int, index: int, cell: Cell, shapes: dict[type, Any]) -> None:
    match cell:
        case "":
            return
        case str():
            sheet.write_string(line, index, cell)
        case bool():
            sheet.write_boolean(line, index, cell)
        case int() | float():
            sheet.write_number(line, index, cell)
        case _:
            sheet.write_datetime(line, index, cell, shapes[type(cell)])

"""Which sheet a table is, where its headers are, and what each of its columns holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from services.cli.register.amounts import Cell
from services.cli.register.columns import Place, Row
from services.cli.register.reading import Table
from services.cli.register.sheets import (
    SHEETS,
    all_columns,
    header_words,
    is_guide,
    key_of,
    sheet_named,
)
from services.cli.register.troubles import Severity, Trouble
from services.cli.register.values import text_of

_SEARCHED = 40


class Wishes(msgspec.Struct, frozen=True, kw_only=True):
    """What a mapping says of one table. `columns` give "" for what stays an own field."""

    model: type[Row] | None = None
    header_line: int = 0
    columns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    constants: dict[str, Cell] = {}
    repeats: tuple[Repeat, ...] = ()


class Repeat(msgspec.Struct, frozen=True, kw_only=True):
    """Columns that come back with a number: each time an involvement, and its project.

    `columns`: « Projet {n} » and the key it holds, `project.title` being a key of the project.
    """

    columns: dict[str, str]
    values: dict[str, dict[str, str]] = {}
    constants: dict[str, Cell] = {}


class Layout(NamedTuple):
    """A table understood: by index, the key of each column or the header of an own one."""

    model: type[Row]
    header_line: int
    columns: dict[int, str]
    own: dict[int, str]
    headers: dict[str, str]


class UnknownColumn(NamedTuple):
    """A column of no meaning to us, kept with each row, offered as an own field."""

    place: Place
    header: str
    rows: int
    example: str


def layout_of(table: Table, wishes: Wishes) -> Layout | Trouble:
    """Understand a table, or say why not."""
    named = wishes.model or sheet_named(table.sheet)
    best: Layout | None = None
    for model in (named,) if named else SHEETS:
        found = _best_row(table, model, wishes)
        if found and (best is None or _fit(found) > _fit(best)):
            best = found
    if best and (named or _convinces(best)):
        return best
    kind = "header_missing" if named else "sheet_unknown"
    place = Place(table.file, table.sheet, 0)
    return Trouble(place=place, kind=kind, severity=Severity.WARNING)


def is_ignored(table: Table) -> bool:
    return not table.rows or is_guide(table.sheet)


def unknown_columns(table: Table, layout: Layout) -> list[UnknownColumn]:
    """The columns that are not ours and hold something."""
    found = []
    for index, header in layout.own.items():
        rows = (row for line, row in table.rows if line > layout.header_line)
        filled = [row[index] for row in rows if index < len(row) and row[index] != ""]
        if filled:
            place = Place(table.file, table.sheet, layout.header_line)
            found.append(UnknownColumn(place, header, len(filled), text_of(filled[0])[:40]))
    return found


def missing_columns(layout: Layout, given: Mapping[str, Cell]) -> list[str]:
    """The required columns that the table lacks altogether."""
    have = {part for key in layout.columns.values() for part in key.split("|")} | set(given)
    if "full_name" in have:
        have |= {"first_name", "last_name"}
    columns = all_columns(layout.model)
    return [key for key, column in columns.items() if column.required and key not in have]


def _best_row(table: Table, model: type[Row], wishes: Wishes) -> Layout | None:
    best: Layout | None = None
    for line, cells in table.rows[:_SEARCHED]:
        if wishes.header_line and line != wishes.header_line:
            continue
        found = _understood(cells, line, model, wishes)
        if found.columns and (best is None or len(found.columns) > len(best.columns)):
            best = found
    return best


def _understood(cells: Sequence[Cell], line: int, model: type[Row], wishes: Wishes) -> Layout:
    layout = Layout(model, line, {}, {}, {})
    wished = {header_words(header): key for header, key in wishes.columns.items()}
    for index, cell in enumerate(cells):
        header = " ".join(text_of(cell).split())[:200]
        if not header:
            layout.own[index] = f"Colonne {index + 1}"
            continue
        words = header_words(header)
        key = wished[words] if words in wished else key_of(model, header)
        if key and key not in layout.headers:
            layout.columns[index] = key
            layout.headers[key] = header
        else:
            again = sum(header == other for other in layout.own.values())
            layout.own[index] = f"{header} ({again + 1})" if again else header
    return layout


def _fit(layout: Layout) -> tuple[int, int]:
    """How well the headers fit: fewest required ones missing, then most recognised."""
    return -len(missing_columns(layout, {})), len(layout.columns)


def _convinces(layout: Layout) -> bool:
    """Without a name to go by, most headers must be ours and most of what is needed be there."""
    named = sum(not header.startswith("Colonne ") for header in layout.own.values())
    enough = len(layout.columns) >= max(2, named)
    return enough and len(missing_columns(layout, {})) <= len(layout.columns) // 2

"""A table becomes drafts of rows: each cell read, each trouble said, nothing compared yet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from services.cli.register import dates, reach
from services.cli.register.amounts import Cell
from services.cli.register.columns import UNKNOWN, Column, Kind, Place, Row
from services.cli.register.layouts import Layout, Wishes
from services.cli.register.reading import Table
from services.cli.register.sheets import all_columns, header_words
from services.cli.register.troubles import Details, Severity, Trouble, Unreadable
from services.cli.register.values import Read, cleaned, reader, text_of
from services.cli.register.words import folded

_TOTALS = ("total", "totaux", "sous total", "grand total", "subtotal", "somme", "sum")


@dataclass(slots=True)
class Draft:
    """A row on its way: what it says so far, and whether it still can be taken."""

    model: type[Row]
    place: Place
    layout: Layout
    values: dict[str, Any] = field(default_factory=dict)
    combined: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    troubles: list[Trouble] = field(default_factory=list)
    refused: bool = False
    skipped: bool = False
    made_code: bool = False

    def refuse(self, kind: str, key: str = "", **details: str | tuple[str, str]) -> None:
        self.refused = True
        self._say(Severity.ERROR, kind, key, details)

    def warn(self, kind: str, key: str = "", **details: str | tuple[str, str]) -> None:
        self._say(Severity.WARNING, kind, key, details)

    def header(self, key: str) -> str:
        """The column as the file calls it, else as we do."""
        if key in self.layout.headers:
            return self.layout.headers[key]
        column = all_columns(self.model).get(key)
        return column.french if column else key

    def _say(self, severity: Severity, kind: str, key: str, details: Details) -> None:
        column = self.header(key) if key else ""
        self.troubles.append(
            Trouble(place=self.place, kind=kind, column=column, details=details, severity=severity)
        )


class Drafting:
    """Reads the rows of one table; `today` is what « in the future » is measured by."""

    def __init__(self, table: Table, layout: Layout, wishes: Wishes, today: date) -> None:
        self._table, self._layout, self._today = table, layout, today
        self._columns = all_columns(layout.model)
        self._wishes = wishes
        self._readers: dict[str, Callable[[Cell], Read]] = {}
        self._plan = [
            (index, key, self._reader(key), self._translated(key))
            for index, key in layout.columns.items()
        ]
        self._required = [key for key, column in self._columns.items() if column.required]

    def drafts(self) -> Iterator[Draft]:
        for line, cells in self._table.rows:
            if line > self._layout.header_line:
                yield self._draft(line, cells)

    def _draft(self, line: int, cells: Sequence[Cell]) -> Draft:
        place = Place(self._table.file, self._table.sheet, line)
        draft = Draft(self._layout.model, place, self._layout)
        for index, key, read, translated in self._plan:
            if index < len(cells) and (cell := cells[index]) != "":
                said = translated.get(folded(text_of(cell)), cell) if translated else cell
                self._take(draft, key, read, said)
        for key, constant in self._wishes.constants.items():
            if key not in draft.values and key not in draft.combined:
                self._take(draft, key, self._reader(key), constant)
        self._finish(draft, cells)
        return draft

    def _finish(self, draft: Draft, cells: Sequence[Cell]) -> None:
        for index, header in self._layout.own.items():
            if index < len(cells) and cells[index] != "" and (own := cleaned(cells[index])[0]):
                draft.own[header] = own
        _part_name(draft)
        missing = [key for key in self._required if key not in draft.values]
        if (missing or draft.refused) and self._is_no_row(cells):
            draft.troubles.clear()
            draft.refused, draft.skipped = False, True
            draft.warn("total_row")
            return
        self._check_groups(draft)
        for key in missing:
            if self._columns[key].kind is not Kind.CODE and not _combined(draft, key):
                draft.refuse("missing", key)

    def _take(self, draft: Draft, key: str, read: Callable[[Cell], Read], cell: Cell) -> None:
        if "|" in key:
            draft.combined[key] = cleaned(cell)[0]
            return
        try:
            value, remark = read(cell)
        except Unreadable as trouble:
            draft.refuse(trouble.kind, key, **trouble.details)
            draft.values.setdefault(key, None)
            return
        if value is not None:
            draft.values[key] = value
            column = self._columns[key]
            if column.past and value is not UNKNOWN and dates.earliest(str(value)) > self._today:
                draft.warn("future", key, value=str(value))
        if remark:
            draft.warn(remark, key, value=text_of(cell)[:60])

    def _check_groups(self, draft: Draft) -> None:
        for group in draft.model.one_of:
            given = any(draft.values.get(key) for key in group)
            if not given and not any(_combined(draft, key) for key in group):
                names = tuple(
                    " / ".join(self._columns[key].title(language) for key in group)
                    for language in ("fr", "en")
                )
                draft.refuse("one_of_missing", group[0], columns=(names[0], names[1]))

    def _is_no_row(self, cells: Sequence[Cell]) -> bool:
        """A row of totals, or the headers once more at the top of a printed page."""
        first = next((folded(text_of(cell)[:100]) for cell in cells if cell != ""), "")
        if first.startswith(_TOTALS):
            return True
        headers = {header_words(header) for header in self._layout.headers.values()}
        said = {header_words(text_of(cell)[:100]) for cell in cells if cell != ""}
        return bool(headers) and len(headers & said) * 2 > len(headers)

    def _reader(self, key: str) -> Callable[[Cell], Read]:
        column = self._columns.get(key) or Column(key, key)
        return self._readers.setdefault(key, reader(column))

    def _translated(self, key: str) -> dict[str, str]:
        given = self._wishes.values.get(key, {})
        return {folded(theirs): ours for theirs, ours in given.items()}


def _combined(draft: Draft, key: str) -> bool:
    return any(key in combined.split("|") for combined in draft.combined)


def _part_name(draft: Draft) -> None:
    full = draft.values.pop("full_name", None)
    if isinstance(full, str) and not (draft.values.keys() & {"first_name", "last_name"}):
        first, last = reach.parted_name(full)
        draft.values |= {
            key: name for key, name in (("first_name", first), ("last_name", last)) if name
        }

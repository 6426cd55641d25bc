"""A register, read and checked: typed rows in an order in which each can be sent, and troubles."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple, cast

import msgspec

from services.cli.register.checks import check
from services.cli.register.columns import Place, Row
from services.cli.register.drafting import Draft, Drafting
from services.cli.register.layouts import (
    Layout,
    UnknownColumn,
    Wishes,
    is_ignored,
    layout_of,
    missing_columns,
    unknown_columns,
)
from services.cli.register.linking import Drafts, Links, digest, is_aside
from services.cli.register.lookalikes import Lookalike, lookalikes
from services.cli.register.people import Partner
from services.cli.register.reading import Table, read_files
from services.cli.register.repeating import besides
from services.cli.register.sheets import CODED, DEPENDENCY_ORDER, all_columns
from services.cli.register.troubles import Details, Severity, Trouble
from services.cli.register.words import folded


class NothingRead(Exception):
    """None of the files could be read as a register."""

    def __init__(self, troubles: list[Trouble]) -> None:
        super().__init__(self.__doc__)
        self.troubles = troubles


class MadeCode(NamedTuple):
    """A code that the register lacked, and where it belongs; no column: the file has none."""

    place: Place
    sheet: str
    header: str
    code: str
    header_line: int
    column: int | None


class Register(msgspec.Struct, kw_only=True):
    """All that was read: rows by sheet, in an order in which none precedes what it refers to."""

    rows: dict[type[Row], list[Row]]
    refused: int
    troubles: list[Trouble]
    unknown_columns: list[UnknownColumn]
    made_codes: list[MadeCode]
    lookalikes: list[Lookalike]

    def of[R: Row](self, model: type[R]) -> list[R]:
        """The rows of one sheet, in the order of the file."""
        return cast(list[R], self.rows.get(model, []))

    @property
    def errors(self) -> list[Trouble]:
        return [trouble for trouble in self.troubles if trouble.severity is Severity.ERROR]


def read_register(
    paths: Sequence[Path],
    mapping: dict[str, Wishes] | None = None,
    today: date | None = None,
    seal: bytes = b"",
) -> Register:
    """Read, type and check a register given as workbooks, as CSV files, or as both.

    `mapping`: what `read_mapping` gave. `today`: what the future
    is measured by. `seal`: a secret of the establishment under which digests are made, so that
    no key can be guessed back into what a row says. Raises NothingRead.
    """
    with _uncollected():
        tables, troubles = read_files(paths)
        book = _Book(mapping or {}, today or date.today())
        for table in tables:
            book.add(table)
        troubles += book.troubles
        if not book.drafts:
            raise NothingRead(troubles)
        links = Links(book.drafts, seal)
        check(links, book.today)
        links.follow()
        return _register(book, troubles, seal)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Rows know each other by code, never in circles: a fifth of the time went into looking."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class _Book:
    """The drafts of all tables, as they come in."""

    def __init__(self, mapping: dict[str, Wishes], today: date) -> None:
        self.drafts: Drafts = {}
        self.troubles: list[Trouble] = []
        self.unknown: list[UnknownColumn] = []
        self.today = today
        self._mapping = mapping

    def add(self, table: Table) -> None:
        names = (folded(table.sheet), folded(table.file))
        wishes = next((self._mapping[name] for name in names if name in self._mapping), Wishes())
        if is_ignored(table):
            return
        layout = layout_of(table, wishes)
        if isinstance(layout, Trouble):
            self.troubles.append(layout)
            return
        numbered = besides(layout, wishes)
        aside = {index for each in numbered for index in each.columns}
        bare = layout._replace(own={i: h for i, h in layout.own.items() if i not in aside})
        self._say_columns(table, bare, wishes)
        drafts = list(Drafting(table, bare, wishes, self.today).drafts())
        self.drafts.setdefault(layout.model, []).extend(drafts)
        partners = {draft.place.line: draft for draft in drafts} if numbered else {}
        for beside in numbered:
            for draft in beside.drafts(table, partners, self.today):
                self.drafts.setdefault(draft.model, []).append(draft)

    def _say_columns(self, table: Table, layout: Layout, wishes: Wishes) -> None:
        place = Place(table.file, table.sheet, layout.header_line)
        columns = all_columns(layout.model)
        coded = layout.model in CODED
        for key in missing_columns(layout, wishes.constants):
            details: Details = {"value": (columns[key].french, columns[key].english)}
            severity = Severity.WARNING if coded and key == "code" else Severity.ERROR
            self.troubles.append(
                Trouble(place=place, kind="column_missing", details=details, severity=severity)
            )
        for unknown in unknown_columns(table, layout):
            self.unknown.append(unknown)
            self.troubles.append(
                Trouble(
                    place=place,
                    kind="column_unknown",
                    column=unknown.header,
                    severity=Severity.WARNING,
                )
            )


def _register(book: _Book, troubles: list[Trouble], seal: bytes) -> Register:
    rows: dict[type[Row], list[Row]] = {}
    made: list[MadeCode] = []
    refused = 0
    for model in DEPENDENCY_ORDER:
        drafts = book.drafts.get(model, [])
        troubles += [trouble for draft in drafts for trouble in draft.troubles]
        taken = [draft for draft in drafts if not draft.refused and not draft.skipped]
        refused += sum(draft.refused for draft in drafts)
        made += [_made(draft) for draft in taken if draft.made_code and not is_aside(draft)]
        if taken:
            rows[model] = _typed(model, taken, seal)
    alike = lookalikes(cast(list[Partner], rows.get(Partner, [])))
    troubles += _made_troubles(made) + [each.trouble() for each in alike]
    return Register(
        rows=rows,
        refused=refused,
        troubles=troubles,
        unknown_columns=book.unknown,
        made_codes=made,
        lookalikes=alike,
    )


def _typed(model: type[Row], drafts: list[Draft], seal: bytes) -> list[Row]:
    typed: list[Row] = []
    seen: dict[bytes, int] = defaultdict(int)
    optional = {"code": None} if model.sheet == "involvements" else {}
    for draft in drafts:
        values = optional | draft.values
        if model in CODED:
            key = values["code"]
        else:
            says = digest(model, values, seal)
            seen[says] += 1
            key = f"{says.hex()}-{seen[says]}"
        typed.append(model(**values, place=draft.place, key=key, own=draft.own))
    return typed


def _made(draft: Draft) -> MadeCode:
    layout = draft.layout
    column = next((index for index, key in layout.columns.items() if key == "code"), None)
    return MadeCode(
        draft.place,
        draft.model.sheet,
        draft.header("code"),
        draft.values["code"],
        layout.header_line,
        column,
    )


def _made_troubles(made: list[MadeCode]) -> list[Trouble]:
    counts: dict[Place, int] = defaultdict(int)
    for each in made:
        counts[each.place._replace(line=0)] += 1
    return [
        Trouble(
            place=place,
            kind="codes_made",
            details={"count": str(count)},
            severity=Severity.WARNING,
        )
        for place, count in counts.items()
    ]

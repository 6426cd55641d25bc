"""One-sheet registers: « Projet 1, Début 1, Projet 2, Début 2 » beside each partner."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import NamedTuple

from services.cli.register.amounts import Cell
from services.cli.register.columns import Place, Row
from services.cli.register.dates import latest
from services.cli.register.drafting import Draft, Drafting
from services.cli.register.layouts import Layout, Repeat, Wishes
from services.cli.register.reading import Table
from services.cli.register.sheets import header_words
from services.cli.register.troubles import Severity
from services.cli.register.words import folded
from services.cli.register.work import Involvement, Project

OF_PROJECT = "project."
ASIDE = " · "
_MOST_TIMES = 60


class AtPlace(NamedTuple):
    """A reference to the row read at a place, whatever its code will be."""

    place: Place


class Titled(NamedTuple):
    """A reference to the project of this title, whatever its code will be."""

    title: str


class Beside(NamedTuple):
    """The columns of one number, « Projet 2, Début 2 », by index, with the key each holds."""

    layout: Layout
    repeat: Repeat
    number: int
    columns: dict[int, str]

    def drafts(self, table: Table, partners: dict[int, Draft], today: date) -> Iterator[Draft]:
        """Give the involvements that stand beside the partners of a table, and their projects."""
        held = [row for row in table.rows if any(_at(row[1], index) for index in self.columns)]
        part = Table(table.file, f"{table.sheet}{ASIDE}{self.number}", held)
        projects, involvements = (self._part(part, m, today) for m in (Project, Involvement))
        for project, involvement in zip(projects, involvements, strict=True):
            partner = partners.get(involvement.place.line)
            if partner and not partner.skipped:
                _link(involvement, partner, project)
                if "state" not in self.columns.values():
                    _end(involvement, today)
                yield project
                yield involvement

    def _part(self, table: Table, model: type[Row], today: date) -> list[Draft]:
        """The drafts of one sheet out of columns that hold two."""
        columns = {
            index: key.removeprefix(OF_PROJECT)
            for index, key in self.columns.items()
            if _belongs(key, model)
        }
        headers = {key: self.layout.own[index] for index, key in columns.items()}
        layout = Layout(model, self.layout.header_line, columns, {}, headers)
        wishes = Wishes(
            model=model,
            values=_of(model, self.repeat.values),
            constants=_of(model, self.repeat.constants),
        )
        return list(Drafting(table, layout, wishes, today).drafts())


def besides(layout: Layout, wishes: Wishes) -> list[Beside]:
    """The columns of a table that come back with numbers, as the mapping wishes them read."""
    own = {header_words(header): index for index, header in layout.own.items()}
    found = []
    for repeat in wishes.repeats:
        for number in range(1, _MOST_TIMES):
            wanted = {
                header_words(header.replace("{n}", str(number))): key
                for header, key in repeat.columns.items()
            }
            columns = {own[words]: key for words, key in wanted.items() if words in own}
            if columns:
                found.append(Beside(layout, repeat, number, columns))
    return found


def _belongs(key: str, model: type[Row]) -> bool:
    return key.startswith(OF_PROJECT) == (model is Project)


def _of[V](model: type[Row], said: dict[str, V]) -> dict[str, V]:
    """What a mapping says of one of the two sheets."""
    return {
        key.removeprefix(OF_PROJECT): value for key, value in said.items() if _belongs(key, model)
    }


def _link(involvement: Draft, partner: Draft, project: Draft) -> None:
    involvement.values["partner"] = AtPlace(partner.place)
    if title := project.values.get("title"):
        involvement.values["project"] = Titled(folded(str(title)))
    # What was missing before partner and project were linked is missing no more.
    linked = {involvement.header("partner"), involvement.header("project")}
    involvement.troubles = [
        trouble
        for trouble in involvement.troubles
        if trouble.column not in linked or trouble.kind not in {"missing", "one_of_missing"}
    ]
    errors = (trouble.severity is Severity.ERROR for trouble in involvement.troubles)
    involvement.refused = any(errors)


def _end(involvement: Draft, today: date) -> None:
    """An end in the past says the state that no column says."""
    ends = involvement.values.get("ends")
    if isinstance(ends, str) and latest(ends) < today:
        involvement.values["state"] = "ended"


def _at(cells: Sequence[Cell], index: int) -> bool:
    return index < len(cells) and cells[index] != ""

"""What an office's own layout means, read from a TOML file that `--propose-mapping` drafts.

[sheet."Liste des ressources"]          # the tab, or the name of a CSV file
is = "Partenaires"
header_line = 3                         # only if it is not found
columns."No dossier" = "Code partenaire"
columns."Couleur" = ""                  # an own field, whatever it is called
values."État"."A" = "disponible"
constants."Statut local" = "usager partenaire"

[[sheet."Liste des ressources".repeats]]  # Projet 1, Début 1, Projet 2, Début 2 …
columns."Projet {n}" = "project.title"
columns."Début {n}" = "starts"
constants."state" = "active"
constants."project.department" = "Direction de la qualité"
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from services.cli.register.columns import Place, Row
from services.cli.register.layouts import Repeat, Wishes
from services.cli.register.people import Partner
from services.cli.register.repeating import OF_PROJECT
from services.cli.register.sheets import all_columns, key_of, sheet_named
from services.cli.register.troubles import Details, Trouble
from services.cli.register.words import folded
from services.cli.register.work import Involvement, Project


class MappingRefused(Exception):
    """The mapping cannot be used; `trouble` says where and why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.what("en"))
        self.trouble = trouble


def read_mapping(path: Path) -> dict[str, Wishes]:
    """Read a mapping: by folded name of tab or file, what it says. Raises MappingRefused."""
    try:
        parsed = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as e:
        raise _refused(path, "", "mapping_not_toml", value=str(e)[:200]) from e
    sheets = parsed.get("sheet", {})
    if not isinstance(sheets, dict) or set(parsed) - {"sheet"}:
        raise _refused(path, "", "mapping_word", value=", ".join(set(parsed) - {"sheet"}))
    return {folded(name): _Reading(path, name).wishes(said) for name, said in sheets.items()}


class _Reading:
    """One sheet of a mapping, with its place for what must be refused."""

    def __init__(self, path: Path, sheet: str) -> None:
        self._path, self._sheet = path, sheet

    def wishes(self, said: dict[str, Any]) -> Wishes:
        self._only(said, "is", "header_line", "columns", "values", "constants", "repeats")
        name = str(said.get("is", self._sheet))
        model = sheet_named(name)
        if model is None:
            raise _refused(self._path, self._sheet, "mapping_sheet", value=name)
        if "repeats" in said and model is not Partner:
            raise _refused(self._path, self._sheet, "mapping_word", value="repeats")
        header_line = said.get("header_line", 0)
        return Wishes(
            model=model,
            header_line=header_line if isinstance(header_line, int) else 0,
            columns=self._columns(said, model),
            values=self._keyed(said, "values", model),
            constants=self._keyed(said, "constants", model),
            repeats=tuple(self._repeat(each) for each in said.get("repeats", ())),
        )

    def _repeat(self, said: dict[str, Any]) -> Repeat:
        self._only(said, "columns", "values", "constants")
        return Repeat(
            columns=self._columns(said, Involvement),
            values=self._keyed(said, "values", Involvement),
            constants=self._keyed(said, "constants", Involvement),
        )

    def _columns(self, said: dict[str, Any], model: type[Row]) -> dict[str, str]:
        columns = self._table(said, "columns")
        return {header: self._key(str(key), model) for header, key in columns.items()}

    def _keyed(self, said: dict[str, Any], part: str, model: type[Row]) -> dict[str, Any]:
        """What is said of each column, whichever of its names it was said under."""
        found: dict[str, Any] = {}
        for name, value in self._table(said, part).items():
            key = self._key(name, model)
            found[key] = found[key] | value if isinstance(found.get(key), dict) else value
        return found

    def _key(self, name: str, model: type[Row]) -> str:
        """A column by its key or by one of its headers; "" is an own field."""
        if name.startswith(OF_PROJECT):
            return OF_PROJECT + self._key(name.removeprefix(OF_PROJECT), Project)
        found = name if name in all_columns(model) else key_of(model, name)
        if name and not found:
            raise _refused(self._path, self._sheet, "mapping_column", value=name)
        return found or ""

    def _table(self, said: dict[str, Any], part: str) -> dict[str, Any]:
        table = said.get(part, {})
        if not isinstance(table, dict):
            raise _refused(self._path, self._sheet, "mapping_word", value=part)
        return table

    def _only(self, said: object, *allowed: str) -> None:
        words = set(said) - set(allowed) if isinstance(said, dict) else {str(said)}
        if words:
            raise _refused(self._path, self._sheet, "mapping_word", value=", ".join(words))


def _refused(path: Path, sheet: str, kind: str, **details: str) -> MappingRefused:
    told: Details = {**details}
    return MappingRefused(Trouble(place=Place(path.name, sheet, 0), kind=kind, details=told))

"""Rows find each other: codes are made where missing, references are followed."""

from __future__ import annotations

import base64
from collections import defaultdict
from hashlib import blake2b
from typing import Any

import msgspec

from services.cli.register.columns import Kind, Row, columns_of
from services.cli.register.drafting import Draft
from services.cli.register.repeating import ASIDE, AtPlace, Titled
from services.cli.register.sheets import BY_KEY, CODED, DEPENDENCY_ORDER, all_columns
from services.cli.register.troubles import Unreadable
from services.cli.register.values import reader
from services.cli.register.words import folded
from services.cli.register.work import Project

type Drafts = dict[type[Row], list[Draft]]

_PREFIXES = {"partners": "P", "projects": "PR", "requests": "D", "involvements": "I"}
_canonical = msgspec.json.Encoder(order="deterministic")


def digest(model: type[Row], says: dict[str, Any], seal: bytes) -> bytes:
    """What a row says, as 16 bytes that nobody can guess back without the seal."""
    said = _canonical.encode([model.sheet, says])
    return blake2b(said, digest_size=16, key=seal[:64]).digest()


class Links:
    """The coded rows of a register by code, and who refers to whom."""

    def __init__(self, drafts: Drafts, seal: bytes) -> None:
        self.drafts = drafts
        self.coded: dict[str, dict[str, Draft]] = {model.sheet: {} for model in CODED}
        self.families: dict[str, list[Draft]] = defaultdict(list)
        self._places: dict[AtPlace, Draft] = {}
        self._titles: dict[str, str] = {}
        self._seal = seal
        for model in DEPENDENCY_ORDER:
            self._link(model)

    def target(self, sheet: str, code: str) -> list[Draft]:
        """The rows that a code leads to: one, or those of a whole family."""
        if sheet == "families":
            return self.families.get(code, [])
        found = self.coded[sheet].get(code)
        return [found] if found else []

    def follow(self) -> None:
        """Refuse what leads nowhere, or to a row that was itself refused."""
        for model in DEPENDENCY_ORDER:
            references = [
                (key, column.to)
                for key, column in columns_of(model).items()
                if column.kind is Kind.REFERENCE
            ]
            for draft in self.drafts.get(model, ()):
                for key, sheet in references if not draft.skipped else ():
                    code = draft.values.get(key)
                    if isinstance(code, str):
                        self._follow(draft, key, sheet, code)

    def _follow(self, draft: Draft, key: str, sheet: str, code: str) -> None:
        targets = self.target(sheet, code)
        title = BY_KEY["partners" if sheet == "families" else sheet].titles
        if not targets:
            draft.refuse("nowhere", key, value=code, target=title)
        elif all(target.refused for target in targets):
            line = str(targets[0].place.line)
            draft.refuse("refused_target", key, value=code, line=line, target=title)

    def _link(self, model: type[Row]) -> None:
        for draft in self.drafts.get(model, ()):
            self._settle(draft)
        if model in CODED:
            self._code(model)
        for draft in self.drafts.get(model, ()):
            if isinstance(family := draft.values.get("family"), str) and model.sheet == "partners":
                self.families[family].append(draft)

    def _settle(self, draft: Draft) -> None:
        for combined, text in draft.combined.items():
            self._part(draft, combined.split("|"), text)
        for key, value in list(draft.values.items()):
            if isinstance(value, AtPlace):
                self._point(draft, key, self._places[value].values.get("code"))
            elif isinstance(value, Titled):
                self._point(draft, key, self._titles.get(value.title))

    def _point(self, draft: Draft, key: str, code: str | None) -> None:
        if code:
            draft.values[key] = code
        else:
            del draft.values[key]
            draft.refuse("missing", key)

    def _part(self, draft: Draft, keys: list[str], text: str) -> None:
        """A cell of « code partenaire ou implication » goes to the sheet that has the code."""
        columns = all_columns(draft.model)
        keys.sort(key=lambda key: columns[key].kind is Kind.TEXT)  # anything is a text
        options: dict[str, Any] = {}
        for key in keys:
            try:
                options[key] = reader(columns[key])(text).value
            except Unreadable:
                continue
        for key in options:
            column = columns[key]
            if column.kind is Kind.REFERENCE and not self.target(column.to, str(options[key])):
                continue
            draft.values.setdefault(key, options[key])
            return
        if options:
            first = next(iter(options))
            draft.values.setdefault(first, options[first])

    def _code(self, model: type[Row]) -> None:
        drafts = [draft for draft in self.drafts.get(model, ()) if not draft.skipped]
        if model is Project:
            self._titles = {_title_of(draft): "" for draft in drafts if not is_aside(draft)}
            for draft in drafts:
                draft.skipped = self._is_known_title(draft)
        groups: dict[str, list[Draft]] = defaultdict(list)
        for draft in drafts:
            if not draft.skipped and draft.values.get("code"):
                groups[draft.values["code"]].append(draft)
        for code, same in groups.items():
            self.coded[model.sheet][code] = _settled(same, code)
        for draft in drafts:
            self._place(draft)

    def _place(self, draft: Draft) -> None:
        if not draft.skipped and not draft.values.get("code"):
            self._make_code(draft)
        self._places[AtPlace(draft.place)] = draft
        if draft.model is Project and not self._titles.get(_title_of(draft)):
            self._titles[_title_of(draft)] = draft.values.get("code", "")

    def _is_known_title(self, draft: Draft) -> bool:
        """A project out of a one-sheet register that the register has already."""
        known = is_aside(draft) and _title_of(draft) in self._titles
        self._titles.setdefault(_title_of(draft), "")
        return known

    def _make_code(self, draft: Draft) -> None:
        said = {key: draft.values.get(key) for key in draft.model.identity}
        says = {key: folded(v) if isinstance(v, str) else v for key, v in said.items()}
        made = base64.b32encode(digest(draft.model, says, self._seal)).decode()[:8]
        stem = code = f"{_PREFIXES[draft.model.sheet]}-{made}"
        ordinal = 1
        while code in self.coded[draft.model.sheet]:
            ordinal += 1
            code = f"{stem}-{ordinal}"
        draft.values["code"] = code
        draft.made_code = True
        self.coded[draft.model.sheet][code] = draft


def _settled(same: list[Draft], code: str) -> Draft:
    """One code, one row: rows that agree are one, rows that differ are all refused."""
    first, *others = same
    for other in others:
        if other.values == first.values:
            other.warn("same_row", "code", line=str(first.place.line))
            other.skipped = True
        else:
            other.refuse("same_code", "code", value=code, line=str(first.place.line))
            if not first.refused:
                first.refuse("same_code", "code", value=code, line=str(other.place.line))
    return first


def _title_of(project: Draft) -> str:
    return folded(str(project.values.get("title", "")))


def is_aside(draft: Draft) -> bool:
    """Whether a row was read beside another one, in a one-sheet register."""
    return ASIDE in draft.place.sheet

"""Rows of the register as lines that state facts: everything a row says, and nothing more."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from contracts.recruitment import PartnerState
from services.cli.exchange.cells import as_fact, as_words
from services.cli.exchange.lines import Ids, Key, Line, stated_line
from services.cli.exchange.remarks import Remark
from services.cli.exchange.shapes import (
    BLANKS,
    DEPARTMENT,
    OWN,
    STAFF,
    UNKNOWNS,
    Shape,
    shape_of,
)
from services.cli.exchange.staff import ADDRESS, Naming
from services.cli.register.columns import UNKNOWN, Kind, Row, columns_of
from services.cli.register.consents import Contact
from services.cli.register.people import Department, Partner
from services.cli.register.rows import Register
from services.cli.register.sheets import DEPENDENCY_ORDER
from services.cli.register.work import (
    Contribution,
    Hours,
    Involvement,
    Project,
    Request,
    Seat,
    Training,
)

# What the facts say where the register says nothing; the vault keeps that it was blank.
_DEFAULTS = {(Seat, "reserved_for"): "partner", (Hours, "attendance"): "present"}
_ABOUT = ("request", "involvement", "project", "partner")


class Statements:
    """A whole register, as lines."""

    def __init__(self, register: Register, files: Mapping[str, str]) -> None:
        self._register = register
        self._files = files
        self.naming = Naming(register)
        self.keys: dict[int, Key] = {}
        self._families: dict[str, list[str]] = defaultdict(list)
        self._titles = {row.code: row.title for row in register.of(Project)}
        for partner in register.of(Partner):
            if isinstance(partner.family, str):
                self._families[partner.family].append(partner.code)
        self._find_keys()

    def rows(self) -> Iterator[Row]:
        for model in DEPENDENCY_ORDER:
            yield from self._register.rows.get(model, ())

    def key_of(self, row: Row) -> Key:
        """The key of the thing that a row tells of."""
        return self.keys.get(id(row)) or Key(row.sheet, row.key)

    def wanted(self) -> set[Key]:
        """All the keys whose ids the lines need."""
        wanted = {self.key_of(row) for row in self.rows()}
        wanted |= {Key("department", name) for name in self.naming.departments}
        return wanted | {Key("staff", key) for key in self.naming.staff}

    def stated(self, ids: Ids) -> Iterator[tuple[Row | None, Line | Remark]]:
        """Every line, in an order in which none precedes what it refers to."""
        told = {self.key_of(row) for row in self._register.of(Department)}
        for name in self.naming.departments:
            if Key("department", name) not in told:
                yield None, self._implied_department(name, ids)
        for key, person in self.naming.staff.items():
            if Key("staff", key) not in told:
                words = {"name": person.name, **({"email": person.email} if person.email else {})}
                staff = str(ids[Key("staff", key)])
                yield None, stated_line(STAFF, person.place, staff, {"staff": staff}, words)
        for row in self.rows():
            yield row, self._stated(row, ids)

    def _find_keys(self) -> None:
        """A department's first line tells of the department, a person's of the person."""
        taken: set[Key] = set()
        for row in self._register.of(Department):
            shape = shape_of(row)
            name = self.naming.key_of(row.person, row.email) if shape is STAFF else None
            key = Key("staff", name) if name else Key("department", row.department)
            if (shape is DEPARTMENT or name) and key not in taken:
                taken.add(key)
                self.keys[id(row)] = key

    def _implied_department(self, name: str, ids: Ids) -> Line | Remark:
        place = self.naming.departments[name]
        department = str(ids[Key("department", name)])
        return stated_line(DEPARTMENT, place, department, {"name": name}, {})

    def _stated(self, row: Row, ids: Ids) -> Line | Remark:
        shape, own = shape_of(row), str(ids[self.key_of(row)])
        data, words = self._said(row, shape, ids)
        self._complete(row, shape, own, data, words, ids)
        for (model, key), default in _DEFAULTS.items():
            if model is type(row):
                data.setdefault(key, default)
        if row.own:
            words[OWN] = json.dumps(row.own, ensure_ascii=False)
        # Not the tab as the office calls it: that could be somebody's name.
        data["line"] = {
            "file": self._files[row.place.file],
            "sheet": row.titles[0],
            "line": max(row.place.line, 1),
        }
        return stated_line(shape, row.place, own, data, words, row)

    def _said(self, row: Row, shape: Shape, ids: Ids) -> tuple[dict[str, Any], dict[str, str]]:
        data: dict[str, Any] = {}
        words: dict[str, str] = {}
        for key, column in columns_of(shape.model).items():
            value = getattr(row, key)
            if key not in shape.fields:
                if value is not None and key != "code":
                    words[shape.word_of(key)] = as_words(column, value)
                if isinstance(value, str) and key in shape.staff:
                    data[shape.staff[key]] = str(ids[self._staff(row, key)])
            elif isinstance(value, str) and column.kind is Kind.REFERENCE:
                data[shape.field_of(key)] = str(ids[Key(column.to, value)])
            elif value is not None and value is not UNKNOWN:
                data[shape.field_of(key)] = as_fact(column, value)
            elif value is UNKNOWN:
                _mark(words, UNKNOWNS, key)
            elif (type(row), key) in _DEFAULTS:
                _mark(words, BLANKS, key)
        return data, words

    def _staff(self, row: Row, column: str) -> Key:
        email = getattr(row, ADDRESS[column], None) if column in ADDRESS else None
        key = self.naming.key_of(getattr(row, column), email)
        assert key
        return Key("staff", key)

    def _complete(
        self, row: Row, shape: Shape, id: str, data: dict[str, Any], words: dict[str, str], ids: Ids
    ) -> None:
        """What is no column by itself."""
        match row:
            case Partner(state="deceased"):
                data |= {"partner": id, "state": PartnerState.FORMER.value}
                words["state"] = as_words(columns_of(Partner)["state"], row.state)
            case Partner():
                data["partner"] = id
            case Project(department=name):
                data["department"] = str(ids[Key("department", name)])
            case Request(code=number, department=name):
                data |= {"number": number, "department": str(ids[Key("department", name)])}
                self._title(row, data, words)
            case Involvement(family=str() as family):
                members = self._families.get(family, [])
                data["partners"] = [str(ids[Key("partners", code)]) for code in members]
            case Contribution(decision="pending"):
                del data["decision"]
            case Training(audience="team", email=str() as email):
                data["staff"] = str(ids[Key("staff", self.naming.key_of(None, email) or "")])
            case Contact():
                self._about(row, data, words, ids)
            case Department() if shape is STAFF:
                self._person(row, id, data, words, ids)

    def _title(self, row: Request, data: dict[str, Any], words: dict[str, str]) -> None:
        """A request for a project goes by the project's title."""
        if "title" not in data:
            if row.title is None:
                _mark(words, BLANKS, "title")
            code = row.project if isinstance(row.project, str) else ""
            data["title"] = self._titles.get(code, "Titre inconnu")

    def _about(self, row: Contact, data: dict[str, Any], words: dict[str, str], ids: Ids) -> None:
        for about in _ABOUT:
            if isinstance(code := getattr(row, about), str):
                words.pop(about, None)
                kind = columns_of(Contact)[about].to
                data |= {"about": about, "subject": str(ids[Key(kind, code)])}
                return

    def _person(
        self, row: Department, id: str, data: dict[str, Any], words: dict[str, str], ids: Ids
    ) -> None:
        data["department"] = str(ids[Key("department", row.department)])
        named = self.naming.key_of(row.person, row.email)
        data["staff"] = str(ids[Key("staff", named)]) if named else id
        if row.person is None:
            words["name"] = words.get("email") or words.get("title") or words["employee_number"]
            _mark(words, BLANKS, "person")


def _mark(words: dict[str, str], name: str, column: str) -> None:
    words[name] = f"{words.get(name, '')} {column}".strip()

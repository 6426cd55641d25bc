"""Tandem gives the register back: rows of all that it knows, under the office's own keys."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4

from msgspec.structs import replace

from services.cli.exchange import retelling, retelling_requests, retelling_work
from services.cli.exchange.cells import of_fact, of_words
from services.cli.exchange.lines import Key
from services.cli.exchange.office import Office
from services.cli.exchange.planning import content_of
from services.cli.exchange.recalling import Memory, Named, Ref, Tale, Word, recall
from services.cli.exchange.shapes import BLANKS, FILLED_IN, OWN, UNKNOWNS
from services.cli.exchange.stating import Statements
from services.cli.register.columns import UNKNOWN, Column, Kind, Row, columns_of
from services.cli.register.linking import digest
from services.cli.register.rows import Register
from services.cli.register.sheets import CODED, DEPENDENCY_ORDER
from services.cli.register.troubles import Unreadable
from services.cli.register.work import Contribution, Involvement, Project

TELLERS = (retelling, retelling_requests, retelling_work)  # they have said which facts they take up
ERASED = "(effacé)"
_PREFIXES = {"partners": "P", "projects": "PR", "requests": "D", "involvements": "I"}
# What a register asks for and Tandem need not know.
_DEFAULTS: dict[tuple[str, str], Any] = {
    ("partners", "reach_by"): ("phone",),
    ("partners", "local_status"): "partner",
    ("hours", "activity"): "meeting",
    ("projects", "state"): "running",
}


class Export:
    """One export. Only keys and codes for what was born here are added to what Tandem knows."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._words: dict[str, str] = {}
        self._names: dict[Named, str] = {}
        self._codes: dict[Ref, str] = {}

    def run(self) -> dict[type[Row], list[Row]]:
        """All rows by sheet. Raises Refused, Interrupted."""
        memory = recall(self._office.entries())
        _complete(memory)
        self._resolve(memory)
        told = [
            (tale, row)
            for model in DEPENDENCY_ORDER
            for tale in memory.of(model)
            if _leads_somewhere(row := self._row(tale))
        ]
        rows: dict[type[Row], list[Row]] = defaultdict(list)
        for _, row in told:
            rows[type(row)].append(row)
        self._state([tale for tale, _ in told], rows)
        return dict(rows)

    def _resolve(self, memory: Memory) -> None:
        tales = [tale for tale in memory.tales.values() if tale.shown]
        values = [
            value for tale in tales for value in (*tale.values.values(), *tale.marks.values())
        ]
        self._words = self._office.words({it.ref for it in values if isinstance(it, Word)})
        staff = {it.id for it in values if isinstance(it, Named) and it.kind == "staff"}
        self._names = {
            Named("staff", one): known["name"]
            for one, known in self._office.know(staff, "name").items()
            if "name" in known
        }
        self._names |= {Named("department", one): it for one, it in memory.departments.items()}
        for model in CODED:
            self._give_codes(model, memory.of(model))

    def _give_codes(self, model: type[Row], tales: Iterable[Tale]) -> None:
        """The office's own code, or the number it was given here, or one that is made."""
        kind, streams = model.sheet, {tale.stream: tale for tale in tales}
        known = self._office.keys_of(kind, streams)
        taken = set(known.values())
        for stream, tale in streams.items():
            if (code := known.get(stream)) is None:
                code = tale.values.get("code") or _made(kind, stream)
                while code in taken:
                    code += "-2"
                taken.add(code)
            self._codes[Ref(kind, str(stream))] = code

    def _row(self, tale: Tale) -> Row:
        said: dict[str, Any] = {}
        own: dict[str, str] = json.loads(self._mark(tale, OWN) or "{}")
        for key, column in columns_of(tale.model).items():
            if (value := tale.values.get(key)) is not None:
                said[key] = self._said(column, value, own)
        blank = self._mark(tale, BLANKS).split()
        for mark, keys in ((UNKNOWN, self._mark(tale, UNKNOWNS).split()), (None, blank)):
            # What was said here since then counts.
            said |= {key: mark for key in keys if said.get(key) is None or key in FILLED_IN}
        if tale.model in CODED:
            said["code"] = self._codes[Ref(tale.model.sheet, str(tale.stream))]
        for key, column in columns_of(tale.model).items():
            if column.required and said.get(key) is None and key not in blank:
                said[key] = _missing(tale.model.sheet, key, column)
        return tale.model(**said, own=own)

    def _mark(self, tale: Tale, name: str) -> str:
        word = tale.marks.get(name)
        return self._words.get(word.ref, "") if word else ""

    def _said(self, column: Column, value: Any, own: dict[str, str]) -> Any:
        match value:
            case Word(ref):
                return self._spoken(column, self._words.get(ref), own)
            case Ref():
                return self._codes.get(value)
            case Named():
                return self._spoken(column, self._names.get(value), own)
            case str() if column.kind is Kind.TEXT:
                return self._spoken(column, value, own)
        return of_fact(column, value)

    def _spoken(self, column: Column, words: str | None, own: dict[str, str]) -> Any:
        """What was typed here and is no value of the register stands in a column of its own."""
        try:
            return of_words(column, words) if words else None
        except Unreadable:
            own[f"{column.french} (dit autrement)"] = str(words)
            return None

    def _state(self, tales: Sequence[Tale], rows: Mapping[type[Row], Sequence[Row]]) -> None:
        """Say which keys the rows will have when they are read again, and what they say."""
        seal = self._office.seal(uuid4())
        statements = Statements(_register(rows, seal), {})
        stated: dict[str, dict[str, UUID]] = defaultdict(dict)
        for key, one in self._implied(statements).items():
            stated[key.kind][key.key] = one
        for row, tale in zip(statements.rows(), tales, strict=True):
            key = statements.key_of(row)
            stated[key.kind].setdefault(key.key, tale.stream)
            content = content_of(row, key.key, seal)
            stated["content"].setdefault(content, tale.stream)
        for kind, keys in stated.items():
            known, erased = self._office.known(kind, keys)
            new = keys.keys() - known.keys() - erased  # a key of somebody erased stands for nobody
            self._office.state(kind, {key: keys[key] for key in new})

    def _implied(self, statements: Statements) -> dict[Key, UUID]:
        """Departments and people whom cells name, by the names they are known by here."""
        known: dict[Key, UUID] = {}
        for named, name in self._names.items():
            if named.kind == "department":
                known.setdefault(Key("department", name), UUID(named.id))
            elif key := statements.naming.key_of(name, None):
                known.setdefault(Key("staff", key), UUID(named.id))
        return known


def _register(rows: Mapping[type[Row], Sequence[Row]], seal: bytes) -> Register:
    """These rows under the keys they will have when they are read again."""
    keyed: dict[type[Row], list[Row]] = {}
    for model, some in rows.items():
        seen: dict[bytes, int] = defaultdict(int)
        keyed[model] = []
        for row in some:
            if model in CODED:
                key = str(row.says()["code"])
            else:
                says = digest(model, row.says(), seal)
                seen[says] += 1
                key = f"{says.hex()}-{seen[says]}"
            keyed[model].append(replace(row, key=key))
    return Register(
        rows=keyed, refused=0, troubles=[], unknown_columns=[], made_codes=[], lookalikes=[]
    )


def _complete(memory: Memory) -> None:
    """An involvement without a project is in that of its request, or in the request as one."""
    for tale in memory.of(Involvement):
        request = tale.values.get("request")
        asked = memory.tales.get(("requests", request.id)) if request else None
        if "project" not in tale.values:
            project = asked and asked.values.get("project")
            tale.values["project"] = project or _as_project(memory, tale, asked)
    involvements = {str(tale.stream): tale for tale in memory.of(Involvement)}
    for tale in memory.of(Contribution):
        project = tale.values.get("project")
        if project and project.kind == "involvements":
            held = involvements.get(project.id)
            tale.values["project"] = held and held.values["project"]


def _as_project(memory: Memory, involvement: Tale, request: Tale | None) -> Ref:
    of = request or involvement
    project = memory.tale(Project, str(of.stream))
    project.values |= {
        "title": memory.titles.get(str(of.stream), "Sans titre"),
        "kind": "project",
        "department": of.values.get("department", "Sans direction"),
        "starts": of.values.get("received") or of.values["starts"],
        "state": "running",
    }
    return Ref("projects", str(of.stream))


def _made(kind: str, stream: UUID) -> str:
    return f"{_PREFIXES[kind]}-{base64.b32encode(stream.bytes).decode()[:8]}"


def _leads_somewhere(row: Row) -> bool:
    """Whether what it cannot do without, a partner or a project, still counts."""
    columns = columns_of(type(row))
    needed = [key for key, it in columns.items() if it.required and it.kind is Kind.REFERENCE]
    return all(getattr(row, key) is not None for key in needed) and all(
        any(getattr(row, key) is not None for key in group) for group in row.one_of
    )


def _missing(sheet: str, key: str, column: Column) -> Any:
    """For what a row needs: what is known to be unknown, or what the vault has let go of."""
    if column.kind is Kind.REFERENCE:
        return None
    if (sheet, key) in _DEFAULTS:
        return _DEFAULTS[sheet, key]
    if column.takes_unknown:
        return UNKNOWN
    if column.kind is Kind.DATE:
        return "1900/2100"
    return ERASED

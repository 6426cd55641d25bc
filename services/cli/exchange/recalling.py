"""What Tandem knows, told again as rows: first what the register itself had said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, NamedTuple
from uuid import UUID

from contracts import ANNOUNCING
from contracts.envelope import Envelope, Fact
from services.chassis.correcting import effective
from services.chassis.moments import HERE
from services.cli.exchange.cells import of_fact
from services.cli.exchange.shapes import OF_FACT, STAFF, Shape, fields_of_words
from services.cli.register.columns import Kind, Row, columns_of

for service in ANNOUNCING:  # a fact can only be read by who knows its words
    import_module(f"contracts.{service}")


class Ref(NamedTuple):
    """Another row, which will be named by its code."""

    kind: str
    id: str


class Word(NamedTuple):
    """What only the vault can say."""

    ref: str


class Named(NamedTuple):
    """Somebody of the establishment, or a department, who will be named by name."""

    kind: str
    id: str


@dataclass
class Tale:
    """One row to be: its stream, and what is known of it so far. `shown`: it has a row."""

    model: type[Row]
    stream: UUID
    values: dict[str, Any] = field(default_factory=dict)
    marks: dict[str, Word] = field(default_factory=dict)
    engaged: set[str] = field(default_factory=set)
    shown: bool = True

    def learn(self, shape: Shape, personal: dict[str, Any]) -> None:
        """Words of the vault, at their columns; what is no column is a mark, or is left aside."""
        columns = {shape.word_of(key): key for key in columns_of(self.model)}
        for name, ref in personal.items():
            if name in columns:
                self.values[columns[name]] = Word(ref["ref"])
            else:
                self.marks[name] = Word(ref["ref"])


class Memory:
    """The tales of one establishment, in the order in which they began."""

    def __init__(self) -> None:
        self.tales: dict[tuple[str, str], Tale] = {}
        self.titles: dict[str, str] = {}
        self.departments: dict[str, str] = {}

    def tale(self, model: type[Row], name: str, stream: UUID | None = None) -> Tale:
        """The tale of this name; a new one where there is none."""
        place = (model.sheet, name)
        if place not in self.tales:
            self.tales[place] = Tale(model, stream or UUID(name))
        return self.tales[place]

    def known(self, model: type[Row], name: str) -> Tale:
        """The tale of this name; one that nobody will read, if its beginning does not count."""
        return self.tales.get((model.sheet, name), Tale(model, UUID(name), shown=False))

    def of(self, model: type[Row]) -> list[Tale]:
        return [tale for tale in self.tales.values() if tale.model is model and tale.shown]


type Teller = Callable[[Memory, Envelope], None]
TELLERS: dict[str, Teller] = {}


def tells(*facts: type[Fact]) -> Callable[[Teller], Teller]:
    """Who takes up what these facts say."""

    def register(teller: Teller) -> Teller:
        TELLERS.update(dict.fromkeys((fact.type for fact in facts), teller))
        return teller

    return register


def recall(history: Iterable[dict[str, Any]]) -> Memory:
    """Everything that counts, corrected as it was corrected."""
    memory = Memory()
    for envelope in effective([Envelope.model_validate(one) for one in history]):
        if envelope and (teller := TELLERS.get(envelope.type)):
            teller(memory, envelope)
    return memory


def day_of(envelope: Envelope) -> str:
    """When it happened, as precisely as was told."""
    return envelope.precision or envelope.time.astimezone(HERE).date().isoformat()


@tells(*(shape.fact for shape in OF_FACT.values()))
def recorded(memory: Memory, envelope: Envelope) -> None:
    """What a row said comes back at the columns it stood in."""
    shape, data = OF_FACT[envelope.type], envelope.data
    tale = memory.tale(shape.model, str(envelope.subject))
    tale.shown = bool(data.get("line")) or envelope.channel != "import"
    for key in shape.fields:
        column, value = columns_of(shape.model)[key], data.get(shape.field_of(key))
        if value is None:
            continue
        if column.kind is Kind.REFERENCE:
            tale.values[key] = Ref(column.to, value)
        elif key == "department" and shape.field_of(key) == "department":
            tale.values[key] = Named("department", value)
        else:
            tale.values[key] = of_fact(column, value)
    for column_key, name in shape.staff.items():
        if data.get(name):
            tale.values[column_key] = Named("staff", data[name])
    own = {name: data[name] for name in fields_of_words(shape.fact) if data.get(name)}
    tale.learn(shape, own | data.get("personal", {}))
    _complete(memory, tale, shape, envelope)


def _complete(memory: Memory, tale: Tale, shape: Shape, envelope: Envelope) -> None:
    data = envelope.data
    match shape.model.sheet:
        case "contacts":
            tale.values[data["about"]] = Ref(f"{data['about']}s", data["subject"])
        case "contributions":
            tale.values.setdefault("decision", "pending")
        case "projects":
            memory.titles[str(envelope.subject)] = data["title"]
        case "departments" if shape is STAFF:
            tale.shown = tale.shown and "department" in tale.values
        case "departments":
            memory.departments[str(envelope.subject)] = data["name"]


def worded(envelope: Envelope, column: str, field: str = "reason") -> dict[str, Word]:
    """The free words of this field, if there are any, at a column."""
    reason = envelope.data.get(field)
    return {column: Word(reason["ref"])} if reason else {}

"""One line of a register on its way: what it states, checked before it is sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from pydantic import ValidationError

from contracts.envelope import PersonalRef
from services.chassis.moments import HERE, first_instant
from services.cli.exchange import remarks
from services.cli.exchange.remarks import Remark
from services.cli.exchange.shapes import Shape, fields_of_words
from services.cli.register.columns import Kind, Place, Row, columns_of

LONGEST_WORDS = 20_000
_REF = PersonalRef(ref=UUID(int=0), commitment="0" * 64)


class Key(NamedTuple):
    """A key of the office; the vault has an id for it."""

    kind: str
    key: str


class Ids(Protocol):
    def __getitem__(self, key: Key, /) -> UUID: ...


class Line(NamedTuple):
    """One line on its way; `row`: what it says, where it is not implied by another line;
    `rests_on`: the ids it refers to."""

    service: str
    place: Place
    row: Row | None
    said: dict[str, Any]
    rests_on: frozenset[UUID]

    @property
    def id(self) -> UUID:
        return UUID(self.said["id"])


def stated_line(
    shape: Shape, place: Place, id: str, data: dict[str, Any], words: dict[str, str],
    row: Row | None = None,
) -> Line | Remark:  # fmt: skip
    """The line that states this, or why it cannot be sent."""
    for name, said in words.items():
        if len(said) > LONGEST_WORDS:
            return remarks.too_long(place, shape.header_of(name), LONGEST_WORDS)
    own = {name: _REF for name in words if name in fields_of_words(shape.fact)}
    try:
        shape.fact.model_validate(data | own)
    except ValidationError as error:
        first = error.errors()[0]
        column = shape.header_of(str(first["loc"][0]))
        return remarks.not_taken(place, column, remarks.in_french(first))
    stated = {
        "id": id,
        "fact": shape.fact.type,
        "happened": _happened(shape, row),
        "about": data.get("partner") or data.get("staff") or id,
        "data": data,
        "words": words,
    }
    return Line(shape.service, place, row, stated, frozenset(_needed(id, data)))


def _needed(id: str, data: dict[str, Any]) -> Iterator[UUID]:
    for name in ("partner", "project", "request", "involvement", "subject", "department"):
        if name in data and data[name] != id:
            yield UUID(data[name])
    yield from map(UUID, data.get("partners", ()))


def _happened(shape: Shape, row: Row | None) -> str:
    """By the row's own date; what is yet to come, or has no date, is told today."""
    today = datetime.now(HERE).date().isoformat()
    columns = columns_of(shape.model) if row else {}
    dated = [shape.when, *(key for key, it in columns.items() if it.kind is Kind.DATE)]
    told = (getattr(row, key, None) for key in dated)
    when = next((it for it in told if isinstance(it, str) and it), today)
    return when if first_instant(when) <= datetime.now(UTC) else today

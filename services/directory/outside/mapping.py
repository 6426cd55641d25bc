"""What a webhook says, found where the source's mapping says it stands. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from msgspec.structs import replace
from pydantic import ValidationError

from contracts.directory import StaffColumn
from contracts.snapshots import StaffLine
from services.chassis.domain import Refusal
from services.directory.snapshots.statements import stated
from services.directory.sources import Source
from services.directory.statement import Statement

NAMES = (StaffColumn.NAME, StaffColumn.GIVEN_NAME, StaffColumn.FAMILY_NAME)
AT_WORK = {"active": True, "actif": True, "active employee": True, "employed": True}
NOT_AT_WORK = {"inactive": False, "inactif": False, "left": False, "parti": False,
               "terminated": False, "deleted": False}  # fmt: skip
NOWHERE = object()


class Thin(Exception):
    """It says that somebody changed, and not how: there is nothing to state."""


class Unclear(Refusal):
    """This cannot be understood: see its cause, put the mapping of its source right, try again."""

    french = "Ceci reste incompris : voyez la cause, corrigez la mise en correspondance, réessayez."

    def __init__(self, cause: str = "") -> None:
        super().__init__()
        self.cause = cause


def understood(source: Source, body: bytes) -> Statement:
    """Raises Thin or Unclear, whose cause is a code and repeats nothing."""
    columns = source.columns or {one: one.value for one in (StaffColumn.KEY, *NAMES)}
    said = {column: _at(path, _read(body)) for column, path in columns.items()}
    if said.get(StaffColumn.KEY, NOWHERE) in (NOWHERE, None, ""):
        raise Unclear("no_key")
    missing = sorted(column for column, value in said.items() if value is NOWHERE)
    if len(missing) == len(said) - 1:
        raise Thin
    # Half of a statement could bring back who has left: all that is expected has to be there.
    if missing and source.columns:
        raise Unclear(f"missing:{missing[0]}")
    return _as_mapped(stated(source.name, [_line(said)]), columns)


def _read(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Unclear("not_json") from error


def _at(path: str, said: Any) -> Any:
    """The value at `data.employee.id`; NOWHERE where the path leads to nothing."""
    for step in path.split("."):
        if not isinstance(said, Mapping) or step not in said:
            return NOWHERE
        said = said[step]
    return said


def _line(said: Mapping[StaffColumn, Any]) -> StaffLine:
    told = {column.value: _plain(column, value) for column, value in said.items()}
    try:
        return StaffLine.model_validate(
            {name: value for name, value in told.items() if value not in (NOWHERE, None, "")}
        )
    except ValidationError as error:
        column = error.errors(include_input=False, include_context=False)[0]["loc"][0]
        raise Unclear(f"unreadable:{column}") from None


def _plain(column: StaffColumn, value: Any) -> Any:
    if column is StaffColumn.ACTIVE and isinstance(value, str):
        word = value.strip().casefold()
        return (AT_WORK | NOT_AT_WORK).get(word, value)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if number else value


def _as_mapped(statement: Statement, columns: Mapping[StaffColumn, str]) -> Statement:
    """What the source is not expected to say, it does not deny."""
    fields = dict(statement.fields)
    if not columns.keys() & set(NAMES):
        del fields["name"]
    placed = StaffColumn.UNIT in columns
    return replace(statement, fields=fields, assignments=statement.assignments if placed else None)

"""Envelopes given out, for whoever reads them elsewhere: lines, a table, a workbook, FHIR.

Everything streams: no more than a page of envelopes is in memory, whatever the form.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import orjson

from contracts.audit_event import audit_events
from services.chassis.cells import harmless
from services.chassis.domain import Refusal

COLUMNS = ("position", "id", "type", "time", "precision", "recordedtime", "source", "subject",
           "version", "actor", "onbehalfof", "role", "channel", "reason", "correlationid",
           "causationid", "persons", "data")  # fmt: skip
MOST_ROWS = 1_048_575  # of a sheet, below its headers
CHUNK = 64 * 1024

type Pages = AsyncIterator[Sequence[bytes]]


class Form(StrEnum):
    """How they are given."""

    NDJSON = "ndjson"  # as they were written, byte for byte
    CSV = "csv"
    XLSX = "xlsx"
    FHIR = "fhir"  # a Bundle of AuditEvent, R4

    @property
    def media(self) -> str:
        return MEDIA[self]

    @property
    def suffix(self) -> str:
        return "fhir.json" if self is Form.FHIR else self.value


MEDIA = {
    Form.NDJSON: "application/x-ndjson",
    Form.CSV: "text/csv; charset=utf-8",
    Form.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Form.FHIR: "application/fhir+json",
}


class TooManyForAWorkbook(Refusal):
    """There are more facts than a sheet has rows. Ask for CSV, or for a shorter period."""

    french = (
        "Il y a plus de faits qu’une feuille n’a de lignes. Demandez le CSV, ou moins de jours."
    )


async def given(pages: Pages, form: Form) -> AsyncIterator[bytes]:
    """The bytes of a file. Raises TooManyForAWorkbook, before the first."""
    match form:
        case Form.NDJSON:
            async for page in pages:
                yield b"".join(body + b"\n" for body in page)
        case Form.CSV:
            yield _csv([COLUMNS])
            async for page in pages:
                yield _csv(map(_cells, map(orjson.loads, page)))
        case Form.FHIR:
            async for part in _fhir(pages):
                yield part
        case Form.XLSX:
            async for part in _workbook(pages):
                yield part


async def _fhir(pages: Pages) -> AsyncIterator[bytes]:
    yield b'{"resourceType":"Bundle","type":"collection","entry":['
    between = b""
    async for page in pages:
        events = (one for body in page for one in audit_events(orjson.loads(body)))
        if told := b",".join(orjson.dumps({"resource": one}) for one in events):
            yield between + told
            between = b","
    yield b"]}"


async def _workbook(pages: Pages) -> AsyncIterator[bytes]:
    """Row after row goes to the disk; what is sent is read from there."""
    import xlsxwriter  # type: ignore[import-untyped]  # here: a start does without

    with TemporaryDirectory() as folder:
        path = Path(folder) / "facts.xlsx"
        book = xlsxwriter.Workbook(path, {"constant_memory": True, "tmpdir": folder})
        try:
            await _fill(book.add_worksheet(), pages)
        except BaseException:
            with suppress(Exception):
                book.close()
            raise
        await asyncio.to_thread(book.close)
        with path.open("rb") as file:
            while part := file.read(CHUNK):
                yield part


async def _fill(sheet: Any, pages: Pages) -> None:
    row = 0
    _write(sheet, row, COLUMNS)
    async for page in pages:
        for body in page:
            row += 1
            if row > MOST_ROWS:
                raise TooManyForAWorkbook
            _write(sheet, row, _cells(orjson.loads(body)))
        await asyncio.sleep(0)


def _write(sheet: Any, row: int, cells: Iterable[object]) -> None:
    for column, cell in enumerate(cells):
        if cell is not None:
            sheet.write_string(row, column, str(cell))  # never a formula


def _cells(said: Mapping[str, Any]) -> list[object]:
    return [*(said.get(name) for name in COLUMNS[:-1]), orjson.dumps(said["data"]).decode()]


def _csv(rows: Iterable[Iterable[object]]) -> bytes:
    """Every cell quoted, and none that a spreadsheet would take for a formula."""
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows(map(harmless, row) for row in rows)
    return written.getvalue().encode()

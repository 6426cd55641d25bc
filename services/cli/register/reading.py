"""Files become tables of cells: workbooks and CSV, as offices really save them."""

from __future__ import annotations

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from services.chassis.cells import as_typed
from services.cli.register.amounts import Cell
from services.cli.register.columns import Place
from services.cli.register.sheets import is_header
from services.cli.register.troubles import Severity, Trouble, Unreadable
from services.cli.register.words import CONTROLS

LARGEST_FILE = 500_000_000
LARGEST_UNPACKED = 1_000_000_000
MOST_CELLS = 30_000_000
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ANY_ROW = re.compile(rb"""r=["'][A-Z]*(\d+)["']""")
_FAR_ROW = re.compile(rb"""r=["'][A-Z]*(\d{6,})["']""")
_FAR_COLUMN = re.compile(rb"""r=["']([A-Z]{2,3})\d""")


class Table(NamedTuple):
    """The rows of one sheet that are not blank, each with its line, counted from 1."""

    file: str
    sheet: str
    rows: list[tuple[int, Sequence[Cell]]]


class Style(NamedTuple):
    """How a CSV file is written, so that a copy can be written alike."""

    encoding: str
    delimiter: str


def read_files(paths: Sequence[Path]) -> tuple[list[Table], list[Trouble]]:
    """Read every table of every file; a file that cannot be read is a trouble, not an end."""
    tables: list[Table] = []
    troubles: list[Trouble] = []
    for path in paths:
        try:
            for table, remark in tables_of(path):
                tables.append(table)
                if remark:
                    place = Place(path.name, table.sheet, 0)
                    troubles.append(Trouble(place=place, kind=remark, severity=Severity.WARNING))
        except Unreadable as refusal:
            place = Place(path.name, "", 0)
            troubles.append(Trouble(place=place, kind=refusal.kind, details=refusal.details))
    return tables, troubles


def tables_of(path: Path) -> Iterator[tuple[Table, str]]:
    """Read the tables of one file, each with a remark or none. Raises Unreadable."""
    content = _content(path)
    if content.startswith(b"PK"):
        _check_package(content)
        yield from _workbook(path, content)
    elif content.startswith(_OLD_OFFICE):
        if _ENCRYPTED in content:
            raise Unreadable("file_protected")
        yield from _workbook(path, content)
    else:
        text, style, remark = csv_text(content)
        try:
            yield Table(path.name, path.stem, list(_csv_rows(text, style.delimiter))), remark
        except csv.Error as e:
            raise Unreadable("file_broken") from e


def csv_text(content: bytes) -> tuple[str, Style, str]:
    """The text of a CSV file, how it was written, and a remark or none. Raises Unreadable."""
    text, encoding, remark = _decoded(content)
    head = text[:4_000]
    if head.lstrip()[:1] == "<" or len(CONTROLS.findall(head)) > len(head) // 20:
        raise Unreadable("file_not_table")
    return text, Style(encoding, _delimiter(text)), remark


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise Unreadable("file_too_large", value=f"{path.stat().st_size // 1_000_000} Mo")
        content = path.read_bytes()
    except (OSError, ValueError) as e:
        raise e if isinstance(e, Unreadable) else Unreadable("file_missing") from None
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf"):
        raise Unreadable("file_empty")
    return content


def _check_package(content: bytes) -> None:
    """Unpack once by the stream, so that a bomb or one far cell never fills the memory."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            names = package.namelist()
            if "xl/workbook.xml" not in names:
                raise Unreadable("file_not_table")
            if sum(part.file_size for part in package.infolist()) > LARGEST_UNPACKED:
                raise Unreadable("file_too_large", value="zip")
            for name in names:
                if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                    _check_extent(package, name)
    except Unreadable:
        raise
    except Exception as e:  # zlib.error has no base of its own
        raise Unreadable("file_broken") from e


def _check_extent(package: zipfile.ZipFile, name: str) -> None:
    """The reader fills a whole rectangle: one cell astray at XFD1048576 would be 17 milliards."""
    rows, columns = _extent(package, name, _FAR_ROW, 100_000)
    if rows * columns > MOST_CELLS:
        rows, columns = _extent(package, name, _ANY_ROW, 1)
    if rows * columns > MOST_CELLS:
        raise Unreadable("file_too_large", value=f"{rows} x {columns}")


def _extent(
    package: zipfile.ZipFile, name: str, row: re.Pattern[bytes], least: int
) -> tuple[int, int]:
    rows, columns, rest = least, 26, b""
    with package.open(name) as part:
        while chunk := part.read(1 << 20):
            seen = rest + chunk
            rows = max([rows, *(int(digits[:9]) for digits in row.findall(seen))])
            letters = set(_FAR_COLUMN.findall(seen))
            columns = max([columns, *(_column(each) for each in letters)])
            rest = seen[-64:]
    return rows, columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _workbook(path: Path, content: bytes) -> Iterator[tuple[Table, str]]:
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as workbook:
            for tab in workbook.sheets_metadata:
                if tab.typ == SheetTypeEnum.WorkSheet:
                    sheet = workbook.get_sheet_by_name(tab.name)
                    yield Table(path.name, tab.name, _sheet_rows(sheet)), ""
    except PasswordError:
        raise Unreadable("file_protected") from None
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as e:  # a panic of the reader is no Exception
        raise Unreadable("file_broken") from e


def _sheet_rows(sheet: CalamineSheet) -> list[tuple[int, Sequence[Cell]]]:
    # The reader leaves out the blank columns on the left, but not the blank rows above.
    blank: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    rows: list[list[Cell]] = [[*blank, *cells] for cells in sheet.iter_rows()]
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        # A code merged over several rows is the code of each of them.
        for row in rows[top + 1 : bottom + 1]:
            if left < len(row) and row[left] == "":
                row[left] = rows[top][left]
    return [(line, row) for line, row in enumerate(rows, 1) if row.count("") < len(row)]


def _csv_rows(text: str, delimiter: str) -> Iterator[tuple[int, Sequence[Cell]]]:
    csv.field_size_limit(LARGEST_FILE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    for cells in reader:
        if any(cell.strip() for cell in cells) and not (line == 1 and cells[0].startswith("sep=")):
            # Our own CSV guards what a spreadsheet would take for a formula.
            yield line, [as_typed(cell) for cell in cells]
        line = reader.line_num + 1


def _decoded(content: bytes) -> tuple[str, str, str]:
    if content.startswith(codecs.BOM_UTF8):
        return content.decode("utf-8-sig", "replace"), "utf-8-sig", ""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace"), "utf-16", ""
    for encoding in ("utf-8", "cp1252"):
        try:
            return content.decode(encoding), encoding, ""
        except UnicodeDecodeError:
            continue
    return content.decode("cp1252", "replace"), "cp1252", "file_odd_letters"


def _delimiter(text: str) -> str:
    """The one that gives the most headers we know; else the most cells."""
    beginning = text[:20_000]

    def fits(delimiter: str) -> tuple[int, int]:
        rows = [cells for _, cells in zip(range(30), _rows_of(beginning, delimiter), strict=False)]
        known = [sum(is_header(str(cell)) for cell in cells) for cells in rows]
        return max(known, default=0), max(map(len, rows), default=0)

    return max((";", ",", "\t"), key=fits)


def _rows_of(text: str, delimiter: str) -> Iterator[Sequence[Cell]]:
    return (cells for _, cells in _csv_rows(text, delimiter))

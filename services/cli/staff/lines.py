"""The lines of a file of staff, wherever it is kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contracts import staff_file
from contracts.directory import StaffColumn
from contracts.staff_file import Read
from services.cli.staff.files import Examined, StaffFile


def read(file: StaffFile, examined: Examined, columns: Mapping[StaffColumn, str]) -> Iterator[Read]:
    """Every line that is not empty, one at a time. Raises FileUnfit."""
    with file.text(examined.encoding) as text:
        yield from staff_file.read(text, examined.separator, columns)


def counted(file: StaffFile, examined: Examined) -> int:
    """How many lines follow the headings. Raises FileUnfit."""
    with file.text(examined.encoding) as text:
        return staff_file.counted(text, examined.separator)

"""Durations in minutes, money in cents, whole numbers: as typed, or as a workbook keeps them."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from services.cli.register.columns import Column
from services.cli.register.troubles import Unreadable
from services.cli.register.words import shown

type Cell = str | int | float | bool | date | datetime | time | timedelta

_MOST_MINUTES = 60 * 24 * 366
_MOST_CENTS = 100_000_00
_DECIMAL_HOURS = re.compile(r"(\d{1,5}(?:[.,]\d{1,10})?) ?(?:h|hrs?|heures?|hours?)?\.?")
_HOURS_MINUTES = re.compile(
    r"(\d{1,5}) ?(?:h|:|hrs?|heures?|hours?) ?(\d{1,2}) ?(?:m|min\.?|minutes?)?(?::00)?"
)
_MINUTES = re.compile(r"(\d{1,6}) ?(?:m|min\.?|minutes?)")
_MONEY = re.compile(r"\$? ?(\d[\d .,]*?) ?(?:\$|cad|\$ ?ca|dollars?)?")
_WHOLE = re.compile(r"\d{1,3}(?: \d{3})*|\d{1,9}")
# What a workbook shows as 26:30 is a moment counted from this day.
_WORKBOOK_MIDNIGHT = datetime(1899, 12, 31)


def minutes(_column: Column, cell: Cell) -> int:
    """2,5 or 2.5 or 2 h 30 or 2:30 or 150 min or a workbook's time: 150."""
    match cell:
        case bool():
            found = None
        case str():
            found = _typed_minutes(" ".join(cell.lower().split()))
        case int() | float():
            found = _whole(cell * 60)
        case timedelta():
            found = _whole(cell.total_seconds() / 60)
        case datetime():
            found = _whole((cell - _WORKBOOK_MIDNIGHT).total_seconds() / 60)
        case date():
            found = (cell - _WORKBOOK_MIDNIGHT.date()).days * 24 * 60
        case time():
            found = _whole(cell.hour * 60 + cell.minute + cell.second / 60)
    if found is None or not 0 <= found <= _MOST_MINUTES:
        raise Unreadable("not_hours", value=shown(cell))
    return found


def cents(_column: Column, cell: Cell) -> int:
    """1 234,50 $ or 1,234.50 or a number: 123450."""
    found: int | None = None
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        found = _whole(cell * 100)
    elif isinstance(cell, str) and (typed := _MONEY.fullmatch(" ".join(cell.lower().split()))):
        found = _typed_cents(typed[1].replace(" ", ""))
    if found is None or not 0 <= found <= _MOST_CENTS:
        raise Unreadable("not_money", value=shown(cell))
    return found


def whole(column: Column, cell: Cell) -> int:
    found: int | None = None
    if isinstance(cell, str) and _WHOLE.fullmatch(" ".join(cell.split())):
        found = int("".join(cell.split()))
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        found = _whole(cell) if _whole(cell) == cell else None
    if found is None or not column.least <= found <= column.most:
        raise Unreadable("not_number", value=shown(cell))
    return found


def spoken_minutes(amount: int) -> str:
    """Minutes as a register in text writes them."""
    hours, rest = divmod(amount, 60)
    return f"{hours} h {rest:02d}" if rest else str(hours)


def spoken_cents(amount: int) -> str:
    return f"{amount // 100},{amount % 100:02d}"


def _typed_minutes(typed: str) -> int | None:
    if found := _DECIMAL_HOURS.fullmatch(typed):
        return round(float(found[1].replace(",", ".")) * 60)
    if found := _HOURS_MINUTES.fullmatch(typed):
        return int(found[1]) * 60 + int(found[2]) if int(found[2]) < 60 else None
    if found := _MINUTES.fullmatch(typed):
        return int(found[1])
    return None


def _typed_cents(typed: str) -> int | None:
    """The last separator parts the cents, unless three digits follow it: those are thousands."""
    left, mark, right = typed, "", ""
    if place := max(typed.rfind(","), typed.rfind(".")) + 1:
        left, mark, right = typed[: place - 1], typed[place - 1], typed[place:]
    if mark and len(right) == 3:
        left, right = left + right, ""
    units = left.replace(",", "").replace(".", "")
    if not units.isdecimal() or len(right) > 2:
        return None
    return int(units) * 100 + int(right.ljust(2, "0"))


def _whole(value: float) -> int | None:
    """A number as a whole; None for what is no number, or endless."""
    return round(value) if value == value and abs(value) < 1e12 else None

"""A cell becomes a value of its column's kind, or a trouble that says why not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import process

from services.cli.register import amounts, dates, reach
from services.cli.register.amounts import Cell
from services.cli.register.columns import UNKNOWN, Choices, Column, Kind, Phone
from services.cli.register.troubles import Unreadable
from services.cli.register.words import CONTROLS, folded, shown, stemmed

_PARTS = re.compile(r"[;\n]")
_LANGUAGES = re.compile(r"[;\n,/]| et | and ")
_ODD = re.compile("[\r\t\xa0\u202f]")
_LINE_ENDS = re.compile("\r\n?")
_SPACES = str.maketrans("\t\xa0\u202f", "   ")
_DASHES = re.compile(r"\s*[\u2010-\u2015\u2212-]\s*")
_SAID_UNKNOWN = {"inconnu", "inconnue", "inconnus", "inconnues", "unknown"}
_YES = {"oui", "o", "yes", "y", "vrai", "true", "x", "1"}
_NO = {"non", "n", "no", "faux", "false", "0"}
_CACHED = 20_000


class Read(NamedTuple):
    """A value, None for a blank cell, and what to remark about it, if anything."""

    value: object
    remark: str = ""


def reader(column: Column) -> Callable[[Cell], Read]:
    """Give what reads the cells of one column. It raises Unreadable."""
    seen: dict[str, Read] = {}

    def read(cell: Cell) -> Read:
        if not isinstance(cell, str):
            return _read(column, cell)
        known = seen.get(cell)
        if known is None:
            known = _read(column, cell)
            if len(cell) <= 64 and len(seen) < _CACHED:
                seen[cell] = known
        return known

    return read


def text_of(cell: Cell) -> str:
    """A cell as text: 14.0 is 14, line ends are one character, odd spaces are spaces."""
    match cell:
        case str():
            return _LINE_ENDS.sub("\n", cell).translate(_SPACES) if _ODD.search(cell) else cell
        case bool():
            return "oui" if cell else "non"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case datetime() if (cell.hour, cell.minute, cell.second) == (0, 0, 0):
            return cell.date().isoformat()
    return str(cell)


def cleaned(cell: Cell) -> tuple[str, bool]:
    """The text of a cell without control characters, and whether there were any."""
    text = text_of(cell)
    clean = CONTROLS.sub("", text)
    dirty = clean != text
    return (clean if clean.isascii() else unicodedata.normalize("NFC", clean)).strip(), dirty


def says_unknown(text: str) -> bool:
    return text == "?" or (len(text) < 12 and folded(text) in _SAID_UNKNOWN)


def _read(column: Column, cell: Cell) -> Read:
    text, dirty = cleaned(cell)
    if not text:
        return Read(None)
    if len(text) > column.longest:
        raise Unreadable("too_long", length=str(len(text)), longest=str(column.longest))
    usable = text if isinstance(cell, str) else cell
    value = _answered(column, usable, text)
    if isinstance(value, Phone) and not value.number:
        return Read(value, "not_phone")
    return Read(value, "controls" if dirty else "")


def _answered(column: Column, cell: Cell, text: str) -> object:
    listed = column.choices is not None and _code_of(column.choices, text)
    if not listed and says_unknown(text):
        if column.takes_unknown:
            return UNKNOWN
        raise Unreadable("not_unknown")
    if not column.several:
        return _KINDS[column.kind](column, cell)
    parts = (_LANGUAGES if column.kind is Kind.LANGUAGE else _PARTS).split(text)
    each = [value for part in parts if part.strip() for value in _several(column, part.strip())]
    return tuple(dict.fromkeys(each)) or None


def _several(column: Column, part: str) -> list[object]:
    """A comma parts values too, but only where each is one of the list."""
    if column.choices and not _code_of(column.choices, part):
        codes: list[object] = [_code_of(column.choices, each) for each in part.split(",")]
        if all(codes):
            return codes
    return [_KINDS[column.kind](column, part)]


def _date(_column: Column, cell: Cell) -> str:
    try:
        if isinstance(cell, bool):
            raise dates.NotADate(cell)
        if isinstance(cell, date | int | float):
            return dates.of_cell(cell)
        return dates.edtf(text_of(cell)) if len(text_of(cell)) < 60 else dates.edtf("")
    except dates.NoSuchDate:
        raise Unreadable("no_such_date", value=shown(cell)) from None
    except dates.OutOfRange:
        raise Unreadable("out_of_range", value=shown(cell)) from None
    except (ValueError, OverflowError):
        raise Unreadable("not_a_date", value=shown(cell)) from None


def _code(_column: Column, cell: Cell) -> str:
    """P - 014, p-014 and P–014 are one code."""
    plain = unicodedata.normalize("NFKC", text_of(cell))
    return " ".join(_DASHES.sub("-", plain).upper().split())


def _choice(column: Column, cell: Cell) -> str:
    choices, text = column.choices, text_of(cell).strip()
    assert choices is not None
    if (code := _code_of(choices, text)) is not None:
        return code
    if choices.open:
        return text
    raise _not_allowed(choices, text)


def _yes_no(_column: Column, cell: Cell) -> bool:
    word = folded(text_of(cell))
    if word in _YES or word in _NO:
        return word in _YES
    raise Unreadable("not_yes_no", value=shown(cell))


def _not_allowed(choices: Choices, text: str) -> Unreadable:
    names = [value.french for value in choices.values]
    near = process.extractOne(folded(text[:100]), [folded(name) for name in names], score_cutoff=70)
    guess = names[near[2]] if near else ""
    return Unreadable(
        "not_allowed",
        value=shown(text),
        guess=(f" ; « {guess} » ?", f"; “{choices.values[near[2]].english}”?") if near else "",
        allowed=(", ".join(names), ", ".join(value.english for value in choices.values)),
    )


@lru_cache(maxsize=100)
def _spellings(choices: Choices) -> tuple[dict[str, str], dict[str, str]]:
    exact, loose = {}, {}
    for value in reversed(choices.values):
        for name in (*value.also, value.english, value.french, value.code.replace("_", " ")):
            exact[folded(name)] = loose[stemmed(name)] = value.code
    return exact, loose


def _code_of(choices: Choices, text: str) -> str | None:
    if len(text) > 100:
        return None
    exact, loose = _spellings(choices)
    return exact.get(folded(text)) or loose.get(stemmed(text))


_KINDS: dict[Kind, Callable[[Column, Cell], object]] = {
    Kind.CODE: _code,
    Kind.REFERENCE: _code,
    Kind.TEXT: lambda _, cell: text_of(cell),
    Kind.CHOICE: _choice,
    Kind.DATE: _date,
    Kind.HOURS: amounts.minutes,
    Kind.MONEY: amounts.cents,
    Kind.NUMBER: amounts.whole,
    Kind.EMAIL: lambda _, cell: reach.email(text_of(cell)),
    Kind.PHONE: lambda _, cell: reach.phone(text_of(cell)) or Phone(text_of(cell), ""),
    Kind.POSTAL_CODE: lambda _, cell: reach.postal_code(text_of(cell)),
    Kind.LANGUAGE: lambda _, cell: reach.language(text_of(cell)),
    Kind.YES_NO: _yes_no,
}

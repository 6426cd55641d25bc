"""Any register that could be: rows of every sheet, whole, that an import would take."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from services.cli.register.columns import UNKNOWN, Column, Kind, Phone, Row, columns_of
from services.cli.register.sheets import CODED, DEPENDENCY_ORDER
from services.cli.register.values import cleaned, reader, says_unknown

TODAY = date(2026, 4, 1)
_CODES = st.from_regex(r"[A-Z0-9]{1,4}(-[0-9]{1,3})?", fullmatch=True)
_OWN = st.dictionaries(
    st.sampled_from(("Couleur préférée", "Zone 3", "= 1 + 1", "Classeur (vieux)")),
    st.text(min_size=1).map(lambda text: cleaned(text)[0]).filter(bool),
    max_size=2,
)


def days() -> st.SearchStrategy[str]:
    return st.dates(date(1900, 1, 1), TODAY).map(date.isoformat)


def partial_dates() -> st.SearchStrategy[str]:
    years = st.integers(1901, 2024)
    return st.one_of(
        days(),
        years.map(str),
        st.builds(lambda year, month: f"{year}-{month:02d}", years, st.integers(1, 12)),
        st.builds(lambda year, season: f"{year}-{season}", years, st.integers(21, 24)),
        st.builds(lambda year, more: f"{year}/{year + more}", years, st.integers(1, 50)),
    )


@st.composite
def registers(draw: st.DrawFn) -> dict[type[Row], list[Row]]:
    """Rows of all sheets, whose references lead somewhere."""
    codes: dict[str, list[str]] = {}
    register: dict[type[Row], list[Row]] = {}
    for model in DEPENDENCY_ORDER:
        size = st.lists(_CODES, min_size=1 if model in CODED else 0, max_size=3, unique=True)
        register[model] = [_row(draw, model, codes, code) for code in draw(size)]
        if model in CODED:
            codes[model.sheet] = [str(getattr(row, "code", "")) for row in register[model]]
        if model.sheet == "partners":
            families = (getattr(row, "family", None) for row in register[model])
            codes["families"] = [name for name in families if isinstance(name, str)]
    return register


def _row(draw: st.DrawFn, model: type[Row], codes: dict[str, list[str]], code: str) -> Row:
    values: dict[str, Any] = {}
    for key, column in columns_of(model).items():
        if key == "code":
            values[key] = code
        elif column.kind is Kind.REFERENCE and not codes[column.to]:
            continue
        elif column.after or key == "known_minutes":
            continue  # what follows is compared with what came before
        elif column.required or _needed(model, key) or draw(st.booleans()):
            values[key] = draw(_value(key, column, codes))
    if model.sheet == "involvements":
        values["state"] = "ended"  # so that those who have died may have had one
    return model(**values, own=draw(_OWN))


def _needed(model: type[Row], key: str) -> bool:
    return key == "given" or any(group[0] == key for group in model.one_of)


def _value(key: str, column: Column, codes: dict[str, list[str]]) -> st.SearchStrategy[Any]:
    one = _one(column, codes)
    if key == "born":
        return st.dates(TODAY - timedelta(days=5000), TODAY).map(date.isoformat)
    if column.several:
        many = st.lists(one, min_size=1, max_size=3, unique=True).map(tuple)
        return many | st.just(UNKNOWN) if column.takes_unknown else many
    sure = column.required or column.kind in (Kind.CODE, Kind.REFERENCE) or key == "given"
    return one if sure else one | st.just(UNKNOWN)


def _one(column: Column, codes: dict[str, list[str]]) -> st.SearchStrategy[Any]:
    match column.kind:
        case Kind.CODE:
            return _CODES
        case Kind.REFERENCE:
            return st.sampled_from(codes[column.to])
        case Kind.CHOICE if column.choices:
            known = st.sampled_from([value.code for value in column.choices.values])
            return known | _texts(column) if column.choices.open else known
        case Kind.DATE:
            return partial_dates()
        case Kind.HOURS:
            return st.integers(0, 400)
        case Kind.MONEY:
            return st.integers(0, 100_000_00)
        case Kind.NUMBER:
            return st.integers(column.least, column.most)
        case Kind.EMAIL:
            return st.from_regex(
                r"[a-z0-9.+=-]{1,8}@[a-z]{1,8}\.(ca|example)", fullmatch=True
            ).filter(lambda text: ".." not in text)
        case Kind.PHONE:
            return st.from_regex(
                r"[2-9][0-9]{2}[ -]?[2-9][0-9]{2}-?[0-9]{4}( poste [0-9]{1,4})?", fullmatch=True
            ).map(_phone)
        case Kind.POSTAL_CODE:
            return st.from_regex(r"[A-Z][0-9][A-Z]( [0-9][A-Z][0-9])?", fullmatch=True)
        case Kind.LANGUAGE:
            return st.sampled_from(("fr", "en", "es", "ar", "ht", "fcs", "zh", "iu"))
        case Kind.YES_NO:
            return st.booleans()
    return _texts(column)


def _phone(text: str) -> Phone:
    line, _, extension = text.partition(" poste ")
    digits = "".join(letter for letter in line if letter in "0123456789")
    return Phone(text, f"+1{digits}", extension)


def _texts(column: Column) -> st.SearchStrategy[str]:
    """Anything that can be typed, save what means something else in this column."""

    def stays(text: str) -> bool:
        return bool(text) and not says_unknown(text) and read(text).value in (text, (text,))

    read = reader(column)
    return st.text(max_size=60).map(lambda text: cleaned(text)[0]).filter(stays)

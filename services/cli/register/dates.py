"""Dates as an office knows them: a day, a month, a season, a year or a span of years.

They are kept as EDTF text (ISO 8601-2:2019), in the part of it that `contracts.envelope`
calls a PartialDate: 2021-03-05, 2021-03, 2021-23 (autumn), 2021, 2019/2020.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache

from services.cli.register.words import folded

OLDEST = 1900
NEWEST = 2100
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev february feb",
            "mars mar march",
            "avril avr april apr",
            "mai may",
            "juin june jun",
            "juillet juil july jul",
            "aout aou august aug",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}
SEASONS = {"printemps": 21, "spring": 21, "ete": 22, "summer": 22, "automne": 23, "autumn": 23}
SEASONS |= {"fall": 23, "hiver": 24, "winter": 24}
SEASON_NAMES = {
    "fr": {21: "printemps", 22: "été", 23: "automne", 24: "hiver"},
    "en": {21: "spring", 22: "summer", 23: "autumn", 24: "winter"},
}
# Wide on purpose, so that no bound contradicts somebody who counts seasons otherwise. The
# winter of a year is the one in which that year begins, as schools and fiscal years count.
_SEASON_BOUNDS = {21: ((3, 1), (6, 30)), 22: ((6, 1), (9, 30)), 23: ((9, 1), (12, 31))}
_SEASON_BOUNDS |= {24: ((1, 1), (3, 31))}

_SPAN = re.compile(r"(?:de )?(\d{4})\s*(?:[-–—/]|a|à|au|to|et)\s*(\d{4})")
_SHORT_SPAN = re.compile(r"(\d{4})\s*[-–—/]\s*(\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/. ](\d{1,2})(?:[-/. ](\d{1,2}))?(?:[t ]\d\d:\d\d.*)?")
_YEAR_LAST = re.compile(r"(?:(\d{1,2})[-/. ])?(\d{1,2})[-/. ](\d{4})")
_DAY_MONTH = re.compile(
    r"(?:[a-z]+day |[a-z]+di |dimanche |le )*(\d{1,2})(?:er|st|nd|rd|th)? (?:de )?([a-z]+) (\d{4})"
)
_MONTH_DAY = re.compile(r"([a-z]+) (\d{1,2})(?:st|nd|rd|th)? (\d{4})")
_NAMED = re.compile(r"([a-z]+) (?:de |of )?(\d{4})|(\d{4}) ([a-z]+)")


class NotADate(ValueError):
    """This is not a date that can be understood."""


class NoSuchDate(ValueError):
    """The calendar has no such day."""


class OutOfRange(ValueError):
    """The year is before 1900 or after 2100."""


@lru_cache(maxsize=50_000)
def edtf(text: str) -> str:
    """What somebody typed, as EDTF. Day before month where both would do.

    Raises NotADate, NoSuchDate or OutOfRange.
    """
    typed = text.strip().casefold()
    return _years(typed) or _figures(typed) or _words(folded(typed))


def of_cell(value: date | int | float) -> str:
    """A real date of a workbook, a year, or the number of days by which a workbook counts."""
    if isinstance(value, datetime | date):
        return _checked(value.year, value.month, value.day)
    if value != int(value) or not (OLDEST <= value <= NEWEST or 20_000 <= value <= 60_000):
        raise NotADate(value)
    if value > NEWEST:
        day = date(1899, 12, 30) + timedelta(days=int(value))
        return _checked(day.year, day.month, day.day)
    return _checked(int(value))


@lru_cache(maxsize=50_000)
def bounds(partial: str) -> tuple[date, date]:
    """The first and the last day that a partial date may mean."""
    if "/" in partial:
        first, _, last = partial.partition("/")
        return bounds(first)[0], bounds(last)[1]
    year, *rest = (int(part) for part in partial.split("-"))
    if len(rest) == 2:
        day = date(year, *rest)
        return day, day
    if rest and rest[0] > 12:
        (month, day_), (last_month, last_day) = _SEASON_BOUNDS[rest[0]]
        return date(year, month, day_), date(year, last_month, last_day)
    first_month, last_month = (rest[0], rest[0]) if rest else (1, 12)
    return date(year, first_month, 1), date(year, last_month, monthrange(year, last_month)[1])


def earliest(partial: str) -> date:
    return bounds(partial)[0]


def latest(partial: str) -> date:
    return bounds(partial)[1]


def written(partial: str, language: str) -> str:
    """A partial date as the register writes it, so that reading it gives the same again."""
    if "/" in partial:
        return partial.replace("/", "-")
    year, _, rest = partial.partition("-")
    if len(rest) == 2 and int(rest) > 12:
        return f"{SEASON_NAMES[language][int(rest)]} {year}"
    return partial


def _years(typed: str) -> str | None:
    if len(typed) == 4 and typed.isdecimal():
        return _checked(int(typed))
    if span := _SPAN.fullmatch(typed):
        return _span(int(span[1]), int(span[2]))
    # An office that writes 2022-23 means two years, and never the autumn of EDTF.
    short = _SHORT_SPAN.fullmatch(typed)
    if short and int(short[2]) > 12 and int(short[2]) == (int(short[1]) + 1) % 100:
        return _span(int(short[1]), int(short[1]) + 1)
    return None


def _figures(typed: str) -> str | None:
    if found := _YEAR_FIRST.fullmatch(typed):
        year, month, day = found.groups()
        return _checked(int(year), int(month), int(day) if day else None)
    if found := _YEAR_LAST.fullmatch(typed):
        first, second, year = found.groups()
        if first is None:
            return _checked(int(year), int(second))
        day, month = (first, second) if int(second) <= 12 else (second, first)
        return _checked(int(year), int(month), int(day))
    return None


def _words(typed: str) -> str:
    if (found := _DAY_MONTH.fullmatch(typed)) and found[2] in MONTHS:
        return _checked(int(found[3]), MONTHS[found[2]], int(found[1]))
    if (found := _MONTH_DAY.fullmatch(typed)) and found[1] in MONTHS:
        return _checked(int(found[3]), MONTHS[found[1]], int(found[2]))
    if found := _NAMED.fullmatch(typed):
        name, year = (found[1], found[2]) if found[1] else (found[4], found[3])
        if number := MONTHS.get(name) or SEASONS.get(name):
            return _checked(int(year), number)
    raise NotADate(typed)


def _span(first: int, last: int) -> str:
    if first >= last:
        raise NotADate(f"{first}-{last}")
    return f"{_checked(first)}/{_checked(last)}"


def _checked(year: int, month: int | None = None, day: int | None = None) -> str:
    if not OLDEST <= year <= NEWEST:
        raise OutOfRange(year)
    if month is None:
        return f"{year:04d}"
    if day is None:
        if not (1 <= month <= 12 or 21 <= month <= 24):
            raise NotADate(f"{year}-{month}")
        return f"{year:04d}-{month:02d}"
    if not 1 <= month <= 12 or not 1 <= day <= monthrange(year, month)[1]:
        raise NoSuchDate(f"{year}-{month}-{day}")
    return f"{year:04d}-{month:02d}-{day:02d}"

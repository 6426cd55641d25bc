"""When something happened, as people say it: a moment, a day, a month, a season, a year."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from babel.dates import format_date

from contracts.envelope import PARTIAL_DATE
from services.chassis.domain import Refusal

# Québec's legal time: a day told without an hour is a day there.
HERE = ZoneInfo("America/Toronto")
EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
CLOCKS_DIFFER = timedelta(minutes=5)
SEASON_BEGINS = {"21": 3, "22": 6, "23": 9, "24": 12}
_PARTIAL = re.compile(PARTIAL_DATE)


class NotADate(Refusal):
    """This date cannot be read: write 2021-03-05, 2021-03, 2021 or 2019/2020."""

    french = "Cette date est illisible : écrivez 2021-03-05, 2021-03, 2021 ou 2019/2020."


class NotYet(Refusal):
    """This has not happened yet, or is too long ago to be so."""

    french = "Cette date est dans l’avenir, ou trop ancienne pour être juste."


class Moment(NamedTuple):
    """An instant, and the words it was told in where they say less than an instant."""

    time: datetime
    precision: str | None = None


def first_instant(partial: str) -> datetime:
    """When a partial date (EDTF) begins, in Québec. Raises NotADate."""
    if not _PARTIAL.fullmatch(partial):
        raise NotADate
    year, _, rest = partial.partition("/")[0].partition("-")
    month, _, day = rest.partition("-")
    try:
        return datetime(
            int(year), int(SEASON_BEGINS.get(month, month or 1)), int(day or 1), tzinfo=HERE
        )
    except ValueError:
        raise NotADate from None


def last_instant(partial: str) -> datetime:
    """When a partial date (EDTF) is over, in Québec. Raises NotADate."""
    first = first_instant(partial)
    try:
        return _day_after(partial, first) - timedelta(microseconds=1)
    except (ValueError, OverflowError):  # the last year there is has no next
        raise NotADate from None


def _day_after(partial: str, first: datetime) -> datetime:
    if "/" in partial:
        return first.replace(year=int(partial.partition("/")[2]) + 1)
    if len(partial) == 4:
        return first.replace(year=first.year + 1)
    if len(partial) == 7:
        months = 3 if partial[5:] in SEASON_BEGINS else 1
        return (first.replace(day=1) + timedelta(days=31 * months)).replace(day=1)
    return first + timedelta(days=1)  # wall-clock arithmetic: a day of 23 hours is a day


def moment(words: str) -> Moment:
    """Read a partial date or an RFC 3339 instant. Raises NotADate."""
    if _PARTIAL.fullmatch(words):
        return Moment(first_instant(words), words)
    try:
        instant = datetime.fromisoformat(words)
    except ValueError:
        raise NotADate from None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=HERE)
    return Moment(instant)


def happened(words: str) -> Moment:
    """Like `moment`, for what has already happened. Raises NotADate, NotYet."""
    read = moment(words)
    if not EARLIEST <= read.time <= datetime.now(UTC) + CLOCKS_DIFFER:
        raise NotYet
    return read


def until(words: str) -> datetime:
    """The bound of "as of": a plain day counts to its end, an instant is itself."""
    return last_instant(words) if _PARTIAL.fullmatch(words) else moment(words).time


SEASONS = {
    "fr": {"21": "printemps", "22": "été", "23": "automne", "24": "hiver"},
    "en": {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"},
}


def spoken(time: datetime, precision: str | None, language: str) -> str:
    """A moment as one says it: « 21 novembre 2026, 15 h 05 », « automne 2021 », « 2019-2020 »."""
    if precision is None:
        here = time.astimezone(HERE)
        hour = here.strftime("%-H h %M" if language == "fr" else "%H:%M")
        return f"{_day(here, language)}, {hour}"
    if "/" in precision:
        return precision.replace("/", "-")
    if len(precision) == 7 and precision[5:] in SEASON_BEGINS:
        return f"{SEASONS[language][precision[5:]]} {precision[:4]}"
    if len(precision) == 7:
        return format_date(first_instant(precision), "MMMM y", locale=language)
    return precision if len(precision) == 4 else _day(first_instant(precision), language)


def _day(time: datetime, language: str) -> str:
    return format_date(time, "d MMMM y", locale=language)

"""French as it is written in Québec: dates, ages, durations and counts, in words."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime

from babel.dates import format_date

from services.chassis.domain import Refusal
from services.chassis.moments import HERE, SEASON_BEGINS, first_instant

MONTH = len("2024-03")
SEASONS = dict(zip(SEASON_BEGINS, ("printemps", "été", "automne", "hiver"), strict=True))


def today() -> date:
    return datetime.now(HERE).date()


def day(value: date | datetime | str | None) -> str:
    """« 21 novembre 2026 » of a day or an instant; a partial date in the words it was told in."""
    match value:
        case None | "":
            return "date non connue"
        case str():
            return _partial(value)
        case datetime():
            return _long(value.astimezone(HERE).date())
        case date():
            return _long(value)


def hour(value: datetime | str | None) -> str:
    """« 15 h 05 »."""
    moment = _instant(value)
    return f"{moment.hour} h {moment.minute:02}" if moment else ""


def day_and_hour(value: datetime | str | None) -> str:
    """« 21 novembre 2026, 15 h 05 »."""
    moment = _instant(value)
    return f"{day(moment)}, {hour(moment)}" if moment else day(value)


def happened(step: dict[str, object]) -> str:
    """When a fact happened, no more exactly than it was told."""
    return day(str(step.get("precision") or step.get("time") or ""))


def since(value: date | datetime | str | None) -> str:
    """« depuis le 3 mars 2024 », « depuis mars 2024 », « depuis le printemps 2024 »."""
    return f"depuis {_article(value)}{day(value)}"


def until(value: date | datetime | str | None) -> str:
    """« jusqu’au 3 mars 2024 », « jusqu’en mars 2024 », « jusqu’à l’été 2024 »."""
    match _article(value):
        case "le ":
            return f"jusqu’au {day(value)}"
        case "":
            return f"jusqu’en {day(value)}"
        case article:
            return f"jusqu’à {article}{day(value)}"


def period(first: date | datetime | str | None, last: date | datetime | str | None) -> str:
    """« du 3 mars 2024 au 5 avril 2024 »; where it is not over, or less is known: since when."""
    if _article(first) == _article(last) == "le ":
        return f"du {day(first)} au {day(last)}"
    return f"{since(first)} {until(last)}" if last else since(first)


def _article(value: date | datetime | str | None) -> str:
    """Of what `day` says: a day and a spring have one, a month and a year do not."""
    if not value:
        return "une "
    if not isinstance(value, str) or len(value) > MONTH:
        return "un jour " if "/" in str(value) else "le "
    season = SEASONS.get(value.partition("-")[2])
    return ("le " if season == "printemps" else "l’") if season else ""


def age(value: datetime | str | None, now: datetime | None = None) -> str:
    """« depuis 3 jours »: how long ago, in the largest unit that says it."""
    moment = _instant(value)
    if moment is None:
        return ""
    days = ((now or datetime.now(HERE)).date() - moment.date()).days
    if days <= 0:
        return "depuis aujourd’hui"
    if days == 1:
        return "depuis hier"
    if days < 14:
        return f"depuis {days} jours"
    if days < 60:
        return f"depuis {days // 7} semaines"
    if days < 730:
        return f"depuis {min(days // 30, 23)} mois"
    return f"depuis {days // 365} ans"


def hours(minutes: int | None) -> str:
    """« 2 h 30 » of 150 minutes."""
    if minutes is None:
        return "non précisé"
    whole, rest = divmod(int(minutes), 60)
    if not whole:
        return f"{rest} min"
    return f"{whole} h {rest:02}" if rest else f"{whole} h"


def counted(number: int, one: str, many: str | None = None) -> str:
    """« 1 demande », « 2 demandes », « aucune » is said by the page. Zero is singular in French."""
    return f"{number} {one if number < 2 else many or one + 's'}"


def of(name: str) -> str:
    """« de Rose », « d’Aurélie », « d’Yvon » but « de Yasmine »."""
    first, second = (unicodedata.normalize("NFD", one)[:1].lower() for one in (name[:1], name[1:2]))
    elided = (first and first in "aeiouh") or (first == "y" and second not in "aeiou")
    return f"d’{name}" if elided else f"de {name}"


def _instant(value: datetime | str | None) -> datetime | None:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if "T" in value else first_instant(value)
        except (ValueError, Refusal):
            return None
    if value is None:
        return None
    return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(HERE)


def _partial(value: str) -> str:
    if "T" in value:
        moment = _instant(value)
        return _long(moment.date()) if moment else value
    if "/" in value:
        first, _, last = value.partition("/")
        return f"entre {first} et {last}"
    year, _, rest = value.partition("-")
    if rest in SEASONS:
        return f"{SEASONS[rest]} {year}"
    if len(rest) == 2:
        return format_date(date(int(year), int(rest), 1), "MMMM yyyy", locale="fr_CA")
    return _long(date.fromisoformat(value)) if rest else value


def _long(value: date) -> str:
    said = format_date(value, "d MMMM yyyy", locale="fr_CA")
    return said.replace("1 ", "1er ", 1) if value.day == 1 else said

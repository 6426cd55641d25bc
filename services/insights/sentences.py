"""Facts as people would tell them: one plain sentence each, without a personal value."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from services.chassis.entries import Written
from services.chassis.moments import HERE, moment
from services.insights.glossary import GLOSSARY, LANGUAGES, WORDS, Language, label

# A pair of sentences for each fact, or one for each value of the field that `by` names.
SENTENCES: dict[str, dict[str, Any]] = tomllib.loads((WORDS / "sentences.toml").read_text())
LOCALES: dict[Language, str] = {"fr": "fr_CA", "en": "en_CA"}
SEASONS: dict[str, tuple[str, str]] = {
    "21": ("printemps", "spring"),
    "22": ("été", "summer"),
    "23": ("automne", "autumn"),
    "24": ("hiver", "winter"),
}
OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
FRENCH_SPACES = re.compile(r"(?<=«) | (?=[»:;])")
PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")

type Titles = Mapping[str, str]


def sentence(entry: Written, titles: Titles, language: Language) -> str:
    """What happened, in the past tense. `titles` are those of requests and projects, by id."""
    _, fact = _named(entry.type)
    if fact in ("FactAnnulled", "FactCorrected"):
        return _corrected(entry, fact, titles, language)
    told = _told(entry.type, entry.data, titles, language)
    if entry.channel != "import":
        return told
    # A register knows in what state something is, but no step that led there.
    source = "StateFromRegister" if "state" in entry.data else "FromRegister"
    return f"{_words('any', source, language)} {told}"


def _corrected(entry: Written, fact: str, titles: Titles, language: Language) -> str:
    data = entry.data
    was = _told(data["of"], data.get("was", data["data"]), titles, language)
    now = _told(data["of"], data["data"], titles, language)
    return _words("any", fact, language).format(was=was, now=now)


def _told(type: str, data: Mapping[str, Any], titles: Titles, language: Language) -> str:
    words = _words(*_named(type), language, data)

    def place(found: re.Match[str]) -> str:
        return said(data.get(found[1]), found[2], titles, language)

    def option(found: re.Match[str]) -> str:
        parts = [place(one) for one in PLACE.finditer(found[1])]
        return PLACE.sub(place, found[1]) if all(parts) else ""

    return PLACE.sub(place, OPTIONAL.sub(option, words))


def said(value: Any, how: str | None, titles: Titles, language: Language) -> str:
    """One value in words; nothing where there is none."""
    match how, value:
        case _, None | "" | [] | ():
            return ""
        case "date", _:
            return day(value, language)
        case "title", _:
            return titles.get(value, "")
        case "hours", _:
            return hours(value)
        case "count", _:
            return format_decimal(value, locale=LOCALES[language])
        case None, _:
            return str(value)
        case str(), list() | tuple():
            return ", ".join(said(one, how, titles, language) for one in value)
        case _:
            words = label(how, value, language)
            return words[:1].lower() + words[1:] if value in GLOSSARY.get(how, {}) else words


def day(words: str, language: Language) -> str:
    """A date as people write it: 21 novembre 2026, mars 2021, automne 2021, 2021, 2019-2020."""
    if "/" in words:
        return words.replace("/", "-")
    if len(words) == 4:
        return words
    year, _, month = words.partition("-")
    if month in SEASONS:
        return f"{SEASONS[month][LANGUAGES[language]]} {year}"
    if len(words) == 7:
        month_of = date(int(year), int(month), 1)
        return format_date(month_of, "MMMM y", locale=LOCALES[language])
    local = moment(words).time.astimezone(HERE).date()
    return format_date(local, "long", locale=LOCALES[language])


def hours(minutes: int) -> str:
    """2 h 30, as one says it in both languages here."""
    whole, rest = divmod(minutes, 60)
    if not rest:
        return f"{whole} h"
    return f"{whole} h {rest:02}" if whole else f"{rest} min"


def _words(
    service: str, fact: str, language: Language, data: Mapping[str, Any] | None = None
) -> str:
    words = SENTENCES.get(service, {}).get(fact) or SENTENCES["any"]["Unknown"]
    if "by" in words:
        words = words[str((data or {}).get(words["by"], False)).lower()]
    written: str = words[LANGUAGES[language]]
    return FRENCH_SPACES.sub("\u00a0", written) if language == "fr" else written


def _named(type: str) -> tuple[str, str]:
    service, fact, *_ = type.split(".")
    return service, fact

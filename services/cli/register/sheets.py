"""All sheets of the register, and how their names and headers are recognised."""

from __future__ import annotations

from functools import cache

from services.cli.register.columns import Column, Row, columns_of
from services.cli.register.consents import Clearance, Consent, Contact
from services.cli.register.people import Department, Partner, Pause
from services.cli.register.words import folded, unbracketed
from services.cli.register.work import (
    Contribution,
    Hours,
    Involvement,
    Project,
    Request,
    Seat,
    Training,
)

# In the order in which an office reads them.
SHEETS: tuple[type[Row], ...] = (
    Partner,
    Project,
    Request,
    Involvement,
    Pause,
    Hours,
    Training,
    Consent,
    Contact,
    Contribution,
    Seat,
    Clearance,
    Department,
)
# In an order in which no row comes before one that it refers to.
DEPENDENCY_ORDER: tuple[type[Row], ...] = (
    Department,
    Partner,
    Project,
    Request,
    Involvement,
    Seat,
    Pause,
    Consent,
    Clearance,
    Hours,
    Training,
    Contact,
    Contribution,
)
CODED: tuple[type[Row], ...] = (Partner, Project, Request, Involvement)
BY_KEY = {model.sheet: model for model in SHEETS}
READ_ME = ("Lisez-moi", "Read me")
LISTS = ("Listes", "Lists")
_SMALL_WORDS = {"d", "l", "de", "des", "la", "le", "les", "of", "the"}
_NUMBER_SIGNS = {"no": "n", "num": "n", "numero": "n", "nb": "nombre"}


def header_words(text: str) -> str:
    """« N° demande * », « No. demande » and « Numéro demande » are the same header."""
    words = folded(text[:300]).split()
    kept = [_NUMBER_SIGNS.get(word, word) for word in words if word not in _SMALL_WORDS]
    return " ".join(kept or words)


def all_columns(model: type[Row]) -> dict[str, Column]:
    """The columns of a sheet by key, with those that are only read."""
    return columns_of(model) | model.extra


@cache
def headers_of(model: type[Row]) -> dict[str, str]:
    """The key of a column by each of the headers it goes by."""
    found: dict[str, str] = {}
    for key, column in reversed(all_columns(model).items()):
        for name in (key.replace("|", " "), *column.also, column.english, column.french):
            found[header_words(unbracketed(name))] = key
            found[header_words(name)] = key
    return found


def key_of(model: type[Row], header: str) -> str | None:
    """The column a header names in this sheet, in French or in English."""
    names = headers_of(model)
    return names.get(header_words(header)) or names.get(header_words(unbracketed(header)))


@cache
def sheet_named(name: str) -> type[Row] | None:
    """The sheet a tab or a file is named after: « Partenaires 2024 », « registre - Sièges »."""
    words = folded(name)
    exact = {folded(each): model for model in SHEETS for each in (*model.titles, model.sheet)}
    if words in exact:
        return exact[words]
    within = [title for title in exact if f" {title} " in f" {words} "]
    return exact[max(within, key=len)] if within else None


def is_guide(name: str) -> bool:
    """Whether this is one of our sheets that hold no rows."""
    return folded(name) in {folded(each) for each in (*READ_ME, *LISTS)}


@cache
def _every_header() -> frozenset[str]:
    return frozenset(header for model in SHEETS for header in headers_of(model))


def is_header(text: str) -> bool:
    """Whether any sheet has a column of this name."""
    return header_words(text) in _every_header()

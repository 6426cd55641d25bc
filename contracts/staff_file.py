"""What a nightly file of staff looks like (RFC 4180): its headings, and how each line is read."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

from pydantic import ValidationError

from contracts.directory import StaffColumn
from contracts.snapshots import LineSeen, PersonTold, StaffLine, Trouble
from contracts.staff import StaffType

SEPARATORS = ";\t,"
# Headings as they are found, capitals and accents aside; a source may say its own.
HEADINGS: Mapping[StaffColumn, tuple[str, ...]] = {
    StaffColumn.KEY: ("key", "matricule", "no employe", "numero", "employee_number", "id"),
    StaffColumn.NAME: ("name", "nom complet", "display_name"),
    StaffColumn.GIVEN_NAME: ("given_name", "prenom"),
    StaffColumn.FAMILY_NAME: ("family_name", "nom", "nom de famille"),
    StaffColumn.EMAIL: ("email", "courriel"),
    StaffColumn.PHONE: ("phone", "telephone"),
    StaffColumn.TITLE: ("title", "titre", "fonction", "titre d'emploi"),
    StaffColumn.TITLE_CODE: ("title_code", "code de titre"),
    StaffColumn.LANGUAGE: ("language", "langue"),
    StaffColumn.UNIT: ("unit", "unite", "service", "code d'unite", "direction"),
    StaffColumn.PRIMARY: ("primary", "principal"),
    StaffColumn.SINCE: ("since", "depuis", "debut"),
    StaffColumn.UNTIL: ("until", "jusqu'au", "fin"),
    StaffColumn.ACTIVE: ("active", "actif"),
    StaffColumn.ENDS: ("ends", "depart", "dernier jour"),
    StaffColumn.ABSENT_SINCE: ("absent_since", "absent depuis"),
    StaffColumn.ABSENT_UNTIL: ("absent_until", "absent jusqu'au"),
    StaffColumn.MANAGER: ("manager", "gestionnaire", "superieur"),
    StaffColumn.STAFF_TYPE: ("staff_type", "categorie"),
}
PLAIN = str.maketrans("àâäéèêëîïôöùûüç’", "aaaeeeeiioouuuc'")
YES = {"1", "oui", "o", "vrai", "true", "yes", "y", "actif", "active"}
NO = {"0", "non", "n", "faux", "false", "no", "inactif", "inactive"}
STAFF_TYPES = {
    "employe": StaffType.EMPLOYEE,
    "medecin": StaffType.PHYSICIAN,
    "stagiaire": StaffType.STUDENT,
    "etudiant": StaffType.STUDENT,
    "benevole": StaffType.VOLUNTEER,
    "autre": StaffType.OTHER,
} | {one.value: one for one in StaffType}
FIRST = 2  # the line after the headings, as a spreadsheet counts


class FileUnfit(Exception):
    """This file cannot be taken. Nothing was changed."""


class Read(NamedTuple):
    """A line: what it says, or why it cannot be read; whom it is about, if even that is clear."""

    number: int
    key: str | None
    line: StaffLine | None
    trouble: Trouble | None


def separator_of(head: bytes) -> str:
    """What stands between the columns, by the first line of a file."""
    first = head.splitlines()[0] if head else b""
    return max(SEPARATORS, key=lambda one: first.count(one.encode()))


def read(text: Iterable[str], separator: str, columns: Mapping[StaffColumn, str]) -> Iterator[Read]:
    """Every line that is not empty, one at a time; `columns` are a source's own headings.

    Raises FileUnfit.
    """
    rows = csv.reader(text, delimiter=separator)
    try:
        places = _places(next(rows, []), columns)
        width = max(places.values()) + 1
        for number, row in enumerate((row for row in rows if any(row)), FIRST):
            yield _read(number, row, places, width)
    except (csv.Error, UnicodeDecodeError) as error:
        raise FileUnfit(f"Illisible à partir de la ligne {rows.line_num}.") from error


def counted(text: Iterable[str], separator: str) -> int:
    """How many lines follow the headings. Raises FileUnfit."""
    rows = csv.reader(text, delimiter=separator)
    try:
        return max(sum(map(any, rows)) - 1, 0)
    except (csv.Error, UnicodeDecodeError) as error:
        raise FileUnfit(f"Illisible à partir de la ligne {rows.line_num}.") from error


def seen(one: Read, key: str) -> LineSeen:
    """That a line is there, whom it is about, and a digest of what it says."""
    digest = one.line.digest.hex() if one.line else None
    active = one.line.active if one.line else True
    return LineSeen.model_construct(line=one.number, key=key, digest=digest, active=active)


def people(there: Iterable[Read], wanted: Iterable[Sequence[int]]) -> Iterator[PersonTold]:
    """Each of the people who are wanted, by their lines, as soon as all of these have been read."""
    whose: dict[int, Sequence[int]] = {one: lines for lines in wanted for one in lines}
    waiting: dict[int, list[StaffLine]] = {}
    for one in there:
        theirs = whose.get(one.number)
        if theirs is None or one.line is None:
            continue
        held = waiting.setdefault(theirs[0], [])
        held.append(one.line)
        if len(held) == len(theirs):
            told = tuple(waiting.pop(theirs[0]))
            yield PersonTold.model_construct(line=theirs[0], lines=told)


def _places(headings: list[str], columns: Mapping[StaffColumn, str]) -> dict[StaffColumn, int]:
    """Where each column is. A heading that is not known is of no concern."""
    told = {_plain(heading): place for place, heading in enumerate(headings)}
    places: dict[StaffColumn, int] = {}
    for column, known in HEADINGS.items():
        names = (columns[column],) if column in columns else known
        place = next((told[_plain(name)] for name in names if _plain(name) in told), None)
        if column in columns and place is None:
            raise FileUnfit(f"La colonne « {columns[column]} » manque.")
        if place is not None:
            places[column] = place
    named = {StaffColumn.NAME, StaffColumn.FAMILY_NAME} & places.keys()
    if StaffColumn.KEY not in places or not named:
        raise FileUnfit("Il manque la colonne du matricule, ou celle du nom.")
    return places


def _read(number: int, row: list[str], places: Mapping[StaffColumn, int], width: int) -> Read:
    said = {column: row[place].strip() for column, place in places.items() if place < len(row)}
    key = said.get(StaffColumn.KEY) or None
    if key is None or len(key) > 200 or not key.isprintable():
        return Read(number, None, None, _trouble(number, StaffColumn.KEY, "Matricule absent."))
    if len(row) < width:
        return Read(number, key, None, _trouble(number, None, "Colonnes manquantes."))
    told: dict[str, object] = {}
    for column, words in said.items():
        try:
            told |= {column.value: READERS.get(column, str)(words)} if words else {}
        except (KeyError, ValueError):
            return Read(number, key, None, _trouble(number, column, "Valeur incomprise."))
    try:
        return Read(number, key, StaffLine.model_validate(told), None)
    except ValidationError as error:
        column = StaffColumn(str(error.errors(include_input=False)[0]["loc"][0]))
        return Read(number, key, None, _trouble(number, column, "Valeur inacceptable."))


def _trouble(number: int, column: StaffColumn | None, why: str) -> Trouble:
    return Trouble(line=number, column=column, why=why)


def _plain(words: str) -> str:
    return " ".join(words.strip().casefold().translate(PLAIN).split())


def _date(words: str) -> date:
    """ISO 8601, with hyphens, with slashes or with nothing. Any other order is ambiguous."""
    return date.fromisoformat(words[:10].replace("/", "-"))


def _yes(words: str) -> bool:
    word = _plain(words)
    if word not in YES | NO:
        raise ValueError
    return word in YES


READERS: Mapping[StaffColumn, Callable[[str], object]] = {
    **dict.fromkeys((StaffColumn.ACTIVE, StaffColumn.PRIMARY), _yes),
    **dict.fromkeys(
        (
            StaffColumn.SINCE,
            StaffColumn.UNTIL,
            StaffColumn.ENDS,
            StaffColumn.ABSENT_SINCE,
            StaffColumn.ABSENT_UNTIL,
        ),
        _date,
    ),
    StaffColumn.STAFF_TYPE: lambda words: STAFF_TYPES[_plain(words)],
}

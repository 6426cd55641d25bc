"""A mapping drafted from a workbook nobody has seen before, with what is unsure said beside it."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from rapidfuzz import fuzz, process

from services.cli.register.amounts import Cell
from services.cli.register.columns import Kind, Row, columns_of
from services.cli.register.people import Partner
from services.cli.register.reading import Table, read_files
from services.cli.register.repeating import OF_PROJECT
from services.cli.register.sheets import (
    SHEETS,
    all_columns,
    header_words,
    headers_of,
    is_guide,
    is_header,
    key_of,
    sheet_named,
)
from services.cli.register.troubles import Trouble, Unreadable
from services.cli.register.values import reader, text_of
from services.cli.register.words import shown
from services.cli.register.work import Involvement, Project

_SURE, _POSSIBLE, _SAMPLE, _SEARCHED = 90, 68, 300, 30
_NUMBERED = re.compile(r"(.*?\D)[\s_.-]*(\d{1,2})")
_PROJECT_WORDS = {"projet", "project", "comite", "committee", "projet ou comite", "implication"}
_TELLING = (Kind.EMAIL, Kind.PHONE)


class Guess(NamedTuple):
    """What a column may be, how sure that is (0 to 100), and how many values do not read."""

    header: str
    key: str
    score: int
    unread: list[str]
    looked: int


def propose_mapping(paths: Sequence[Path]) -> tuple[str, list[Trouble]]:
    """Draft the TOML of a mapping for these files, to be read by a person before it is used."""
    tables, troubles = read_files(paths)
    drafted = [_sheet(table) for table in tables if table.rows and not is_guide(table.sheet)]
    head = (
        "# Ébauche : à relire avant de s'en servir. « à vérifier » marque ce qui n'est pas sûr.\n"
    )
    return head + "\n".join(drafted), troubles


def _sheet(table: Table) -> str:
    line, cells = _header_row(table)
    headers = {i: " ".join(text_of(c).split())[:200] for i, c in enumerate(cells) if c != ""}
    repeated = _repeated(list(headers.values()))
    aside = {header for group in repeated.values() for header in group}
    beside = [header for header in headers.values() if header not in aside]
    model, sure = (Partner, True) if repeated else _model(table, beside)
    guesses = _guesses(table, line, model, {i: h for i, h in headers.items() if h not in aside})
    name = f"sheet.{_quoted(table.sheet)}"
    lines = [f"[{name}]", f"is = {_quoted(model.titles[0])}{'' if sure else _doubt('feuille')}"]
    lines += [f"header_line = {line}", *_columns(model, guesses), *_values(model, guesses)]
    lines += _constants(model, guesses)
    if repeated:
        lines += ["", f"[[{name}.repeats]]", *_repeats(repeated)]
    return "\n".join(lines) + "\n"


def _header_row(table: Table) -> tuple[int, Sequence[Cell]]:
    """The first row with the most short texts."""

    def names(row: tuple[int, Sequence[Cell]]) -> int:
        return len({c for c in row[1] if isinstance(c, str) and 1 < len(c) < 60 and c[0].isalpha()})

    return max(table.rows[:_SEARCHED], key=names)


def _model(table: Table, headers: list[str]) -> tuple[type[Row], bool]:
    if named := sheet_named(table.sheet):
        return named, True

    def fit(model: type[Row]) -> float:
        scores = [_best(model, header)[1] for header in headers]
        needed = [key for key, column in columns_of(model).items() if column.required]
        have = {_best(model, header)[0] for header in headers}
        return sum(s for s in scores if s >= _POSSIBLE) + 50 * sum(key in have for key in needed)

    best = max(SHEETS, key=fit)
    known = sum(_best(best, header)[1] >= _SURE for header in headers)
    return best, known * 2 >= len(headers)


def _best(model: type[Row], header: str) -> tuple[str, int]:
    """The column a header is nearest to, in either language."""
    if exact := key_of(model, header):
        return exact, 100
    near = process.extractOne(header_words(header), headers_of(model).keys(), scorer=_likeness)
    return (headers_of(model)[near[0]], round(near[1])) if near else ("", 0)


def _likeness(one: str, other: str, **_: object) -> float:
    whole = fuzz.token_sort_ratio(one, other)
    shorter, longer = sorted((one, other), key=len)
    within = f" {shorter} " in f" {longer} " and len(shorter) > 3
    return max(whole, 80.0 if within else 0.0)


def _guesses(table: Table, line: int, model: type[Row], headers: dict[int, str]) -> list[Guess]:
    """Each column of ours to the header that fits it best; the others by what they hold."""
    near = {index: _best(model, header) for index, header in headers.items()}
    taken: dict[str, int] = {}
    for index, (key, score) in sorted(near.items(), key=lambda each: -each[1][1]):
        if score >= _POSSIBLE:
            taken.setdefault(key, index)
    found = []
    for index, header in headers.items():
        key, score = near[index]
        cells = [row[index] for at, row in table.rows if at > line and index < len(row)]
        held = [cell for cell in cells if cell != ""][:_SAMPLE]
        if taken.get(key) != index:
            key, score = _by_values(model, held, taken), 70
            taken.setdefault(key, index)
        unread = _unread(model, key, held) if key else []
        found.append(Guess(header, key, score if key else 0, unread, len(held)))
    return found


def _by_values(model: type[Row], held: list[Cell], taken: dict[str, int]) -> str:
    """An address of mail or a telephone is known by its look."""
    for key, column in columns_of(model).items():
        if column.kind in _TELLING and key not in taken and len(held) >= 2:
            texts = [text_of(cell) for cell in held]
            good = sum("@" in t if column.kind is Kind.EMAIL else _dials(t) for t in texts)
            if good * 2 > len(held):
                return key
    return ""


def _dials(text: str) -> bool:
    return sum(letter.isdecimal() for letter in text) >= 10 and "@" not in text


def _unread(model: type[Row], key: str, held: list[Cell]) -> list[str]:
    read, bad = reader(all_columns(model)[key]), Counter[str]()
    for cell in held:
        try:
            if read(cell).remark == "not_phone":
                bad[shown(cell)] += 1
        except Unreadable:
            bad[shown(cell)] += 1
    return list(bad.elements())


def _columns(model: type[Row], guesses: list[Guess]) -> Iterator[str]:
    for guess in guesses:
        ours = all_columns(model)[guess.key].french if guess.key else ""
        remark = "" if guess.key else "  # champ propre"
        if guess.key and guess.score < _SURE:
            remark = _doubt(f"ressemblance {guess.score} %")
        elif guess.looked and len(guess.unread) * 4 > guess.looked:
            remark = _doubt(f"{len(guess.unread)} valeurs sur {guess.looked} ne se lisent pas")
        yield f"columns.{_quoted(guess.header)} = {_quoted(ours)}{remark}"


def _values(model: type[Row], guesses: list[Guess]) -> Iterator[str]:
    for guess in guesses:
        column = all_columns(model).get(guess.key)
        if column is None or not column.choices:
            continue
        names = [value.french for value in column.choices.values]
        for value in list(dict.fromkeys(guess.unread))[:30]:
            near = process.extractOne(value, names, scorer=fuzz.WRatio, score_cutoff=75)
            ours = near[0] if near else ""
            mark = "" if near else "# "
            remark = _doubt("" if near else "choisir : " + ", ".join(names))
            column_name = _quoted(column.french)
            yield f"{mark}values.{column_name}.{_quoted(value)} = {_quoted(ours)}{remark}"


def _constants(model: type[Row], guesses: list[Guess]) -> Iterator[str]:
    have = {guess.key for guess in guesses}
    if "full_name" in have:
        have |= {"first_name", "last_name"}
    for key, column in columns_of(model).items():
        if column.required and key not in have and column.kind is not Kind.CODE:
            remark = "requis, et aucune colonne ne le dit"
            yield f'# constants.{_quoted(column.french)} = ""  # {remark}'


def _repeated(headers: list[str]) -> dict[str, list[str]]:
    """« Projet 1 », « Projet 2 » and what else comes back with the same numbers."""
    groups: dict[str, list[str]] = defaultdict(list)
    for header in headers:
        if (found := _NUMBERED.fullmatch(header)) and not is_header(header):
            groups[header[: found.start(2)] + "{n}"].append(header)
    stems = {
        header_words(stem.removesuffix("{n}")) for stem, group in groups.items() if len(group) > 1
    }
    return groups if stems & _PROJECT_WORDS else {}


def _repeats(repeated: dict[str, list[str]]) -> Iterator[str]:
    for stem in repeated:
        words = header_words(stem.removesuffix("{n}"))
        key, score = _best(Involvement, words)
        if words in _PROJECT_WORDS:
            key, score = f"{OF_PROJECT}title", 100
        elif score < _SURE and _best(Project, words)[1] > score:
            key, score = OF_PROJECT + _best(Project, words)[0], _best(Project, words)[1]
        doubt = "" if score >= _SURE else _doubt(f"ressemblance {score} %")
        yield f"columns.{_quoted(stem)} = {_quoted(key)}{doubt}"
    yield 'constants."state" = "active"' + _doubt("une fin passée donne « terminée »")
    for key, value in (("kind", "projet ponctuel"), ("state", "en cours"), ("starts", "2015-2025")):
        yield f'constants."{OF_PROJECT}{key}" = {_quoted(value)}{_doubt("")}'
    yield f'constants."{OF_PROJECT}department" = "à préciser"{_doubt("")}'


def _doubt(why: str) -> str:
    return f"  # à vérifier{' : ' if why else ''}{why}"


def _quoted(text: str) -> str:
    """A basic string of TOML: those of JSON are."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")

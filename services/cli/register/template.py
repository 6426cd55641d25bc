"""The workbook an office fills: what it is for, the allowed values, and the sheets with headers."""

from __future__ import annotations

from itertools import zip_longest

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from services.cli.register.columns import Choices, Column, Kind, Row, columns_of
from services.cli.register.sheets import LISTS, READ_ME, SHEETS

_BLUE = "#DCE6F1"
_ROWS_WITH_LISTS = 20_000
_NUMBERS = {Kind.HOURS: "0.00", Kind.MONEY: "0.00", Kind.NUMBER: "0"}
_GUIDE = {
    "fr": (
        "Le registre du bureau du partenariat",
        "Une feuille par sorte de chose ; une ligne par personne, projet, rencontre …",
        "Les colonnes marquées * sont requises ; de celles marquées (*), au moins une.",
        "Une cellule vide veut dire : rien n'est dit. « inconnu » veut dire : on ne le sait pas.",
        "Dates : 2021-03-05, 5 mars 2021, mars 2021, automne 2021, 2021 ou 2019-2020.",
        "Heures : 2,5 ou 2 h 30 ou 2:30. Plusieurs valeurs : séparées par ; ou un retour de ligne.",
        "Chaque ligne a son code (P-014, PR-07, D-2022-11, I-031). Un code manquant est fait, "
        "et rendu dans une copie du fichier.",
        "Vos propres colonnes, ajoutées à droite, deviennent des champs propres.",
        "Passez la souris sur un en-tête pour savoir ce qu'il attend. L'ordre est libre.",
        "N'écrivez pas de diagnostic : seulement ce que la personne veut partager.",
    ),
    "en": (
        "The register of the partnership office",
        "One sheet for each kind of thing; one row for each person, project, meeting …",
        "Columns marked * are required; of those marked (*), at least one.",
        "An empty cell says nothing. “unknown” says that it is not known.",
        "Dates: 2021-03-05, March 5, 2021, March 2021, autumn 2021, 2021 or 2019-2020.",
        "Hours: 2.5 or 2 h 30 or 2:30. Several values: parted by ; or a line break.",
        "Each row has its code (P-014, PR-07, D-2022-11, I-031). A missing code is made, and "
        "given back in a copy of the file.",
        "Your own columns, added on the right, become own fields.",
        "Hover over a header to see what it expects. The order is free.",
        "Write no diagnosis: only what the person wants to share.",
    ),
}
_HINTS = {
    Kind.DATE: ("une date, même partielle", "a date, even a partial one"),
    Kind.HOURS: ("des heures : 2,5 ou 2 h 30", "hours: 2.5 or 2 h 30"),
    Kind.MONEY: ("un montant en dollars", "an amount in dollars"),
    Kind.NUMBER: ("un nombre entier", "a whole number"),
    Kind.EMAIL: ("une adresse de courriel", "an email address"),
    Kind.PHONE: ("un téléphone, avec son poste", "a telephone, with its extension"),
    Kind.YES_NO: ("oui, non ou inconnu", "yes, no or unknown"),
    Kind.LANGUAGE: ("français, anglais, espagnol …", "French, English, Spanish …"),
    Kind.REFERENCE: ("un code d'une autre feuille", "a code of another sheet"),
}


def side_of(language: str) -> int:
    return 0 if language == "fr" else 1


def header_of(model: type[Row], key: str, language: str) -> str:
    """A header with its mark: required, or one of several."""
    column = columns_of(model)[key]
    either = any(key in group for group in model.one_of)
    return column.title(language) + (" *" if column.required else " (*)" if either else "")


def add_guides(book: Workbook, language: str) -> dict[Choices, str]:
    """Write « Lisez-moi » and « Listes », and give where each list stands."""
    guide = book.add_worksheet(READ_ME[side_of(language)])
    guide.set_column(0, 0, 110, book.add_format({"text_wrap": True, "valign": "top"}))
    for line, text in enumerate(_GUIDE[language]):
        guide.write_string(line, 0, text)
    return _add_lists(book, language)


def add_sheet(
    book: Workbook, model: type[Row], language: str, lists: dict[Choices, str], own: list[str]
) -> tuple[Worksheet, list[Format]]:
    """Add one sheet with its headers and lists; give the format of the cells of each column."""
    sheet = book.add_worksheet(model.titles[side_of(language)])
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bg_color": _BLUE})
    # As text, so that a spreadsheet does not make a day out of « 2021-03 ».
    text = book.add_format({"num_format": "@"})
    numbers = {kind: book.add_format({"num_format": shape}) for kind, shape in _NUMBERS.items()}
    columns = columns_of(model)
    headers = [*(header_of(model, key, language) for key in columns), *own]
    formats = [*(numbers.get(column.kind, text) for column in columns.values()), *[text] * len(own)]
    for index, (header, shape) in enumerate(zip(headers, formats, strict=True)):
        sheet.set_column(index, index, max(14, len(header) + 2), shape)
        sheet.write_string(0, index, header, head)
    for index, column in enumerate(columns.values()):
        _explain(sheet, index, column, language, lists)
    sheet.freeze_panes(1, 0)
    return sheet, formats


def _add_lists(book: Workbook, language: str) -> dict[Choices, str]:
    name = LISTS[side_of(language)]
    sheet = book.add_worksheet(name)
    lists: dict[Choices, list[str]] = {}
    for column in (each for model in SHEETS for each in columns_of(model).values()):
        if column.choices and column.choices not in lists:
            lists[column.choices] = [column.title(language), *_names(column.choices, language)]
    sheet.set_column(0, len(lists), 26)
    # Row by row: the writer keeps no row that it has left.
    for line, row in enumerate(zip_longest(*lists.values())):
        for index, text in enumerate(row):
            if text:
                sheet.write_string(line, index, text)
    letters = map(xl_col_to_name, range(len(lists)))
    return {
        choices: f"={name}!${letter}$2:${letter}${len(names)}"
        for (choices, names), letter in zip(lists.items(), letters, strict=True)
    }


def _names(choices: Choices, language: str) -> list[str]:
    return [value.french if language == "fr" else value.english for value in choices.values]


def _explain(
    sheet: Worksheet, index: int, column: Column, language: str, lists: dict[Choices, str]
) -> None:
    if hint := _hint(column, language):
        sheet.write_comment(0, index, hint)
    if column.choices and not column.several:
        _offer(sheet, index, column, lists[column.choices])


def _offer(sheet: Worksheet, index: int, column: Column, source: str) -> None:
    strict = column.required and column.choices is not None and not column.choices.open
    rule = {"validate": "list", "source": source, "error_type": "stop" if strict else "information"}
    sheet.data_validation(1, index, _ROWS_WITH_LISTS, index, rule)


def _hint(column: Column, language: str) -> str:
    side = side_of(language)
    parts = [_HINTS[column.kind][side]] if column.kind in _HINTS else []
    if column.choices:
        parts.append(" · ".join(_names(column.choices, language)))
    if column.meaning and language == "fr":
        parts.append(column.meaning)
    if column.several:
        parts.append(("plusieurs : séparés par ;", "several: parted by ;")[side])
    return "\n".join(parts)

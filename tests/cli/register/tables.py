"""Small registers written by hand, as an office would type them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]

PARTNERS = [
    ["Code partenaire", "Prénom", "Nom", "Statut local", "État", "Date d'entrée"],
    ["P-1", "Cléo", "Grandpin", "usager partenaire", "disponible", "mars 2021"],
    ["P-2", "Inès", "Hautbois", "usager partenaire", "engagée", "2019-2020"],
]
PARTNERS[0] += ["Joindre par", "Téléphone", "Langue"]
PARTNERS[1] += ["téléphone", "450 555-0142", "français"]
PARTNERS[2] += ["téléphone", "514 555-0199", "français ; anglais"]
PROJECTS = [
    ["Code projet", "Titre", "Genre", "Direction", "Début", "État"],
    ["PR-1", "Comité des chutes", "comité opérationnel", "DSI", "2020", "en cours"],
]
INVOLVEMENTS = [
    ["Code implication", "Code partenaire", "Code projet", "Début", "État"],
    ["I-1", "P-1", "PR-1", "2022", "active"],
]
HOURS = [
    ["Date", "Code partenaire", "Code implication ou projet", "Activité", "Heures"],
    ["2023-05-01", "P-1", "I-1", "rencontre", "2,5"],
    ["2023-05-02", "P-2", "PR-1", "préparation", "1"],
]

type Sheets = dict[str, Sequence[Sequence[Any]]]


def a_small_register(**changed: Sequence[Sequence[Any]]) -> Sheets:
    """Four sheets that hang together; `Partenaires=…` takes the place of one of them."""
    return {
        "Partenaires": PARTNERS,
        "Projets et comités": PROJECTS,
        "Implications": INVOLVEMENTS,
        "Heures et rencontres": HOURS,
    } | dict(changed)


def with_row(rows: Sequence[Sequence[Any]], **cells: Any) -> list[list[Any]]:
    """Add a row like the last one but for the cells named by header (`_` stands for a space)."""
    headers = [str(header) for header in rows[0]]
    changed = {name.replace("_", " "): cell for name, cell in cells.items()}
    added = [name for name in changed if name not in headers]
    grown = [[*row, *[""] * len(added)] for row in rows]
    grown[0] = [*headers, *added]
    last = dict(zip(grown[0], grown[-1], strict=True)) | changed
    return [*grown, [last[header] for header in grown[0]]]


def workbook(path: Path, sheets: Sheets) -> Path:
    """Write sheets cell by cell: text as text, numbers, dates and times as a workbook has them."""
    with Workbook(str(path), {"default_date_format": "dd/mm/yyyy"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for line, row in enumerate(rows):
                for index, cell in enumerate(row):
                    _write(sheet, line, index, cell)
    return path


def csv(
    path: Path, rows: Sequence[Sequence[Any]], delimiter: str = ";", encoding: str = "utf-8"
) -> Path:
    """Write rows as text, quoting what needs it."""
    lines = (delimiter.join(_quoted(str(cell), delimiter) for cell in row) for row in rows)
    path.write_bytes("\r\n".join(lines).encode(encoding))
    return path


def _quoted(cell: str, delimiter: str) -> str:
    odd = delimiter in cell or "\n" in cell or '"' in cell
    return '"' + cell.replace('"', '""') + '"' if odd else cell


def _write(sheet: Any, line: int, index: int, cell: Any) -> None:
    if isinstance(cell, str):
        sheet.write_string(line, index, cell)
    elif isinstance(cell, int | float):
        sheet.write_number(line, index, cell)
    elif cell is not None:
        sheet.write_datetime(line, index, cell)

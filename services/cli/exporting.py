"""`tandem export`: what Tandem knows, as the register of the office."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table
from xlsxwriter.exceptions import FileCreateError  # type: ignore[import-untyped]

from services.cli.exchange.exporting import Export
from services.cli.exchange.failing import NotWritten
from services.cli.exchange.office import Office
from services.cli.register.writing import TooManyRows, write_csv, write_workbook
from services.cli.running import Platform


@contextmanager
def written_at(path: Path) -> Iterator[None]:
    """Raises NotWritten, with the reason."""
    try:
        yield
    except TooManyRows as error:
        raise NotWritten("Il y a trop de lignes pour un classeur : demandez --csv.") from error
    except (OSError, FileCreateError) as error:
        raise NotWritten(f"« {path} » ne peut pas être écrit : {error}") from error


def give_back(
    tandem: Platform, establishment: str, workbook: Path | None, folder: Path | None, language: str
) -> dict[str, int]:
    """Write it where it is asked for; gives how many rows each sheet has.

    Raises Refused, Interrupted, NotWritten.
    """
    rows = Export(Office(tandem, establishment)).run()
    if workbook:
        with written_at(workbook):
            write_workbook(workbook, rows, language)
    if folder:
        with written_at(folder):
            write_csv(folder, rows, language)
    return {model.titles[0]: len(some) for model, some in rows.items()}


def tell(sheets: dict[str, int], out: Console, as_json: bool) -> None:
    """How many rows each sheet has, to a person or to a program."""
    if as_json:
        print(json.dumps(sheets, ensure_ascii=False, indent=1))  # noqa: T201
        return
    table = Table("Feuille", "Lignes")
    for sheet, count in sheets.items():
        table.add_row(sheet, str(count))
    out.print(table)

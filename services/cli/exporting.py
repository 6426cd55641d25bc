"""`tandem export`: what Tandem knows, as the register of the office."""

from __future__ import annotations

from pathlib import Path

from services.cli.exchange.exporting import Export
from services.cli.exchange.office import Office
from services.cli.register.writing import write_csv, write_workbook
from services.cli.running import Platform


def give_back(
    tandem: Platform, establishment: str, workbook: Path | None, folder: Path | None, language: str
) -> dict[str, int]:
    """Write it where it is asked for; gives how many rows each sheet has.

    Raises Refused, Interrupted, TooManyRows, OSError.
    """
    rows = Export(Office(tandem, establishment)).run()
    if workbook:
        write_workbook(workbook, rows, language)
    if folder:
        write_csv(folder, rows, language)
    return {model.titles[0]: len(some) for model, some in rows.items()}

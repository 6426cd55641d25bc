"""What a verification found, to a person or to a program."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from rich.table import Table

from contracts import ANNOUNCING
from services.chassis.notes import Checkpoint, NotANote, Note
from services.chassis.settings import Installation
from services.cli.proving.assessing import Held
from services.cli.proving.losses import losses
from services.cli.proving.verifying import Report, verify, verify_journals

PROMISES = {
    "written_once": "écrite une fois pour toutes",
    "dated_as_written": "datée et nommée comme elle est écrite",
    "in_order": "à sa place",
    "nothing_removed": "rien n’est retiré",
    "one_tree": "un seul arbre",
    "signed": "signé par le registre",
    "one_line_of_keys": "une seule lignée de clés",
    "as_witnessed": "tel que les témoins l’ont vu",
}


def verified(
    installation: Installation, establishments: Sequence[str], held: Sequence[Path], err: Console
) -> list[Report]:
    """With a bar, for a long one. Raises typer.BadParameter for what is no checkpoint."""
    log, notes = os.environ.get("TANDEM_LOG", "tandem"), list(notes_in(held))
    urls = {one: installation.operator_url(installation.database_of(one))
            for one in ("ledger", *ANNOUNCING)}  # fmt: skip
    done = TextColumn("{task.completed:,}/{task.total}")
    with Progress(TextColumn("{task.description}"), BarColumn(), done, console=err) as bar:
        task = bar.add_task("Entrées", total=None)
        reports = verify(
            urls["ledger"], urls, log, establishments, notes,
            lambda read, of: bar.update(task, completed=read, total=of),
        )  # fmt: skip
    lost = asyncio.run(losses(urls["ledger"]))
    reports = [one._replace(lost=lost.get(one.establishment, ())) for one in reports]
    return reports + verify_journals(urls["vault"], establishments)


def notes_in(paths: Sequence[Path]) -> Iterator[Held]:
    """Notes that somebody keeps, and those of the write-once folder."""
    folder = os.environ.get("TANDEM_WITNESS_FOLDER")
    for path in [*paths, *([Path(folder)] if folder else [])]:
        for file in sorted(path.rglob("*.txt")) if path.is_dir() else [path]:
            words = file.read_text("utf-8")
            try:
                Checkpoint.read(Note.read(words).text)
            except NotANote as error:
                raise typer.BadParameter(f"« {file} » n’est pas un point de contrôle.") from error
            yield Held(file.name, words)


def tell(reports: Sequence[Report], out: Console, as_json: bool) -> None:
    """Every finding: which entry, which promise."""
    if as_json:
        told = [
            one._asdict() | {"findings": [finding._asdict() for finding in one.findings]}
            for one in reports
        ]
        print(json.dumps(told, ensure_ascii=False, indent=1))  # noqa: T201 - for a program
        return
    table = Table("Établissement", "Entrées", "Points de contrôle", "Témoins", "État")
    found = Table("Établissement", "Entrée", "Promesse rompue", "Constat")
    for one in reports:
        state = "[green]intact[/green]" if not one.findings else f"[red]{len(one.findings)}[/red]"
        numbers = str(one.entries), str(one.checkpoints), str(one.held)
        table.add_row(one.establishment or "(tous)", *numbers, state)
        for finding in one.findings:
            where = _where(finding.first, finding.last)
            found.add_row(one.establishment, where, PROMISES[finding.promise], finding.why)
    out.print(table)
    if found.row_count:
        out.print(found)
    for one in reports:
        for words in one.lost:
            out.print(f"{one.establishment} : {words}", highlight=False, soft_wrap=True)


def _where(first: int | None, last: int | None) -> str:
    if first is None:
        return "" if last is None else f"≤ {last}"
    return str(first) if first == last else f"{first} à {last}"

"""`tandem verify`, `tandem bundle`, `tandem facts`: what an auditor asks of the ledger."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn
from rich.table import Table

from contracts import ANNOUNCING
from contracts.access import AccessRole
from services.chassis.notes import NotANote
from services.chassis.settings import Installation

out, err = Console(), Console(stderr=True)

Key = Annotated[str, typer.Option("--establishment", "-e", help="La clé de l’établissement.")]
Person = Annotated[str | None, typer.Option("--partner", help="L’identifiant de la personne.")]
Request = Annotated[str | None, typer.Option("--request", help="L’identifiant de la demande.")]
Since = Annotated[str | None, typer.Option("--from", help="Depuis ce jour (ou ce mois, cette année).")]
Until = Annotated[str | None, typer.Option("--until", help="Jusqu’à ce jour compris.")]
To = Annotated[Path, typer.Option("--to", help="Le fichier à écrire.")]

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


def verify(
    establishment: Annotated[
        list[str] | None, typer.Option("--establishment", "-e", help="Tous, par défaut.")
    ] = None,
    held: Annotated[
        list[Path] | None, typer.Option(help="Ce qu’un témoin a reçu : un fichier, un dossier.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Pour un programme.")] = False,
) -> None:
    """Vérifier le registre : chaque entrée, l’arbre, les signatures, les témoins. Code 1 si rompu."""
    from services.cli.main import said_plainly
    from services.cli.proving.verifying import Report, verify

    log = os.environ.get("TANDEM_LOG", "tandem")
    with said_plainly(), _servers() as installation, _progress() as bar:
        url = installation.operator_url(installation.database_of("ledger"))
        stores = {one: installation.operator_url(installation.database_of(one)) for one in ANNOUNCING}
        task = bar.add_task("Entrées", total=None)
        reports: list[Report] = verify(
            url, stores, log, establishment or (), list(_held(held or ())),
            lambda done, of: bar.update(task, completed=done, total=of),
        )  # fmt: skip
    broken = sum(len(one.findings) for one in reports)
    if as_json:
        print(json.dumps([_told(one) for one in reports], ensure_ascii=False, indent=1))  # noqa: T201
    else:
        _show(reports)
    raise typer.Exit(1 if broken else 0)


def bundle(
    establishment: Key, to: To, partner: Person = None, request: Request = None,
    since: Since = None, until: Until = None,
) -> None:  # fmt: skip
    """Donner un dossier de vérification : les faits, et ce qui les prouve sans nous."""
    asked = {"person": partner, "request": request, "since": since, "until": until}
    _take("/ledger/bundle", establishment, to, asked)


def facts(
    establishment: Key, to: To,
    form: Annotated[str, typer.Option("--form", help="ndjson, csv, xlsx ou fhir.")] = "ndjson",
    partner: Person = None, request: Request = None, since: Since = None, until: Until = None,
) -> None:  # fmt: skip
    """Exporter les faits : lignes, table, classeur, ou AuditEvent (FHIR R4)."""
    asked = {"person": partner, "request": request, "since": since, "until": until, "form": form}
    _take("/ledger/export", establishment, to, asked)


def _take(path: str, establishment: str, to: Path, asked: dict[str, str | None]) -> None:
    """Whole and on disk, or not under its name."""
    from services.cli.exporting import written_at
    from services.cli.main import platform

    part = to.with_name(to.name + ".part")
    columns = TextColumn("{task.description}"), DownloadColumn()
    with (
        platform(establishment, role=AccessRole.AUDITOR) as tandem,
        written_at(to),
        Progress(*columns, console=err) as bar,
    ):
        task = bar.add_task(to.name, total=None)
        with part.open("wb") as file:
            for some in tandem.stream(path, **asked):
                file.write(some)
                bar.advance(task, len(some))
            file.flush()
            os.fsync(file.fileno())
        part.replace(to)
    out.print(f"Écrit : {to}", highlight=False, soft_wrap=True)


@contextmanager
def _servers() -> Iterator[Installation]:
    """Those that run, or else are started for the while."""
    from services.chassis.embedded import running
    from services.cli import servers
    from services.cli.main import home
    from services.provisioning import DATABASES

    with ExitStack() as started:
        here = running(home(), DATABASES)
        yield here or started.enter_context(servers.whole(home()))


def _progress() -> Progress:
    done = TextColumn("{task.completed:,}/{task.total}")
    return Progress(TextColumn("{task.description}"), BarColumn(), done, console=err)


def _held(paths: Sequence[Path]) -> Iterator[object]:
    """Notes that somebody keeps, and those of the write-once folder."""
    from services.chassis.notes import Checkpoint, Note
    from services.cli.proving.assessing import Held

    folder = os.environ.get("TANDEM_WITNESS_FOLDER")
    for path in [*paths, *([Path(folder)] if folder else [])]:
        for file in sorted(path.rglob("*.txt")) if path.is_dir() else [path]:
            words = file.read_text("utf-8")
            try:
                Checkpoint.read(Note.read(words).text)
            except NotANote as error:
                raise typer.BadParameter(f"« {file} » n’est pas un point de contrôle.") from error
            yield Held(file.name, words)


def _told(report: object) -> dict[str, object]:
    from services.cli.proving.verifying import Report

    assert isinstance(report, Report)
    return report._asdict() | {"findings": [one._asdict() for one in report.findings]}


def _show(reports: Sequence[object]) -> None:
    from services.cli.proving.verifying import Report

    table = Table("Établissement", "Entrées", "Points de contrôle", "Témoins", "État")
    found = Table("Établissement", "Entrée", "Promesse rompue", "Constat")
    for one in reports:
        assert isinstance(one, Report)
        state = "[green]intact[/green]" if not one.findings else f"[red]{len(one.findings)}[/red]"
        numbers = str(one.entries), str(one.checkpoints), str(one.held)
        table.add_row(one.establishment or "(tous)", *numbers, state)
        for finding in one.findings:
            where = _where(finding.first, finding.last)
            found.add_row(one.establishment, where, PROMISES[finding.promise], finding.why)
    out.print(table)
    if found.row_count:
        out.print(found)


def _where(first: int | None, last: int | None) -> str:
    if first is None:
        return "" if last is None else f"≤ {last}"
    return str(first) if first == last else f"{first} à {last}"

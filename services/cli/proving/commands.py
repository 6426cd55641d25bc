"""`tandem verify`, `tandem bundle`, `tandem facts`: what an auditor asks of the ledger."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import DownloadColumn, Progress, TextColumn

from contracts.access import AccessRole
from services.cli.reaching import home, platform, said_plainly

out, err = Console(), Console(stderr=True)

Key = Annotated[str, typer.Option("--establishment", "-e", help="La clé de l’établissement.")]
Person = Annotated[str | None, typer.Option("--partner", help="L’identifiant de la personne.")]
Request = Annotated[str | None, typer.Option("--request", help="L’identifiant de la demande.")]
Since = Annotated[str | None, typer.Option("--from", help="Depuis ce jour, ce mois, cette année.")]
Until = Annotated[str | None, typer.Option("--until", help="Jusqu’à ce jour compris.")]
To = Annotated[Path, typer.Option("--to", help="Le fichier à écrire.")]


def verify(
    establishment: Annotated[
        list[str] | None, typer.Option("--establishment", "-e", help="Tous, par défaut.")
    ] = None,
    held: Annotated[
        list[Path] | None, typer.Option(help="Ce qu’un témoin a reçu : un fichier, un dossier.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Pour un programme.")] = False,
) -> None:
    """Vérifier le registre : entrées, arbres, signatures, témoins. Code 1 : rompu."""
    from services.cli import servers
    from services.cli.proving import telling

    with said_plainly(), servers.at_hand(home()) as installation:
        reports = telling.verified(installation, establishment or (), held or (), err)
    telling.tell(reports, out, as_json)
    raise typer.Exit(1 if any(one.findings for one in reports) else 0)


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
    journal: Annotated[bool, typer.Option("--journal", help="Les lectures plutôt.")] = False,
) -> None:  # fmt: skip
    """Exporter les faits, ou les lectures : lignes, table, classeur, ou AuditEvent (FHIR R4)."""
    from services.chassis.giving import Form
    from services.cli.proving.converting import converted

    if form not in list(Form):
        raise typer.BadParameter("ndjson, csv, xlsx ou fhir.", param_hint="--form")
    if journal:
        asked = {"subject": partner, "since": _midnight(since), "until": _midnight(until)}
        read = asked | {"as_csv": "false"}
        _take("/vault/readings/export", establishment, to, read, converted(Form(form)))
    else:
        asked = {"person": partner, "request": request, "since": since, "until": until}
        _take("/ledger/export", establishment, to, asked | {"form": form})


def _midnight(day: str | None) -> str | None:
    return f"{day}T00:00:00Z" if day else None


def _take(
    path: str, establishment: str, to: Path, asked: dict[str, str | None],
    given: Callable[[Iterator[bytes]], Iterator[bytes]] = iter,
) -> None:  # fmt: skip
    """Whole and on disk, or not under its name."""
    from services.cli.exporting import written_at

    part = to.with_name(to.name + ".part")
    columns = TextColumn("{task.description}"), DownloadColumn()
    with (
        platform(establishment, role=AccessRole.AUDITOR) as tandem,
        written_at(to),
        Progress(*columns, console=err) as bar,
    ):
        task = bar.add_task(to.name, total=None)
        with part.open("wb") as file:
            for some in given(tandem.stream(path, **asked)):
                file.write(some)
                bar.advance(task, len(some))
            file.flush()
            os.fsync(file.fileno())
        part.replace(to)
    out.print(f"Écrit : {to}", highlight=False, soft_wrap=True)

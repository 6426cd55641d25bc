"""`tandem hr`: what HR says by files, and the sources it says it by."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn
from rich.table import Table

from contracts.access import AccessRole
from contracts.directory import SourceKind, Tolerance
from contracts.snapshots import Change, Run, RunState, Trouble
from contracts.staff_file import FileUnfit
from services.cli.reaching import platform
from services.cli.running import Platform, Refused
from services.cli.staff.files import StaffFile, found
from services.cli.staff.loading import Loaded, Loading
from services.cli.staff.loading import Progress as Hear

hr = typer.Typer(no_args_is_help=True, help="Ce que disent les RH.")
out, err = Console(), Console(stderr=True)
MOST_SHOWN = 50
STATES = {
    RunState.TRIED: "Essai : rien n’a été changé.",
    RunState.QUARANTINED: "En quarantaine : trop de départs d’un coup. Rien n’a été changé. "
    "Vérifiez le fichier, puis reprenez avec --release, ou refusez-le.",
    RunState.APPLIED: "Le fichier est appliqué.",
}
CHANGES = {
    Change.JOINING: "Arrivent",
    Change.CHANGING: "Changent",
    Change.LEAVING: "Partent",
}

Key = Annotated[str, typer.Option("--establishment", "-e", help="La clé de l’établissement.")]


@hr.command()
def load(
    file: Annotated[Path, typer.Argument(help="Un CSV, un zip, ou un dossier avec manifeste.")],
    establishment: Key,
    source: Annotated[str, typer.Option(help="La source, si le manifeste ne la nomme pas.")] = "",
    rows: Annotated[int | None, typer.Option(help="Combien de lignes il doit avoir.")] = None,
    sha256: Annotated[str | None, typer.Option(help="L’empreinte qu’il doit avoir.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Montrer ce qui changerait.")] = False,
    release: Annotated[bool, typer.Option("--release", help="Lever la quarantaine.")] = False,
    names: Annotated[bool, typer.Option("--names", help="Nommer les personnes.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Pour un programme.")] = False,
) -> None:
    """Prendre le fichier de tout le personnel. Code 0 : appliqué ; 2 : des lignes refusées ;
    3 : en quarantaine."""
    with platform(establishment, role=AccessRole.HR_OFFICER) as tandem:
        told = _with_options(found(file), source, rows, sha256)
        with _progress(quiet=as_json) as progress:
            loading = Loading(tandem, told, told.manifest.source or "", progress)
            loaded = loading.load(dry=dry_run, release=release)
        if as_json:
            print(loaded.run.model_dump_json(indent=1))  # noqa: T201 - for a program
        else:
            _show(loaded)
            if names:
                _name(tandem, loading, loaded.run)
    raise typer.Exit(_code(loaded))


@hr.command("runs")
def runs(establishment: Key) -> None:
    """Les fichiers qui sont venus, le dernier d’abord."""
    with platform(establishment) as tandem:
        table = Table("Début", "Source", "Lignes", "État", "Arrivés", "Changés", "Partis", "Id")
        for one in map(Run.model_validate, tandem.get("/directory/runs")):
            done = (one.counts.joined, one.counts.changed, one.counts.left)
            began = f"{one.began:%Y-%m-%d %H:%M}"
            table.add_row(began, one.source, str(one.rows), one.state, *map(str, done), str(one.id))
    out.print(table)


@hr.command("refuse")
def refuse(run: Annotated[str, typer.Argument()], establishment: Key) -> None:
    """Refuser un fichier en quarantaine."""
    with platform(establishment, role=AccessRole.HR_OFFICER) as tandem:
        tandem.post(f"/directory/runs/{run}/refusal")
    out.print("Le fichier est refusé.")


@hr.command("source")
def open_source(
    name: Annotated[str, typer.Argument(help="Minuscules, chiffres et traits d’union.")],
    establishment: Key,
    kind: Annotated[SourceKind, typer.Option(help="Par où elle parle.")] = SourceKind.FILE,
    tolerance: Annotated[Tolerance, typer.Option(help="SCIM : à la lettre, ou non.")] = (
        Tolerance.STRICT
    ),
    share: Annotated[int, typer.Option(help="Départs permis d’un coup, en pour cent.")] = 5,
    column: Annotated[list[str] | None, typer.Option(help="colonne=en-tête du fichier")] = None,
) -> None:
    """Ouvrir une source des RH. Son jeton n’est montré que cette fois."""
    columns = dict(one.split("=", 1) for one in column or ())
    said = {"name": name, "kind": kind, "tolerance": tolerance, "share": share, "columns": columns}
    with platform(establishment, role=AccessRole.HR_OFFICER) as tandem:
        opened = tandem.post("/directory/sources", said).json()["id"]
        out.print(f"La source « {name} » est ouverte.", highlight=False)
        if kind is not SourceKind.FILE:
            given = tandem.post(f"/directory/sources/{opened}/tokens").json()
            out.print(f"Jeton : {given['token']}", highlight=False, soft_wrap=True)


def _with_options(file: StaffFile, source: str, rows: int | None, sha256: str | None) -> StaffFile:
    """What is given by hand counts where the manifest says nothing."""
    given = {"source": source or None, "rows": rows, "sha256": sha256}
    said = {name: value for name, value in given.items() if value is not None}
    manifest = file.manifest.model_copy(update=said)
    if manifest.source is None:
        raise FileUnfit("Nommez la source : --source, ou « source » dans le manifeste.")
    return StaffFile(file.path, file.inside, manifest)


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Hear]:
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=err, disable=quiet) as bars:
        tasks: dict[str, TaskID] = {}

        def hear(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what)
            bars.update(tasks[what], completed=done, total=total)

        yield hear


def _show(loaded: Loaded) -> None:
    counts = loaded.run.counts
    table = Table("", "Prévu", "Fait")
    for words, planned, done in (
        ("Arrivent", counts.joining, counts.joined),
        ("Changent", counts.changing, counts.changed),
        ("Partent", counts.leaving, counts.left),
        ("Inchangés", counts.same, ""),
        ("Refusés", "", counts.refused),
        ("Lignes illisibles", counts.unreadable, ""),
    ):
        table.add_row(words, str(planned), str(done))
    out.print(table)
    if counts.keyless:
        out.print("Des lignes sont sans matricule : personne n’est tenu pour parti.")
    _show_troubles(loaded.troubles)
    out.print(STATES.get(loaded.run.state, loaded.run.state), soft_wrap=True)


def _show_troubles(troubles: list[Trouble]) -> None:
    table = Table("Ligne", "Colonne", "Quoi")
    for one in troubles[:MOST_SHOWN]:
        table.add_row(str(one.line), one.column or "", one.why)
    if troubles:
        out.print(table)


def _name(tandem: Platform, loading: Loading, run: Run) -> None:
    """Through the vault, which lets those see names who may, and writes down that they did."""
    for change, words in CHANGES.items():
        some = loading.changes(run.id, change).staff[:MOST_SHOWN]
        asked = {"purpose": "staff", "subjects": list(map(str, some)), "fields": ["name"]}
        try:
            known = tandem.post("/vault/subjects/resolutions", asked).json()["subjects"]
        except Refused as refused:
            out.print(str(refused))
            return
        people = ", ".join(sorted(one.get("name", "?") for one in known.values()))
        if people:
            out.print(f"{words} : {people}", highlight=False, soft_wrap=True)


def _code(loaded: Loaded) -> int:
    if loaded.run.state is RunState.QUARANTINED:
        return 3
    return 2 if loaded.troubles else 0

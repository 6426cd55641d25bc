"""`tandem restore`: a folder's servers as they were at a moment, checked before they are let in."""

from __future__ import annotations

import asyncio
import gzip
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.table import Table

from services.chassis.embedded import FolderTaken, is_taken
from services.chassis.moments import HERE
from services.chassis.notes import Checkpoint, Note
from services.chassis.processes import SERVANT, end_leftovers, folder_for_servers
from services.chassis.settings import Installation
from services.cli.backing_up import KEYS, Elsewhere, Folder, copy_keys, say_when, shown
from services.cli.copies import LOGS, Copy, copy_before, verify
from services.cli.demonstrating import MARK
from services.cli.reaching import home, said_plainly
from services.cli.recovering import recovered
from services.cli.running import NotDone

if TYPE_CHECKING:
    from services.cli.proving.assessing import Held
    from services.cli.proving.verifying import Report

out, err = Console(), Console(stderr=True)

To = Annotated[
    str | None, typer.Option("--to", help="Un moment : 2026-03-14T09:30 (heure d’ici), ou …Z.")
]
Against = Annotated[
    list[Path] | None, typer.Option(help="Ce qu’un témoin a reçu : un fichier, un dossier.")
]
Keys = Annotated[Path | None, typer.Option("--keys", help="Le dossier où sont les clés.")]
Over = Annotated[bool, typer.Option("--over", help="Remplacer ce qui est dans TANDEM_HOME.")]


class SomethingThere(NotDone):
    """Ce dossier contient déjà un Tandem. Donnez --over pour qu’il soit remplacé."""


class NoKeys(NotDone):
    """Sans les clés, rien de ce qui est scellé ne s’ouvre : donnez --keys."""


class NotWhole(NotDone):
    """Ce qui a été retrouvé ne tient pas les promesses du registre ; rien n’a été remplacé."""


class Restored(NamedTuple):
    """What came back, and how long each step took, in seconds."""

    copy: Copy
    until: datetime | None
    reports: list[Report]
    seconds: dict[str, float]


def restore(
    folder: Folder, to: To = None, against: Against = None, keys: Keys = None, over: Over = False
) -> None:
    """Refaire ce dossier à partir d’une copie et de ses journaux, et le vérifier avant d’ouvrir."""
    from services.cli.proving import telling

    try:
        moment = to and datetime.fromisoformat(to)
    except ValueError as error:
        raise typer.BadParameter("2026-03-14T09:30, par exemple.", param_hint="--to") from error
    with said_plainly():
        if "TANDEM_DATABASE_URL" in os.environ:
            raise Elsewhere
        _require_room(home(), over)
        done = put_back(folder.resolve(), home(), moment or None, against or (), keys, err)
    telling.tell(done.reports, out, False)
    for missing in _lost(done.reports, telling.notes_in(against or ())):
        out.print(f"[bold]{missing}[/bold]", highlight=False)
    _tell(done)


def put_back(
    folder: Path, home: Path, moment: datetime | None, held: Sequence[Path],
    keys: Path | None, console: Console,
) -> Restored:  # fmt: skip
    """All of it is made in a folder beside, and takes this one's place when it proves whole.

    Raises NothingKept, Damaged, NoKeys, NotWhole, DidNotStart; then nothing here has changed.
    """
    if moment and moment.tzinfo is None:
        moment = moment.replace(tzinfo=HERE)
    copy = copy_before(folder, moment)
    if not ((keys or home) / KEYS[0]).exists():
        raise NoKeys
    beside = home.with_name(f"{home.name}.restored")
    end_leftovers(beside)
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(mode=0o711, parents=True)
    _hand_over(folder)
    copy_keys(keys or home, beside)
    seconds: dict[str, float] = {}
    with shown() as bar:
        with _timed(seconds, "vérifier la copie"):
            task = bar.add_task("Vérification", total=None)
            verify(copy.folder, lambda read: bar.advance(task, read))
        with _timed(seconds, "reprendre"):
            until = recovered(copy, beside, moment, bar)
    with _timed(seconds, "prouver et ouvrir"):
        reports = _opened(beside, held, console)
    if any(one.findings for one in reports):
        raise NotWhole(f"{NotWhole.__doc__} Voyez {beside}.")
    _take_its_place(beside, home, folder / LOGS)
    say_when(home, copy)
    return Restored(copy, until, reports, seconds)


def _hand_over(folder: Path) -> None:
    """Copies that came from elsewhere belong to whoever brought them."""
    folder_for_servers(folder)
    if os.geteuid() == 0:
        for one in folder.rglob("*"):
            shutil.chown(one, SERVANT, SERVANT)


def _opened(home: Path, held: Sequence[Path], console: Console) -> list[Report]:
    """Provisioned, proved, and then all services once, without a door: what is to be made anew or
    destroyed again is so before anybody comes in."""
    from services import together
    from services.cli.proving import telling

    with together.installed(home) as installation:
        reports = telling.verified(installation, (), held, console)
        if not any(one.findings for one in reports):
            asyncio.run(_once(installation))
    return reports


async def _once(installation: Installation) -> None:
    from services import together

    async with together.platform(installation):
        pass


def _require_room(home: Path, over: bool) -> None:
    """Raises FolderTaken, SomethingThere."""
    if is_taken(home):
        raise FolderTaken(f"{home} : Tandem y est en marche. Arrêtez-le d’abord.")
    if (home / "postgres" / "data").exists() and not over:
        raise SomethingThere


def _take_its_place(beside: Path, home: Path, logs: Path) -> None:
    """What was here goes; what came of which log is kept with the logs, for the next time."""
    if is_taken(home):
        raise FolderTaken(f"{home} : Tandem y est en marche. Arrêtez-le d’abord.")
    home.mkdir(mode=0o711, parents=True, exist_ok=True)
    for history in (beside / "postgres" / "data" / "pg_wal").glob("*.history"):
        if logs.exists():
            with gzip.open(logs / f"{history.name}.gz", "wb") as kept:
                kept.write(history.read_bytes())
    for name in ("postgres", "nats", *KEYS):
        if (beside / name).exists():
            if (home / name).is_dir():
                shutil.rmtree(home / name)
            (beside / name).replace(home / name)
    (home / MARK).touch()  # what this is has been here before: nothing is told it anew
    shutil.rmtree(beside)


def _lost(reports: Sequence[Report], held: Iterable[Held]) -> Iterator[str]:
    """What somebody outside was shown, and is not here any more."""
    here = {one.establishment: one.entries for one in reports}
    for one in held:
        said = Checkpoint.read(Note.read(one.note).text)
        home = said.origin.split("/")[-2]
        if said.size > here.get(home, 0):
            gone = said.size - here.get(home, 0)
            yield f"{one.by} en a vu {gone} de plus de {home}, qui manquent."


@contextmanager
def _timed(seconds: dict[str, float], step: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    seconds[step] = time.monotonic() - began


def _tell(done: Restored) -> None:
    entries = sum(one.entries for one in done.reports)
    speed = entries / sum(done.seconds.values())
    steps = Table("Copie", "Taille", "Jusqu’à", *done.seconds, "entrées par seconde")
    until = done.until.astimezone(HERE).isoformat(" ", "seconds") if done.until else "la copie"
    took = (f"{one:.1f} s" for one in done.seconds.values())
    steps.add_row(done.copy.folder.name, decimal(done.copy.size), until, *took,
                  f"{speed:.0f}")  # fmt: skip
    out.print(steps)
    if not done.copy.is_whole:
        out.print(
            "De ce jour-là il ne reste que ce qui a été décidé : aucun renseignement personnel"
            " n’est revenu.", style="bold", soft_wrap=True,
        )  # fmt: skip
    out.print("Faites une copie maintenant (`tandem backup`) : les journaux repartent d’elle.")

"""`tandem backup`: a whole, checked copy of PostgreSQL while it runs, and from then on its logs."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.filesize import decimal
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from services.chassis.database import connect
from services.chassis.embedded import backed_up
from services.chassis.postgres import PROGRAMS
from services.chassis.processes import DidNotStart, folder_for_servers, rights
from services.chassis.settings import OPERATOR, Installation, Told
from services.cli.copies import (
    FACTS,
    LOGS,
    Copy,
    keeping,
    let_go,
    name_now,
    seal_facts,
    verify,
)
from services.cli.reaching import home, said_plainly
from services.cli.running import NotDone

out, err = Console(), Console(stderr=True)

KEYS = ("keys.json", "integrations.json", "integration_keys.json")
SAID = re.compile(r"(\d+)/(\d+) kB")

Folder = Annotated[Path, typer.Argument(help="Le dossier des copies, sur un autre disque.")]
Keys = Annotated[Path | None, typer.Option("--keys", help="Un dossier pour une copie des clés.")]


class Kept(Told):
    """For how long copies are kept: the certificates of destruction say so."""

    backups_kept: timedelta = timedelta(days=35)  # the same as the vault is told
    vault_backups_kept: timedelta = timedelta(days=7)  # older copies keep all but the vault


class Made(NamedTuple):
    """What a backup cost, and what it replaced."""

    copy: Copy
    seconds: float
    older: int  # that were let go


class Elsewhere(NotDone):
    """Ces serveurs-là ont leurs propres copies : voyez « Backup » dans deploy/README.md."""


def backup(folder: Folder, keys: Keys = None) -> None:
    """Copier PostgreSQL pendant qu’il tourne ; dès lors, ses journaux suivent à la minute."""
    from services.cli import servers

    with said_plainly():
        if "TANDEM_DATABASE_URL" in os.environ:
            raise Elsewhere
        with servers.at_hand(home()) as installation, shown() as bar:
            made = back_up(installation, folder.resolve(), bar)
        if keys:
            copy_keys(home(), keys)
        say_when(home(), made.copy)
    _tell(made, keys)


def back_up(installation: Installation, folder: Path, bar: Progress) -> Made:
    """A copy under its time once it is whole and checked. Raises DidNotStart, Damaged."""
    began = time.monotonic()
    folder.parent.mkdir(parents=True, exist_ok=True)
    logs = folder_for_servers(folder_for_servers(folder) / LOGS)
    asyncio.run(_keep_logs(installation, logs))
    unfinished = folder / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    size, keep = _copy(installation, unfinished, bar), Kept()
    if keep.vault_backups_kept < keep.backups_kept:
        _dump(installation, unfinished)
    task = bar.add_task("Vérification", total=size)
    verify(unfinished, lambda read: bar.advance(task, read))
    copy = Copy.at(unfinished.rename(folder / name_now()))
    older = let_go(folder, keep.backups_kept, keep.vault_backups_kept)
    return Made(copy, time.monotonic() - began, older)


async def _keep_logs(installation: Installation, logs: Path) -> None:
    """From now on every log goes there, and one that is not full within a minute."""
    said = {"archive_command": keeping(logs), "archive_timeout": "60"}
    connection = await connect(installation.operator_url("postgres"), "public")
    try:
        for name, value in said.items():
            words = await connection.fetchval("select quote_literal($1)", value)
            await connection.execute(f"alter system set {name} = {words}")
        await connection.execute("select pg_reload_conf()")
    finally:
        await connection.close()


def _copy(installation: Installation, to: Path, bar: Progress) -> int:
    """How many bytes that were before they were pressed together."""
    surroundings = rights()
    surroundings["env"] |= {"PGPASSWORD": installation.keys[OPERATOR]}
    command: list[str | Path] = [
        PROGRAMS / "pg_basebackup", f"--dbname={installation.database_url}",
        f"--username={OPERATOR}", f"--pgdata={to}", "--format=tar", "--gzip",
        "--wal-method=stream", "--checkpoint=fast", "--manifest-checksums=SHA256", "--progress",
    ]  # fmt: skip
    task, size, said = bar.add_task("Copie", total=None), 0, ""
    with subprocess.Popen(
        command, cwd=to.parent, stderr=subprocess.PIPE, text=True, **surroundings
    ) as copying:
        assert copying.stderr
        for said in copying.stderr:
            if found := SAID.search(said):
                done, size = (int(number) * 1024 for number in found.groups())
                bar.update(task, completed=done, total=size)
    if copying.returncode:
        raise DidNotStart(said)
    return size


def _dump(installation: Installation, to: Path) -> None:
    """What is in the common database, as of one moment; the vault is in another."""
    said = f"--dbname={installation.database_url}", "--format=custom", f"--file={to / FACTS}"
    work_on(installation, to, "pg_dump", *said)
    seal_facts(to)


def work_on(installation: Installation, folder: Path, program: str, *said: str) -> None:
    """A program of PostgreSQL, in the operator's name. Raises DidNotStart."""
    surroundings = rights()
    surroundings["env"] |= {"PGPASSWORD": installation.keys[OPERATOR]}
    command: list[str | Path] = [PROGRAMS / program, f"--username={OPERATOR}", *said]
    done = subprocess.run(
        command, cwd=folder, stderr=subprocess.PIPE, text=True, check=False, **surroundings
    )
    if done.returncode:
        raise DidNotStart(done.stderr)


def copy_keys(home: Path, to: Path) -> None:
    """Readable by their owner alone, as they are here."""
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    for file in (home / name for name in KEYS):
        if file.exists():
            shutil.copy2(file, to)


def say_when(home: Path, copy: Copy) -> None:
    """What the operators' page and the figures say of the last backup."""
    folder = backed_up(home)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "postgres").touch()
    os.utime(folder / "postgres", (copy.taken.timestamp(),) * 2)


@contextmanager
def shown() -> Iterator[Progress]:
    """A bar for what takes long."""
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeElapsedColumn()
    with Progress(*columns, console=err) as bar:
        yield bar


def _tell(made: Made, keys: Path | None) -> None:
    out.print(
        f"{made.copy.folder} : {decimal(made.copy.size)}, vérifiés, en {made.seconds:.1f} s."
        f" Copies plus anciennes effacées : {made.older}.",
        highlight=False, soft_wrap=True,
    )  # fmt: skip
    if not keys:
        out.print("Les clés n’y sont pas : gardez-en une copie ailleurs (--keys).")

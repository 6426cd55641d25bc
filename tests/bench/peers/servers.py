"""What all are measured on: one PostgreSQL, and a disk that may be slower than it is."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import asyncpg
import uvloop

from contracts import ANNOUNCING
from services.chassis.embedded import servers
from services.chassis.postgres import DATABASE, PROGRAMS
from services.chassis.processes import server
from services.chassis.settings import Installation
from services.provisioning import FIRST, SERVICES, provision

HERE = Path(__file__).parent
ENV, CC = shutil.which("env"), shutil.which("cc")


def slower(folder: Path, microseconds: int) -> Path | None:
    """What to preload so that every sync takes so much longer; None where nothing compiles it."""
    if not CC:
        return None
    made = folder / "slow_sync.so"
    how = ["-shared", "-fPIC", "-O2", f"-DSLOWER_BY={microseconds}", "-o", str(made)]
    subprocess.run([CC, *how, str(HERE / "slow_sync.c"), "-ldl"], check=True)
    made.chmod(0o755)
    return made


def preloaded(preload: Path | None) -> list[str]:
    return [ENV or "env", f"LD_PRELOAD={preload or ''}"]


@contextmanager
def postgresql(home: Path, preload: Path | None) -> Iterator[Installation]:
    """The server that comes with us, as it comes with us, with everything of ours in it."""
    with servers(home, SERVICES, ANNOUNCING, {}) as house:
        uvloop.run(provision(house))
    folder = home.resolve() / "postgres"
    running = folder / "data" / "postmaster.pid"
    running.unlink(missing_ok=True)
    started = [str(PROGRAMS / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]

    def ready() -> bool:
        return running.exists() and running.read_text().rstrip().endswith("ready")

    with server([*preloaded(preload), *started], folder, ready):
        at = f"postgresql:///{DATABASE}?host={quote(str(folder))}"
        yield replace(house, database_url=at)


def database_of(house: Installation, name: str) -> str:
    """A new one for a peer; the URL that opens it."""
    uvloop.run(_said(house.operator_url(FIRST), f"create database {name}"))
    return house.operator_url(name)


def settled(house: Installation, *databases: str) -> None:
    """As PostgreSQL leaves it by itself, a while after much was written."""
    for one in databases:
        uvloop.run(_said(house.operator_url(one), "vacuum (analyze)"))
    uvloop.run(_said(house.operator_url(FIRST), "checkpoint"))


def version_of(house: Installation) -> str:
    return uvloop.run(_said(house.operator_url(FIRST), "show server_version"))


async def _said(url: str, sql: str) -> str:
    connection = await asyncpg.connect(url)
    try:
        return str(await connection.fetchval(sql))
    finally:
        await connection.close()


def sync_takes(folder: Path, preload: Path | None) -> float:
    """Milliseconds until 8 kB more are on this disk, half of the time."""
    command = [*preloaded(preload), sys.executable, str(HERE / "syncing.py"), str(folder)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)

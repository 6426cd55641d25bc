"""An establishment leaves: it is given everything, then its personal values are destroyed."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
from rich.progress import Progress

from services.chassis.database import connect
from services.chassis.settings import Installation
from services.cli.exchange.failing import Interrupted
from services.cli.exchange.office import Office
from services.cli.exporting import give_back, written_at
from services.cli.running import Platform

# Values, and the digests and tokens that the directory keeps beside its facts. Who looked, and what
# was destroyed and when, stay: they hold no value.
DESTROYED = {
    "vault": ("kept", "keys", "cards", "aliases", "duplicates", "claims"),
    "directory": ("stated", "scim_resources", "scim_keys", "source_tokens", "snapshot_people",
                  "hook_doors", "hooks_aside", "employers_told"),
}  # fmt: skip
OF_RUNS = "delete from {} using snapshot_runs where run = snapshot_runs.id and establishment = $1"
BESIDE = {
    "vault": (),
    "directory": ("update receivers set sealed = null where establishment = $1",
                  OF_RUNS.format("snapshot_lines"), OF_RUNS.format("snapshot_work")),
}  # fmt: skip
REF = re.compile(r'"ref":"([0-9a-f-]{36})"')


def leave(
    tandem: Platform, installation: Installation, establishment: str, folder: Path, bar: Progress
) -> dict[str, int]:
    """The register, every fact and every value, written and on disk before anything goes.

    `installation`: where its values are. Done again, it gives what is left and destroys what is
    left. Raises Refused, Interrupted, NotWritten.
    """
    with written_at(folder):
        folder.mkdir(parents=True, exist_ok=True)
        office = Office(tandem, establishment)
        sheets = give_back(tandem, establishment, folder / "registre.xlsx", None, "fr")
        gone = tandem.post("/directory/establishment/departure")
        _await_entry(tandem, int(gone.headers["Tandem-Position"].partition("@")[2]))
        refs = _write_facts(office, folder / "faits.ndjson", bar)
        values = _write_values(office, refs, folder / "valeurs.ndjson", bar)
    destroyed = asyncio.run(destroy(installation, establishment))
    given = {"lignes du registre": sum(sheets.values()), "valeurs": values}
    return given | {f"détruit : {table}": count for table, count in destroyed.items()}


def _await_entry(tandem: Platform, position: int, within: float = 60.0) -> None:
    """Its own departure is the last of the facts that it is given."""
    deadline = time.monotonic() + within
    while tandem.get("/ledger/status")["directory"]["place"] < position:
        if time.monotonic() > deadline:
            raise Interrupted
        time.sleep(0.1)


def _write_facts(office: Office, path: Path, bar: Progress) -> list[str]:
    """Every entry of the ledger, one a line; the references they hold, each once."""
    refs: dict[str, None] = {}

    def lines() -> Iterator[bytes]:
        task = bar.add_task("Faits :")
        for entry in office.entries():
            line = orjson.dumps(entry)
            refs.update(dict.fromkeys(REF.findall(line.decode())))
            bar.advance(task)
            yield line

    _write(path, lines())
    return list(refs)


def _write_values(office: Office, refs: list[str], path: Path, bar: Progress) -> int:
    """The words behind the references, but for those erased before."""
    words = office.words(refs)
    task = bar.add_task("Valeurs :", completed=len(words))
    _write(path, (orjson.dumps({"ref": ref, "value": value}) for ref, value in words.items()))
    bar.update(task)
    return len(words)


def _write(path: Path, lines: Iterator[bytes]) -> None:
    """Whole and on disk, or not under this name."""
    new = path.with_suffix(".part")
    with new.open("wb") as file:
        for line in lines:
            file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


async def destroy(installation: Installation, establishment: str) -> dict[str, int]:
    """Delete the establishment's rows, and write the tables anew without them."""
    counts: dict[str, int] = {}
    for service, tables in DESTROYED.items():
        url = installation.operator_url(installation.database_of(service))
        connection = await connect(url, service)
        try:
            async with connection.transaction():
                for statement in BESIDE[service]:
                    await connection.execute(statement, establishment)
                for table in tables:
                    delete = f'delete from "{table}" where establishment = $1'
                    gone = await connection.execute(delete, establishment)
                    counts[table] = int(gone.removeprefix("DELETE "))
            for table in tables:
                await connection.execute(f'vacuum (full) "{table}"')
        finally:
            await connection.close()
    return counts

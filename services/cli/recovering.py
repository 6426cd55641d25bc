"""PostgreSQL from a copy, rolled on by its logs: to a moment, or to their end."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.progress import Progress

from services.chassis.database import Connection, connect
from services.chassis.embedded import keys_in
from services.chassis.moments import HERE
from services.chassis.postgres import postgres
from services.chassis.processes import folder_for_servers, private_file, run
from services.chassis.settings import OPERATOR, Installation
from services.cli.backing_up import work_on
from services.cli.copies import BASE, FACTS, LOGS, WAL, Copy, copies_in, giving_back
from services.provisioning import DATABASES, FIRST, provision

ASKED = Path(__file__).parent / "restored"
CARRIED = ("ledger", "vault")  # what a restore to an earlier moment must not forget
LAST = "select pg_last_xact_replay_timestamp()"
LONGEST = 24 * 3600.0  # seconds, for the logs of weeks


def recovered(copy: Copy, home: Path, moment: datetime | None, bar: Progress) -> datetime | None:
    """When the last decision was that is there; None: nothing came after the copy.

    The end of the logs is looked at first: what was destroyed by then stays so. Raises DidNotStart.
    """
    if not copy.is_whole:
        _from_facts(copy, home, bar)
        return None
    with _rolled_on(copy, home, None, bar) as installation:
        until, ends = asyncio.run(_end(installation))
        if moment is None or until is None or until <= moment:
            asyncio.run(_carry(installation, ends))
            return until
    with _rolled_on(copy, home, moment, bar) as installation:
        return asyncio.run(_carry(installation, ends))


def _from_facts(copy: Copy, home: Path, bar: Progress) -> None:
    """What was decided by then, beside a vault with nothing in it: its values may not be so old."""
    last = copies_in(copy.folder.parent)[-1]
    with _rolled_on(last, home, None, bar) as installation:
        _, ends = asyncio.run(_end(installation))
    shutil.rmtree(home / "postgres" / "data")
    keys = installation.keys
    with postgres(home / "postgres", keys[OPERATOR]) as url:
        installation = Installation(url, "", keys, DATABASES)
        asyncio.run(provision(installation))  # roles, and the vault
        asyncio.run(_emptied(installation))
        said = f"--dbname={installation.database_url}", str(copy.folder / FACTS)
        work_on(installation, home / "postgres", "pg_restore", "--exit-on-error", *said)
        asyncio.run(provision(installation))
        asyncio.run(_carry(installation, ends))


async def _emptied(installation: Installation) -> None:
    """The common database without anything in it."""
    name = installation.database_of("ledger")
    connection = await connect(installation.operator_url(FIRST), "public")
    try:
        await connection.execute(f'drop database "{name}" with (force)')
        await connection.execute(f'create database "{name}"')
    finally:
        await connection.close()


@contextmanager
def _rolled_on(
    copy: Copy, home: Path, moment: datetime | None, bar: Progress
) -> Iterator[Installation]:
    """PostgreSQL from this copy, with its logs up to a moment, or with all there are."""
    servers = folder_for_servers(home / "postgres")
    data = servers / "data"
    shutil.rmtree(data, ignore_errors=True)
    folder_for_servers(data)
    to = moment.astimezone(HERE).isoformat(" ", "seconds") if moment else "la fin des journaux"
    task = bar.add_task(f"Retour à {to}", total=None)
    run(["tar", "-xzf", copy.folder / BASE, "-C", data], servers)
    run(["tar", "-xzf", copy.folder / WAL, "-C", data / "pg_wal"], servers)
    private_file(data / "postgresql.auto.conf", "")  # it said where logs go: not ours, for now
    private_file(data / "recovery.signal", "")
    # Nobody is let in while it rolls on: it is ready when it is at its end.
    said = [f"restore_command={giving_back(copy.folder.parent / LOGS)}", "hot_standby=off"]
    if moment:
        said += [f"recovery_target_time={moment.astimezone(UTC):%F %T.%f+00}",
                 "recovery_target_action=promote"]  # fmt: skip
    keys = keys_in(home / "keys.json")
    with postgres(servers, keys[OPERATOR], *said, within=LONGEST) as url:
        bar.update(task, total=1, completed=1)
        yield Installation(url, "", keys, DATABASES)


async def _end(installation: Installation) -> tuple[datetime | None, dict[str, str]]:
    """When the last decision was, and what is known by then."""
    until, known = None, {}
    for service in CARRIED:
        async with _at(installation, service) as connection:
            until = await connection.fetchval(LAST)
            known[service] = await connection.fetchval(_asked(f"{service}_end"))
    return until, known


async def _carry(installation: Installation, known: Mapping[str, str]) -> datetime | None:
    """Write down what was known at the end; return when the last decision was that is here."""
    until = None
    for service in CARRIED:
        async with _at(installation, service) as connection:
            until = await connection.fetchval(LAST)
            await connection.execute(_asked(f"{service}_carry"), known[service])
    return until


def _asked(name: str) -> str:
    """As psql spells it, for whoever does this by hand."""
    return (ASKED / f"{name}.sql").read_text().replace(":'since'", "$1")


@asynccontextmanager
async def _at(installation: Installation, service: str) -> AsyncIterator[Connection]:
    connection = await connect(
        installation.operator_url(installation.database_of(service)), service
    )
    try:
        yield connection
    finally:
        await connection.close()

"""Schemas grow by numbered plain SQL files, each applied once, in order, by the operator."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import asyncpg

if TYPE_CHECKING:
    from services.chassis.database import Connection

SHARED = Path(__file__).parent / "migrations"
SERVICES = Path(__file__).parents[1]

RECORD = """
create table if not exists migrations (
    script text primary key,
    digest bytea not null,
    applied timestamptz not null default now()
)
"""


class ChangedAfterwards(Exception):
    """A migration was changed after it was applied. Undo that, and write the next number."""


class SchemaBehind(Exception):
    """The database lacks tables that this release needs. `tandem provision` makes them."""


class Script(NamedTuple):
    """One file, known by its folder and name: `deciding/0001_facts`."""

    name: str
    sql: str

    @property
    def digest(self) -> bytes:
        return sha256(self.sql.encode()).digest()


def scripts_of(service: str, kinds: Sequence[str]) -> list[Script]:
    """What the chassis keeps for services of these kinds, then the service's own."""
    folders = [SHARED / kind for kind in kinds] + [SERVICES / service / "migrations"]
    return [script for folder in folders for script in _scripts_in(folder)]


def _scripts_in(folder: Path) -> Iterator[Script]:
    room = folder.parent.name if folder.name == "migrations" else folder.name
    for file in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql")):
        yield Script(f"{room}/{file.stem}", file.read_text())


async def migrate(connection: Connection, service: str, scripts: Sequence[Script]) -> list[str]:
    """Bring one service's schema up to date, as its owner; return what was applied.

    Each script has its own transaction; who comes at the same moment waits and finds it done.
    """
    async with _alone(connection, service):
        await connection.execute(f'create schema if not exists "{service}"')
        await connection.execute(f'grant usage on schema "{service}" to "{service}"')
        await connection.execute(f'set search_path = "{service}"')
        await connection.execute(f'{RECORD}; grant select on migrations to "{service}"')
        rows = await connection.fetch("select script, digest from migrations")
        applied: dict[str, bytes] = dict(map(tuple, rows))
        for script in scripts:
            if applied.get(script.name, script.digest) != script.digest:
                raise ChangedAfterwards(f"{service}: {script.name}. {ChangedAfterwards.__doc__}")
        missing = [script for script in scripts if script.name not in applied]
        for script in missing:
            await _apply(connection, service, script)
    return [script.name for script in missing]


@asynccontextmanager
async def _alone(connection: Connection, service: str) -> AsyncIterator[None]:
    lock = f"migrations of {service}"
    await connection.execute("select pg_advisory_lock(hashtext($1))", lock)
    try:
        yield
    finally:
        await connection.execute("select pg_advisory_unlock(hashtext($1))", lock)


async def _apply(connection: Connection, service: str, script: Script) -> None:
    async with connection.transaction():
        # Spelled as psql spells it, so that an operator can run the file by hand.
        await connection.execute(script.sql.replace(':"service"', f'"{service}"'))
        await connection.execute(
            "insert into migrations (script, digest) values ($1, $2)", script.name, script.digest
        )


async def ensure_current(connection: Connection, service: str) -> None:
    """Raise SchemaBehind if a script on disk is missing; a schema that is ahead is welcome."""
    try:
        rows = await connection.fetch("select script from migrations")
    except (asyncpg.UndefinedTableError, asyncpg.InsufficientPrivilegeError):
        raise SchemaBehind(f"{service} has no schema. {SchemaBehind.__doc__}") from None
    applied = {script for (script,) in rows}
    kinds = {name.partition("/")[0] for name in applied} - {service}
    for script in scripts_of(service, sorted(kinds)):
        if script.name not in applied:
            raise SchemaBehind(f"{service} lacks {script.name}. {SchemaBehind.__doc__}")

"""Makes what the services live in: databases, roles, schemas. Saying it twice changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from contracts import ANNOUNCING
from services.chassis.database import Connection, connect
from services.chassis.migrating import migrate, scripts_of
from services.chassis.settings import Installation

# What each service keeps, as the chassis names it; its own migrations come besides.
# The ledger comes before insights, which reads its log.
KEEPS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(ANNOUNCING, ("deciding",)),
    **dict.fromkeys(
        ("recruitment", "training", "accompaniment", "evaluation"), ("deciding", "naming")
    ),
    "vault": ("deciding", "naming", "tenants"),
    "ledger": ("tenants",),
    "insights": ("tenants", "projecting"),
    "portal": (),
}
SERVICES = tuple(KEEPS)
DECIDING = tuple(service for service, kinds in KEEPS.items() if "deciding" in kinds)
DATABASES = {"vault": "vault"}
FIRST = "postgres"


async def provision(installation: Installation) -> list[str]:
    """Bring everything to what this release needs; return the migrations that were applied.

    May run while the services do, and twice at once. Raises ChangedAfterwards.
    """
    homes = {service: installation.home_of(service) for service in KEEPS}
    for server, url in {_server(url): url for url in homes.values()}.items():
        living = [service for service, home in homes.items() if _server(home) == server]
        async with _connected(installation.as_operator(url, FIRST)) as connection:
            await _make_roles(connection, installation, living)
            await _make_databases(connection, {installation.database_of(one) for one in living})
    applied = []
    for home in dict.fromkeys(homes.values()):
        database = urlsplit(home).path.lstrip("/")
        async with _connected(installation.as_operator(home, database)) as connection:
            for service in [one for one, its in homes.items() if its == home]:
                await connection.execute(f'grant connect on database "{database}" to "{service}"')
                applied += await migrate(connection, service, scripts_of(service, KEEPS[service]))
    return applied


def _server(url: str) -> tuple[str, str]:
    """What two URLs share whose databases are on one server."""
    parts = urlsplit(url)
    return parts.netloc, parts.query


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[Connection]:
    connection = await connect(url, "public")
    try:
        # Who provisions at the same moment waits here, and then finds it done.
        await connection.execute("select pg_advisory_lock(hashtext('provisioning'))")
        yield connection
    finally:
        await connection.close()


async def _make_roles(
    connection: Connection, installation: Installation, services: Collection[str]
) -> None:
    """A service logs in as itself and owns nothing."""
    known = {name for (name,) in await connection.fetch("select rolname from pg_roles")}
    for service in services:
        verb = "alter" if service in known else "create"
        words = f"select format('{verb} role %I login password %L', $1::text, $2::text)"
        await connection.execute(
            await connection.fetchval(words, service, installation.keys[service])
        )


async def _make_databases(connection: Connection, names: Collection[str]) -> None:
    known = {name for (name,) in await connection.fetch("select datname from pg_database")}
    for name in names:
        if name not in known:
            await connection.execute(f'create database "{name}"')
        await connection.execute(f'revoke all on database "{name}" from public')

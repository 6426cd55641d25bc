"""Looks for words wherever Tandem writes or answers, but for the vault's own shelves."""

import json
from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx2

from services.chassis.settings import Installation

SHELVES = {"vault.kept", "vault.keys", "vault.cards"}
TABLES = """
select quote_ident(schemaname) || '.' || quote_ident(tablename) from pg_tables
where schemaname not in ('pg_catalog', 'information_schema')
"""


class House(NamedTuple):
    """An installation as an inspector sees it: its servers, and the services at their doors."""

    installation: Installation
    office: httpx2.AsyncClient
    services: Collection[str]


async def places_with(house: House, *words: str) -> dict[str, set[str]]:
    """Where each word stands, beside the vault's shelves: `intake.events`, `GET /ledger/…`.

    They have to be ASCII: JSON may spell any other letter in several ways, and would hide it.
    """
    assert all(word.isascii() for word in words)
    found: dict[str, set[str]] = {word: set() for word in words}
    async for place, text in _everything(house):
        for word in words:
            if word in text:
                found[word].add(place)
    return found


async def traces_of(installation: Installation, *words: str, log: bool = True) -> set[str]:
    """Every table of every schema and every file with one of these: the vault's, PostgreSQL's own.

    Without its write-ahead log, for what was there and is gone: that one lets go of it in time.
    """
    found = {
        place
        async for place, text in _rows(installation, but=())
        if any(word in text for word in words)
    }
    await _written_out(installation)
    folder = _folder_of(installation)
    for file in folder.rglob("*"):
        if file.is_file() and (log or "pg_wal" not in file.parts):
            content = _content(file)
            if any(word.encode() in content for word in words):
                found.add(str(file.relative_to(folder)))
    return found


async def _everything(house: House) -> AsyncIterator[tuple[str, str]]:
    async for row in _rows(house.installation, but=SHELVES):
        yield row
    for content in _files(_folder_of(house.installation)):
        yield content
    async for answer in _answers(house):
        yield answer


async def _rows(installation: Installation, but: Collection[str]) -> AsyncIterator[tuple[str, str]]:
    for database in {installation.database_of(name) for name in installation.keys}:
        operator = await asyncpg.connect(installation.operator_url(database))
        for (table,) in await operator.fetch(TABLES):
            if table not in but:
                for row in await operator.fetch(f"select * from {table}"):
                    yield table, repr(tuple(row))
        await operator.close()


async def _written_out(installation: Installation) -> None:
    """Only then are the files what the tables are."""
    operator = await asyncpg.connect(installation.operator_url(installation.database_of("vault")))
    await operator.execute("checkpoint")
    await operator.close()


def _folder_of(installation: Installation) -> Path:
    """Embedded servers have their folders side by side, and PostgreSQL its socket in its own."""
    [socket] = parse_qs(urlsplit(installation.database_url).query)["host"]
    return Path(socket).parent


def _files(folder: Path) -> Iterator[tuple[str, str]]:
    """Streams and logs. PostgreSQL's own files hold the vault too: its tables were looked at."""
    shelves = folder / "postgres" / "data"
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_relative_to(shelves):
            yield str(file.relative_to(folder)), _content(file).decode("latin-1")


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:  # a stream let go of it meanwhile
        return b""


async def _answers(house: House) -> AsyncIterator[tuple[str, str]]:
    """Everything that can be read of every service, about everything there is."""
    ids = await _ids(house.installation)
    for service in house.services:
        told = (await house.office.get(f"/{service}/openapi.json")).json()
        for path, asked in told["paths"].items():
            for address in _addresses(path, asked["get"], told, ids) if "get" in asked else ():
                answer = await house.office.get(f"/{service}{address}")
                yield f"GET /{service}{path}", f"{answer.headers} {answer.text}"


def _addresses(
    path: str, asked: Mapping[str, Any], told: Mapping[str, Any], ids: Collection[str]
) -> Iterator[str]:
    """The path with every id in its blank, or every word that there is for it."""
    blanks = {
        one["name"]: _words(one["schema"], told) or ids
        for one in asked.get("parameters", ())
        if one["in"] == "path"
    }
    for filled in product(*blanks.values()):
        yield path.format(**dict(zip(blanks, filled, strict=True)))


def _words(shape: Mapping[str, Any], told: Mapping[str, Any]) -> Collection[str]:
    name = shape.get("$ref", "").rpartition("/")[2]
    named = told["components"]["schemas"][name] if name else shape
    return list(named.get("enum", ()))


async def _ids(installation: Installation) -> set[str]:
    """Every stream, and every person whom a fact names."""
    operator = await asyncpg.connect(installation.operator_url(installation.database_of("ledger")))
    bodies = await operator.fetch("select body from ledger.entries")
    await operator.close()
    facts = [json.loads(body) for (body,) in bodies]
    return {one for fact in facts for one in (fact["subject"], *fact["persons"].split())}

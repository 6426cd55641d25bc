"""Where the vault keeps things: one establishment's at a time, and a journal of who looked."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractAsyncContextManager
from typing import Self
from uuid import UUID

from contracts.vault import Purpose
from services.chassis.database import Connection, Pool, acting_as, open_pool
from services.chassis.deciding import Provenance

READ = """
insert into readings (establishment, actor, onbehalfof, role, purpose, subjects)
values ($1, $2, $3, $4, $5, $6)
"""


class Safe:
    """The vault's own tables."""

    def __init__(self, database_url: str) -> None:
        self._database_url = database_url
        self._pool: Pool

    async def __aenter__(self) -> Self:
        self._pool = await open_pool(self._database_url, "vault")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._pool.close()

    def opened(self, by: Provenance) -> AbstractAsyncContextManager[Connection]:
        """A transaction in which only the establishment of whoever asks can be seen."""
        return acting_as("vault", self._pool, by.establishment)


async def journal(
    connection: Connection, by: Provenance, purpose: Purpose, subjects: Iterable[UUID]
) -> None:
    """Write down who reads of whom, and why, in the transaction of that reading.

    Values may leave once it is committed, and not before.
    """
    persons = sorted(set(subjects))
    await connection.execute(
        READ, by.establishment, by.actor, by.onbehalfof, by.role, purpose, persons
    )

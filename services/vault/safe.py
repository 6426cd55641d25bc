"""Where the vault keeps things: one establishment's at a time."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from typing import Self

from services.chassis.database import Connection, Pool, acting_as, open_pool
from services.chassis.deciding import Provenance


class Safe:
    """The vault's own tables."""

    def __init__(self, database_url: str) -> None:
        self.database_url = database_url
        self.pool: Pool

    async def __aenter__(self) -> Self:
        self.pool = await open_pool(self.database_url, "vault")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.pool.close()

    def opened(self, by: Provenance) -> AbstractAsyncContextManager[Connection]:
        """A transaction in which only the establishment of whoever asks can be seen."""
        return self.opened_for(by.establishment)

    def opened_for(self, establishment: str) -> AbstractAsyncContextManager[Connection]:
        """The same, where nobody asks."""
        return acting_as("vault", self.pool, establishment)

"""The ways into the database that read models and their readers share."""

from __future__ import annotations

from typing import Self

from services.chassis.database import Pool, open_pool, open_pool_as
from services.chassis.log import Log
from services.chassis.metrics import Figure
from services.chassis.observing import Observer


class Library:
    """The connections that all projections of a service and their readers share."""

    def __init__(self, database_url: str, schema: str = "insights") -> None:
        self._database_url = database_url
        self._schema = schema
        self.pool: Pool
        self.log: Log

    async def __aenter__(self) -> Self:
        self.pool = await open_pool(self._database_url, self._schema, derived=True)
        self._log_pool = await open_pool_as("log_reader", self._database_url, "ledger")
        self.log = Log(self._log_pool)
        return self

    async def figures(self) -> list[Figure]:
        return await Observer(self).figures()

    async def __aexit__(self, *_: object) -> None:
        await self._log_pool.close()
        await self.pool.close()

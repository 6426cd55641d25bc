"""The operator's hands, for tests that look where no service may look, or break things."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from services.chassis.database import Connection, connect
from services.chassis.settings import Installation


@asynccontextmanager
async def operating(installation: Installation, service: str) -> AsyncIterator[Connection]:
    """A connection with every right, in this service's schema."""
    url = installation.operator_url(installation.database_of(service))
    connection = await connect(url, service)
    try:
        yield connection
    finally:
        await connection.close()

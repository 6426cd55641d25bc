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


async def put_back(installation: Installation, position: int) -> None:
    """As if the database of intake had been restored from a backup of that moment."""
    async with operating(installation, "intake") as operator:
        await operator.execute("delete from events where position > $1", position)
        await operator.execute("update head set position = $1", position)

"""Connections to NATS are closed, whatever happens to those who had them."""

import asyncio

import pytest
from nats.aio.client import Client

from services.chassis.jetstream import connection
from services.chassis.settings import Settings

pytestmark = pytest.mark.anyio


async def test_who_is_hurried_while_leaving_leaves_no_connection_open(settings: Settings) -> None:
    opened = asyncio.get_running_loop().create_future()

    async def stay() -> None:
        async with connection(settings.nats_url) as client:
            await client.subscribe(f"{client._inbox_prefix.decode()}.nothing")
            opened.set_result(client)
            await asyncio.Event().wait()

    guest = asyncio.create_task(stay())
    client: Client = await opened

    guest.cancel()
    await asyncio.sleep(0)  # it is on its way out
    guest.cancel()
    await asyncio.wait([guest])

    assert guest.cancelled()
    assert client._transport
    assert client._transport.at_eof()

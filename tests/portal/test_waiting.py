import asyncio
import time
from collections.abc import AsyncIterator

import pytest

from contracts.access import AccessRole
from services.chassis.settings import Installation
from services.portal import calling
from services.portal.calling import Away, Caller, Services

pytestmark = pytest.mark.anyio

SOMEBODY = Caller("north", "staff:x", (AccessRole.ADVISOR,))


@pytest.fixture
async def mute() -> AsyncIterator[str]:
    """The address of services that listen and never answer."""
    end = asyncio.Event()

    async def listen(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await end.wait()
        writer.close()

    async with await asyncio.start_server(listen, "127.0.0.1", 0) as door:
        yield f"http://127.0.0.1:{door.sockets[0].getsockname()[1]}/{{service}}"
        end.set()


async def asked(services: Services) -> float:
    """How many seconds it took to hear that nobody answers."""
    began = time.monotonic()
    with pytest.raises(Away):
        await services.read("insights", "/partners", SOMEBODY)
    return time.monotonic() - began


async def test_a_service_that_kept_a_page_waiting_is_waited_for_once(
    installation: Installation, mute: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "PATIENCE", 1.0)
    monkeypatch.setattr(calling, "BRIEFLY", 0.1)
    settings = installation.settings("portal").model_copy(update={"services_at": mute})

    async with Services(settings) as services:
        took = [await asked(services) for _ in range(3)]

    assert took[0] > 0.9
    assert max(took[1:]) < 0.5

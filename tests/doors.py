"""Services behind a real door, as they are for each other."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from importlib import import_module

import uvicorn
from fastapi import FastAPI

from services.chassis.settings import Installation
from tests.patience import eventually


@asynccontextmanager
async def answering(installation: Installation, *names: str) -> AsyncIterator[Installation]:
    """These services and no other, at `services_at` of the installation that is given."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        # uvloop says so of itself; else an answer waits 40 ms for the caller's acknowledgement.
        door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        here = f"http://127.0.0.1:{door.getsockname()[1]}/{{service}}"
        housed = replace(installation, services_at=here)
        app = _together(housed, names)
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", ws="none"))
        serving = asyncio.create_task(server.serve([door]))

        async def started() -> bool:
            return server.started or serving.done()

        await eventually(started, within=60)
        try:
            yield housed
        finally:
            server.should_exit = True
            await serving


def _together(installation: Installation, names: tuple[str, ...]) -> FastAPI:
    services: dict[str, FastAPI] = {
        name: import_module(f"services.{name}.main").build(installation.settings(name))
        for name in names
    }

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as living:
            for service in services.values():
                await living.enter_async_context(service.router.lifespan_context(service))
            yield

    app = FastAPI(lifespan=lifespan)
    for name, service in services.items():
        app.mount(f"/{name}", service)
    return app

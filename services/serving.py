"""Services behind one door: what `tandem up` opens for all of them, and `tandem serve` for one."""

from __future__ import annotations

import gc
import os
import socket
from collections.abc import AsyncIterator, Callable, Collection, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from importlib import import_module

import uvicorn
import uvloop
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from services.chassis.figures import metering
from services.chassis.health import health
from services.chassis.logs import write_logs
from services.chassis.processes import DidNotStart, PortTaken
from services.chassis.settings import Settings
from services.chassis.tracing import traced
from services.provisioning import KEEPS

PORTAL = "portal"
LOOPBACK = "127.0.0.1"

type Builder = Callable[[Settings], FastAPI]


def assemble(
    builders: Mapping[str, Builder], settings: Mapping[str, Settings], pending: Collection[str] = ()
) -> FastAPI:
    """One application of these services, each under its name, the portal at the root."""
    hosts = {host for one in settings.values() for host in one.hosts}
    services = {name: builders[name](settings[name]) for name in settings}
    one = next(iter(settings.values()))  # what is told of the whole process is told to each
    started: set[str] = set()

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as living:
            await living.enter_async_context(traced(one.traces, one.traces_share))
            for name, service in services.items():
                await living.enter_async_context(service.router.lifespan_context(service))
                started.add(name)
            yield
            started.clear()

    platform = FastAPI(title="Tandem", lifespan=lifespan, docs_url=None, openapi_url=None)
    platform.add_middleware(TrustedHostMiddleware, allowed_hosts=sorted(hosts))
    platform.include_router(health(settings, KEEPS, started, pending))
    platform.include_router(metering(services, one.metrics_key, one.backups))
    # The portal is everything that has no other name: it comes last.
    for name, service in sorted(services.items(), key=lambda named: named[0] == PORTAL):
        platform.mount("" if name == PORTAL else f"/{name}", service)
    return platform


def serve_alone(service: str, host: str, port: int) -> None:
    """Run one service with the settings of its environment, on servers that are elsewhere.

    Raises PortTaken or DidNotStart.
    """
    write_logs()
    if service not in KEEPS:
        raise DidNotStart(f"There is no service {service}: {', '.join(KEEPS)}.")
    settings = Settings().of(service)
    if settings.demonstration and LOOPBACK not in (host, settings.published_at):
        raise DidNotStart(f"Demonstration accounts are for {LOOPBACK}, not for {host}.")
    # By its name, so that a process holds the code of its own service and of no other.
    build = import_module(f"services.{service}.main").build
    with door_at(host, port) as door:
        serve(assemble({service: build}, {service: settings}), door)


@contextmanager
def door_at(host: str, port: int) -> Iterator[socket.socket]:
    """Taken before anything is started, so that a second start fails at once and says why."""
    try:
        door = socket.create_server((host, port), backlog=512)
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise PortTaken(f"{host}:{port}: {why}. TANDEM_PORT names another.") from error
    with door:
        yield door


def serve(platform: FastAPI, door: socket.socket) -> None:
    """Until asked to stop. Raises DidNotStart."""
    config = uvicorn.Config(
        platform, log_config=None, log_level="warning", timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    gc.collect()
    gc.freeze()  # what was built once is looked through neither while serving nor at the end
    gc.enable()
    with suppress(KeyboardInterrupt):
        uvloop.run(server.serve([door]))
    if not server.started:
        raise DidNotStart("The services did not start; the log above says why.")

"""What the parts of a service say of themselves to Prometheus, at the moment it looks."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

import psutil
from fastapi import APIRouter, FastAPI, Request, Response
from pydantic import SecretStr

from services.chassis.database import Pool
from services.chassis.diagnosis import last_backup
from services.chassis.metrics import MEDIA_TYPE, Figure, exposition
from services.chassis.wal import of_wal

PATIENCE = 2.0  # seconds; what does not answer by then is down for this look
HEAD = "select position from head"
ASIDE = "select listener, count(*) from quarantine group by listener"


@runtime_checkable
class Measured(Protocol):
    """A part of a service that has figures to tell."""

    async def figures(self) -> Collection[Figure]: ...


class Listening(Protocol):
    """What a listener hears of one source, as far as figures go."""

    place: int
    tries: int

    @property
    def source(self) -> str: ...


def metering(
    services: Mapping[str, FastAPI], key: SecretStr | None, backups: Path | None
) -> APIRouter:
    """`/metrics` of all these services, for whoever shows the key; for nobody if there is none."""
    api = APIRouter(include_in_schema=False)

    @api.get("/metrics")
    async def metrics(request: Request) -> Response:
        if key is None or not key.get_secret_value():
            return Response(status_code=404)
        shown = request.headers.get("authorization", "").encode()
        if not hmac.compare_digest(shown, f"Bearer {key.get_secret_value()}".encode()):
            return Response(status_code=401, headers={"WWW-Authenticate": "Bearer"})
        asked = (_all_of(name, service) for name, service in services.items())
        told = [figure for some in await asyncio.gather(*asked) for figure in some]
        told += [*_of_backups(backups), *_of_process()]
        return Response(exposition(told), media_type=MEDIA_TYPE)

    return api


async def _all_of(name: str, service: FastAPI) -> list[Figure]:
    """Of every part that answers; what does not costs the others nothing."""
    up, told = 1, list[Figure]()
    for part in getattr(service.state, "parts", ()):
        try:
            async with asyncio.timeout(PATIENCE):
                told += await part.figures() if isinstance(part, Measured) else ()
        except Exception:
            up = 0
    return [Figure("tandem_up", {"service": name}, up), *told]


async def of_store(service: str, pool: Pool, behind: bool, unsure: bool) -> list[Figure]:
    """How far a service has decided, and what lies aside there."""
    label, aside = {"service": service}, await pool.fetch(ASIDE)
    return [
        Figure("tandem_store_position", label, await pool.fetchval(HEAD)),
        Figure("tandem_store_behind", label, behind),
        Figure("tandem_store_unsure", label, unsure),
        *(Figure("tandem_quarantine", label | {"listener": one}, count) for one, count in aside),
        *of_pool(service, pool),
        *await of_wal(service, pool),
    ]


def of_ears(service: str, ears: Iterable[Listening]) -> list[Figure]:
    """How far a service has heard each other one."""
    told = []
    for ear in ears:
        label = {"service": service, "source": ear.source}
        told.append(Figure("tandem_listener_position", label, ear.place))
        told.append(Figure("tandem_listener_tries", label, ear.tries))
    return told


def of_pool(service: str, pool: Pool) -> list[Figure]:
    """How many of its connections are at work, and how many wait for some."""
    idle = pool.get_idle_size()
    return [
        Figure("tandem_pool_connections", {"service": service, "state": state}, count)
        for state, count in (("busy", pool.get_size() - idle), ("idle", idle))
    ]


def _of_backups(folder: Path | None) -> list[Figure]:
    if at := last_backup(folder):
        return [Figure("tandem_backup_age_seconds", {}, time.time() - at.timestamp())]
    return []


def _of_process() -> list[Figure]:
    process = psutil.Process()
    times = process.cpu_times()
    return [
        Figure("process_resident_memory_bytes", {}, process.memory_info().rss),
        Figure("process_cpu_seconds_total", {}, times.user + times.system),
    ]

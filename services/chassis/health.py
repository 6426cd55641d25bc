"""Whether a process lives, and whether its services can do their work."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from services.chassis.database import connect
from services.chassis.jetstream import connection
from services.chassis.migrating import ensure_current
from services.chassis.settings import Settings

PATIENCE = 2.0


def health(
    settings: Mapping[str, Settings],
    keeping: Collection[str],
    started: Collection[str],
    pending: Collection[str] = (),
) -> APIRouter:
    """Ready is who has started, and gets into NATS and, if it keeps something, its database.

    Nor is it ready while something named in `pending` is still being prepared.
    """
    api = APIRouter(prefix="/health", include_in_schema=False)

    @api.get("/live")
    async def live() -> dict[str, bool]:
        return {"live": True}

    @api.get("/ready")
    async def ready() -> JSONResponse:
        asked = [_lacks(name, settings[name], name in keeping, started) for name in settings]
        lacking = dict(zip(settings, await asyncio.gather(*asked), strict=True))
        services: dict[str, object] = {name: lacks or "ready" for name, lacks in lacking.items()}
        services |= dict.fromkeys(pending, "under way")
        healthy = not pending and not any(lacking.values())
        return JSONResponse({"ready": healthy, "services": services}, 200 if healthy else 503)

    return api


async def _lacks(
    name: str, settings: Settings, keeps: bool, started: Collection[str]
) -> dict[str, str]:
    """What this service is without, and the kind of trouble; nothing personal or secret."""
    if name not in started:
        return {"start": "under way"}
    checks: dict[str, Callable[[], Awaitable[None]]] = {"nats": lambda: _reach_nats(settings)}
    if keeps:
        checks["database"] = lambda: _reach_database(name, settings)
    lacks = {}
    for what, check in checks.items():
        try:
            async with asyncio.timeout(PATIENCE):
                await check()
        except Exception as trouble:
            lacks[what] = type(trouble).__name__
    return lacks


async def _reach_database(name: str, settings: Settings) -> None:
    connection = await connect(settings.database_url, name)
    try:
        await ensure_current(connection, name)
    finally:
        connection.terminate()


async def _reach_nats(settings: Settings) -> None:
    async with connection(settings.nats_url, allow_reconnect=False):
        pass

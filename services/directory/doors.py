"""The doors by which HR speaks: who may, and what becomes of what they say."""

from __future__ import annotations

import asyncio
from importlib import import_module

from fastapi import APIRouter
from starlette.types import ASGIApp, Receive, Scope, Send

from services.chassis.personal import Vault
from services.chassis.store import Store
from services.directory.sealing import Seals
from services.directory.snapshots.api import snapshot_routes
from services.directory.snapshots.loading import Snapshots
from services.directory.snapshots.uploading import Uploads
from services.directory.sources import Sources
from services.directory.sources_api import source_routes
from services.directory.stating import Stating

FORGET = (
    "delete from source_tokens where establishment = $1",
    "delete from scim_resources where establishment = $1",
    "delete from snapshot_people where establishment = $1",
    "delete from snapshot_lines where run in"
    " (select id from snapshot_runs where establishment = $1)",
    "delete from snapshot_troubles where run in"
    " (select id from snapshot_runs where establishment = $1)",
    "delete from snapshot_work where run in"
    " (select id from snapshot_runs where establishment = $1)",
)


def doors(store: Store, vault: Vault, stating: Stating, uploads: Uploads) -> APIRouter:
    """Sources, SCIM and nightly files; all of them lead to `stating`."""
    sources, seals = Sources(store), Seals(vault)
    api = APIRouter()
    api.include_router(source_routes(sources))
    api.include_router(snapshot_routes(uploads.snapshots, uploads))
    api.mount("/scim", _Unopened(sources, store, vault, stating, seals), name="scim")
    return api


class _Unopened:
    """The SCIM door until somebody knocks: what it imports is a tenth of a start, for HR alone."""

    def __init__(self, *parts: object) -> None:
        self._parts = parts
        self._door: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._door is None:
            door = await asyncio.to_thread(import_module, "services.directory.scim.door")
            self._door = door.ScimDoor(*self._parts)
        await self._door(scope, receive, send)


def uploads(store: Store, vault: Vault, stating: Stating) -> Uploads:
    """Files that people bring: they are read as long as the service lives."""
    return Uploads(Snapshots(store, stating, Seals(vault)))


async def forget(store: Store, establishment: str) -> None:
    """The establishment has left: its tokens open nothing, and no digest of its people stays."""
    async with store.pool.acquire() as connection, connection.transaction():
        for statement in FORGET:
            await connection.execute(statement, establishment)

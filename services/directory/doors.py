"""The doors by which HR speaks: who may, and what becomes of what they say."""

from __future__ import annotations

from fastapi import APIRouter

from services.chassis.personal import Vault
from services.chassis.store import Store
from services.directory.scim.door import ScimDoor
from services.directory.sealing import Seals
from services.directory.snapshots.api import snapshot_routes
from services.directory.snapshots.loading import Snapshots
from services.directory.sources import Sources
from services.directory.sources_api import source_routes
from services.directory.stating import Stating

FORGET = (
    "delete from source_tokens where establishment = $1",
    "delete from scim_resources where establishment = $1",
    "delete from snapshot_people where establishment = $1",
    "delete from snapshot_lines where run in"
    " (select id from snapshot_runs where establishment = $1)",
    "delete from snapshot_work where run in"
    " (select id from snapshot_runs where establishment = $1)",
)


def doors(store: Store, vault: Vault, stating: Stating) -> APIRouter:
    """Sources, SCIM and nightly files; all of them lead to `stating`."""
    sources, seals = Sources(store), Seals(vault)
    api = APIRouter()
    api.include_router(source_routes(sources))
    api.include_router(snapshot_routes(Snapshots(store, stating, seals)))
    api.mount("/scim", ScimDoor(sources, store, vault, stating, seals), name="scim")
    return api


async def forget(store: Store, establishment: str) -> None:
    """The establishment has left: its tokens open nothing, and no digest of its people stays."""
    async with store.pool.acquire() as connection, connection.transaction():
        for statement in FORGET:
            await connection.execute(statement, establishment)

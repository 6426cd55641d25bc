"""The directory, put together."""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI

from services.chassis.alarms import Alarms
from services.chassis.hearing import Listener
from services.chassis.http import serve
from services.chassis.operating import operating
from services.chassis.personal import Vault
from services.chassis.relay import Relay
from services.chassis.settings import Settings
from services.chassis.store import Store
from services.directory.alarms import DEPARTURE, alarms_of
from services.directory.api import routes
from services.directory.application import Directory
from services.directory.doors import doors, forget, uploads
from services.directory.logos import Logos
from services.directory.outside import Outside
from services.directory.snapshots.uploading import FILES, LARGEST_FILE
from services.directory.staff_api import staff_routes
from services.directory.staffing import Staffing
from services.directory.stating import Stating


def build(settings: Settings) -> FastAPI:
    store, vault = Store("directory", settings.database_url, alarms_of), Vault(settings)
    directory, logos = Directory(store, vault), Logos(store)
    stating = Stating(store, vault, settings.secret)
    staffing = Staffing(store, vault, stating.memory)
    alarms = Alarms(store, settings.database_url)
    alarms.when(DEPARTURE)(staffing.ring)
    forgetting = (logos.forget, stating.memory.forget, partial(forget, store))
    api = routes(directory, logos, forgetting, store, vault)
    api.include_router(staff_routes(directory, staffing))
    brought = uploads(store, vault, stating)
    api.include_router(doors(store, vault, stating, brought))
    outside = Outside(settings, store, vault, stating)
    listener = outside.listen(Listener(store, settings.nats_url))
    api.include_router(outside.routes())
    api.include_router(operating(store, settings, listener))
    relay = Relay(store, settings)
    return serve(
        "directory", settings, api, store, vault, relay, listener, alarms, brought, *outside.parts,
        larger={FILES: LARGEST_FILE},
    )  # fmt: skip

"""The directory, put together."""

from __future__ import annotations

from fastapi import FastAPI

from services.chassis.http import serve
from services.chassis.operating import operating
from services.chassis.personal import Vault
from services.chassis.relay import Relay
from services.chassis.settings import Settings
from services.chassis.store import Store
from services.directory.api import routes
from services.directory.application import Directory


def build(settings: Settings) -> FastAPI:
    store, vault = Store("directory", settings.database_url), Vault(settings)
    directory = Directory(store, vault)
    relay = Relay(store, settings)
    api = routes(directory, store, vault)
    api.include_router(operating(store, settings))
    return serve("directory", settings, api, store, vault, relay)

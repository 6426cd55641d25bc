"""Accompaniment, put together."""

from __future__ import annotations

from fastapi import FastAPI

from services.accompaniment.api import routes
from services.accompaniment.application import Accompaniment
from services.accompaniment.files import Files
from services.accompaniment.messages import listen
from services.accompaniment.signing import Signing
from services.accompaniment.speaking import Speaking
from services.chassis.hearing import Listener
from services.chassis.http import serve
from services.chassis.operating import operating
from services.chassis.personal import Vault
from services.chassis.relay import Relay
from services.chassis.settings import Settings
from services.chassis.store import Store


def build(settings: Settings) -> FastAPI:
    store, vault = Store("accompaniment", settings.database_url), Vault(settings)
    files = Files(store)
    accompaniment = Accompaniment(store, vault, files)
    speaking = Speaking(store, vault, files)
    listener = listen(Listener(store, settings.nats_url), accompaniment, speaking, files)
    relay = Relay(store, settings)
    api = routes(accompaniment, Signing(store, vault, speaking), store, vault)
    api.include_router(operating(store, settings, listener))
    return serve("accompaniment", settings, api, store, vault, relay, listener)

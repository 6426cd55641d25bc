"""Training, put together."""

from __future__ import annotations

from fastapi import FastAPI

from services.chassis.hearing import Listener
from services.chassis.http import serve
from services.chassis.operating import operating
from services.chassis.personal import Vault
from services.chassis.relay import Relay
from services.chassis.settings import Settings
from services.chassis.store import Store
from services.training.api import routes
from services.training.application import Training
from services.training.messages import listen


def build(settings: Settings) -> FastAPI:
    store, vault = Store("training", settings.database_url), Vault(settings)
    training = Training(store, vault)
    listener = listen(Listener(store, settings.nats_url), training)
    relay = Relay(store, settings)
    api = routes(training, store, vault)
    api.include_router(operating(store, settings, listener))
    return serve("training", settings, api, store, vault, relay, listener)

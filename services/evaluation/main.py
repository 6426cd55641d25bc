"""Evaluation, put together."""

from __future__ import annotations

from fastapi import FastAPI

from services.chassis.hearing import Listener
from services.chassis.http import serve
from services.chassis.operating import operating
from services.chassis.personal import Vault
from services.chassis.relay import Relay
from services.chassis.settings import Settings
from services.chassis.store import Store
from services.evaluation.api import routes
from services.evaluation.application import Evaluation
from services.evaluation.messages import listen


def build(settings: Settings) -> FastAPI:
    store, vault = Store("evaluation", settings.database_url), Vault(settings)
    evaluation = Evaluation(store, vault)
    listener = listen(Listener(store, settings.nats_url), evaluation)
    relay = Relay(store, settings)
    api = routes(evaluation, store, vault)
    api.include_router(operating(store, settings, listener))
    return serve("evaluation", settings, api, store, vault, relay, listener)

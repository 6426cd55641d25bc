"""HR hears and is heard: signed webhooks out and in, and a feed."""

from __future__ import annotations

from fastapi import APIRouter

from services.chassis.hearing import Listener
from services.chassis.http import Part
from services.chassis.outgoing import Post
from services.chassis.personal import Vault
from services.chassis.settings import Settings
from services.chassis.store import Store
from services.directory.outside.api import outside_routes, retention_routes
from services.directory.outside.composing import Composing
from services.directory.outside.feed import Feeding
from services.directory.outside.hearing import listen_for_hr
from services.directory.outside.hooking import Hooks
from services.directory.outside.hooks_api import hook_routes
from services.directory.outside.linking import Linking, linking_routes
from services.directory.outside.outbox import Outbox
from services.directory.outside.retaining import Retaining
from services.directory.outside.sending import Sender
from services.directory.outside.shown import Deliveries
from services.directory.outside.strongbox import Strongbox
from services.directory.outside.subscriptions import Subscriptions
from services.directory.sources import Sources
from services.directory.stating import Stating


class Outside:
    """All of it, put together for the directory."""

    def __init__(self, settings: Settings, store: Store, vault: Vault, stating: Stating) -> None:
        strongbox = Strongbox(settings.secret.get_secret_value())
        self._linking = Linking(store, vault)
        composing = Composing(store, vault, self._linking)
        loopback = settings.receivers_on_loopback
        subscriptions = Subscriptions(store, strongbox, plain=loopback)
        self._store = store
        self._subscriptions = subscriptions
        self._outbox = Outbox(store, subscriptions.hearing)
        self._feeding = Feeding(self._outbox, composing)
        self._hooks = Hooks(store, vault, stating, strongbox)
        self._retaining = Retaining(store, settings.database_url, self._hooks)
        self._post = Post(loopback)
        self._sender = Sender(
            store, settings.database_url, self._outbox, subscriptions, composing, self._post
        )

    @property
    def parts(self) -> tuple[Part, ...]:
        return self._post, self._sender, self._retaining

    def routes(self) -> APIRouter:
        api, store = APIRouter(), self._store
        deliveries = Deliveries(store)
        api.include_router(
            outside_routes(self._subscriptions, self._outbox, deliveries, self._feeding)
        )
        api.include_router(retention_routes(self._retaining))
        api.include_router(hook_routes(self._hooks, Sources(store), self._feeding, store))
        api.include_router(linking_routes(self._linking))
        return api

    def listen(self, listener: Listener) -> Listener:
        return listen_for_hr(listener, self._outbox)

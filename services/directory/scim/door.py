"""The SCIM endpoint of each establishment: `/scim/<establishment>/v2`, a token to a source."""

from __future__ import annotations

import logging
import traceback
from contextlib import suppress
from typing import cast

from scim2_models import SCIMException, ScimProvider, UnauthorizedException
from scim2_server.applications import asgi
from scim2_server.memory import AsyncInMemoryStorage
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.storage import AsyncScimStorage
from starlette.types import Receive, Scope, Send

from contracts.directory import SourceKind, Tolerance
from services.chassis.domain import Refusal
from services.chassis.personal import Vault
from services.chassis.store import Store, StoreBehind
from services.directory.scim.index import Index
from services.directory.scim.readings import Readings
from services.directory.scim.storage import ScimResources
from services.directory.scim.tolerance import Service, normalised, provider
from services.directory.sealing import Seals
from services.directory.sources import Source, Sources, speaking
from services.directory.stating import Stating

log = logging.getLogger(__name__)


class ScimDoor:
    """An ASGI application; whoever comes shows the token of one of the establishment's sources."""

    def __init__(
        self, sources: Sources, store: Store, vault: Vault, stating: Stating, seals: Seals
    ) -> None:
        self._sources, self._store, self._vault = sources, store, vault
        self._stating, self._seals = stating, seals

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        root = scope.get("root_path", "")
        establishment = scope["path"].removeprefix(root).split("/")[1]
        here = {**_readable(scope), "root_path": f"{root}/{establishment}"}
        source = await self._sources.proved(establishment, _token(scope))
        if source and source.kind is SourceKind.SCIM:
            offered = provider(source.tolerance)
            storage: AsyncScimStorage = await self.storage(establishment, source, offered)
            application = Endpoint(storage, offered, source.tolerance)
        else:
            application = Endpoint(AsyncInMemoryStorage(), provider(Tolerance.STRICT))
        await application(here, cast(asgi.Receive, receive), cast(asgi.Send, send))

    async def storage(
        self, establishment: str, source: Source, offered: ScimProvider
    ) -> ScimResources:
        """What this source has said and may say. Raises VaultIsAway."""
        by = speaking(establishment, source)
        seal = await self._seals.of(source.id, by)
        index = Index(self._store.pool, seal, establishment, source.id)
        readings = Readings(self._store, self._vault, offered, source, by)
        return ScimResources(self._store, self._vault, self._stating, readings, index, source, by)


class Endpoint(asgi.ASGIApplication):
    """What one request meets. Without a tolerance nobody has proved to be a source."""

    def __init__(
        self, storage: AsyncScimStorage, offered: ScimProvider, tolerance: Tolerance | None = None
    ) -> None:
        super().__init__(storage, offered, Service(offered))
        self._tolerance = tolerance

    def check_auth(self, request: ScimRequest) -> None:  # noqa: ARG002
        if self._tolerance is None:
            raise UnauthorizedException

    async def read_request(self, scope: asgi.Scope, receive: asgi.Receive) -> ScimRequest:
        request = await super().read_request(scope, receive)
        if self._tolerance:
            request.body = normalised(self._tolerance, request.body)
        return request

    def finalize_response(
        self,
        request: ScimRequest,  # noqa: ARG002
        response: ScimResponse,
    ) -> ScimResponse:
        """Nobody on the way keeps personal values; an address is told only of what was created."""
        response.headers["Cache-Control"] = "no-store"
        return response

    def handle_exception(
        self,
        request: ScimRequest,  # noqa: ARG002
        exception: Exception,
    ) -> ScimResponse:
        """What is logged is where it happened: messages of exceptions may repeat what was sent."""
        if not isinstance(exception, SCIMException | Refusal | StoreBehind):
            where = "".join(traceback.format_tb(exception.__traceback__))
            log.error("a SCIM request broke: %s\n%s", type(exception).__name__, where)
        return self.service.error_response(exception)


def _readable(scope: Scope) -> Scope:
    """Without what is no UTF-8, which `scim2-server` does not expect."""
    pairs = [(name, value) for name, value in scope["headers"] if _is_text(name + value)]
    query = scope["query_string"].decode(errors="replace").encode()
    return {**scope, "headers": pairs, "query_string": query}


def _is_text(words: bytes) -> bool:
    try:
        words.decode()
    except UnicodeDecodeError:
        return False
    return True


def _token(scope: Scope) -> str:
    """RFC 6750 §2.1; empty where there is none."""
    said = dict(scope["headers"]).get(b"authorization", b"")
    with suppress(UnicodeDecodeError):
        scheme, _, token = said.decode("ascii").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""
    return ""

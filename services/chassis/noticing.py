"""Notices every request: what it belongs to, how it was answered, how long that took."""

from __future__ import annotations

import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.metrics import REQUESTS, SECONDS
from services.chassis.tracing import HEADER, asked, doing

METHODS = {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}


class Noticing:
    """Of an address it keeps the template alone: what was put into it may name somebody.

    A `door` is open to browsers: with it a course begins, and nobody outside names one.
    """

    def __init__(self, app: ASGIApp, service: str, door: bool = False) -> None:
        self._app = app
        self._service = service
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        status = 500  # of what fails before it answers

        async def noticed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        named = "" if self._door else Headers(scope=scope).get(HEADER, "")
        began = time.perf_counter()
        with doing(asked(self._service, named)) as act:
            try:
                await self._app(scope, receive, noticed)
            finally:
                method = scope["method"] if scope["method"] in METHODS else "other"
                route = template(scope)
                act.name = f"{method} {route}"
                act.failed = act.failed or ("5xx" if status >= 500 else "")
                act.said = {
                    "http.request.method": method,
                    "http.route": route,
                    "http.response.status_code": status,
                }
                REQUESTS.add(self._service, method, route, f"{status // 100}xx")
                SECONDS.add(time.perf_counter() - began, self._service, route)
        return None


def template(scope: Scope) -> str:
    """As the route was declared, with names where ids stand; `none` for files, and for nothing."""
    route = scope.get("route")
    path = getattr(route, "path_format", None) or getattr(route, "path", None)
    return str(path) if path else "none"

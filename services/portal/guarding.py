"""Keeps other sites out: their forms are refused, and no page runs what is not ours."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from fastapi import Request
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.chassis.digests import keyed

COOKIE = "__Host-tandem"  # Secure: browsers take it over http from a loopback address alone
FIELD = "jeton"
SAFE = {"GET", "HEAD", "OPTIONS"}
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    # With no-referrer a browser would send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
A_YEAR = "max-age=31536000"
REFUSAL = "Ce formulaire vient d’un autre site : rien n’a été fait. Revenez à Tandem et réessayez."
NO_TOKEN = (
    "Ce formulaire n’est plus valable : rien n’a été fait. Revenez en arrière, rechargez la page "
    "et réessayez."
)


class Guard:
    """Refuses what another site sends, and says on every answer what a browser may do."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                if scope["scheme"] == "https":
                    headers["Strict-Transport-Security"] = A_YEAR
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        if scope["method"] in SAFE or _from_here(Headers(scope=scope)):
            return await self._app(scope, receive, guarded)
        return await PlainTextResponse(REFUSAL, status_code=403)(scope, receive, guarded)


class Tokens:
    """Refuses a form without the token that its page was given for this browser's session.

    A form of an earlier session of the same browser is shown again, for nothing typed to be lost;
    what it asks is not done. It needs a body that was read whole before: see BoundedBodies.
    """

    def __init__(self, app: ASGIApp, secret: str) -> None:
        self._app = app
        self._secret = secret

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in SAFE:
            return await self._app(scope, receive, send)
        whole = await receive()
        request = Request(scope, once(whole))
        try:
            async with request.form() as form:
                said = str(form.get(FIELD, ""))
        except HTTPException:  # a form that cannot be read
            said = ""
        due = token_of(self._secret, request.cookies.get(COOKIE, ""))
        if not said or COOKIE not in request.cookies:
            return await PlainTextResponse(NO_TOKEN, status_code=403)(scope, receive, send)
        fits = hmac.compare_digest(said.encode(), due.encode())
        scope.setdefault("state", {}).update(outdated=not fits, sent=whole.get("body", b""))
        return await self._app(scope, once(whole), send)


def token_of(secret: str, cookie: str) -> str:
    """What the forms carry that are shown under this cookie; no other site can know it."""
    return keyed(secret, "form", cookie).hex()


def once(message: Message) -> Receive:
    """A body that was read already, to be read again."""
    waiting = [message]

    async def receive() -> Message:
        return waiting.pop() if waiting else {"type": "http.disconnect"}

    return receive


def _from_here(headers: Headers) -> bool:
    """Browsers say where a form was; whoever says nothing is not one of our pages."""
    if site := headers.get("sec-fetch-site"):
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host")

"""One's sessions: seen, ended, and taken up again where they ended too soon."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.types import Receive, Scope, Send

from contracts.vault import Purpose
from services.portal import reading
from services.portal.calling import Caller, Services
from services.portal.entering import Door, holder_of, itself
from services.portal.guarding import COOKIE, once
from services.portal.identity import By, Nobody, caller, fresh, onwards, welcome
from services.portal.pages.entering import address_of
from services.portal.rendering import page
from services.portal.sessions import Kept, Sessions

FORM = (b"content-type", b"application/x-www-form-urlencoded")


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/sessions")
    async def mine(request: Request, by: By) -> Response:
        sessions: Sessions = request.app.state.sessions
        files = await files_of(request, by)
        names = await reading.names(services, itself(by.establishment), Purpose.CONTACT, *files,
                                    by.person, by.staff)  # fmt: skip
        found = await sessions.of_one(by.identity, request.cookies[COOKIE])
        return page(
            request, "sessions.html", sessions=found, names=names, files=files,
            providers={one.key: one.name for one in request.app.state.login.providers},
        )  # fmt: skip

    @api.post("/sessions/dossier", dependencies=[Depends(fresh)])
    async def open_file(request: Request, by: By) -> Response:
        """Who speaks for somebody opens that person's file, or their own again."""
        said = str((await request.form()).get("file", ""))
        if said not in map(str, await files_of(request, by)):
            raise HTTPException(404)
        return await welcome(request, replace(by.identity, person=UUID(said)), "/")

    @api.post("/sessions/fin", dependencies=[Depends(fresh)])
    async def end_all(request: Request) -> Response:
        return await leave(request, everywhere=True)

    @api.post("/deconnexion", dependencies=[Depends(fresh)])
    async def end(request: Request) -> Response:
        return await leave(request, everywhere=False)

    @api.get("/au-revoir")
    async def goodbye(request: Request) -> Response:
        return page(request, "goodbye.html", way_out="", provider="", home="")

    @api.get("/reprise")
    async def take_up_again(request: Request, by: By) -> Response:
        """The form that came too late is shown again, to whoever had sent it."""
        sessions: Sessions = request.app.state.sessions
        kept = await sessions.take_form(request.cookies[COOKIE], by.identity)
        return Again(request, kept) if kept else onwards("/")

    async def leave(request: Request, everywhere: bool) -> Response:
        """Ended here, and at the provider by a page of ours: a form may lead nowhere else."""
        try:
            by = await caller(request)
        except Nobody:
            return onwards("/au-revoir")
        way_out, provider = await _way_out(request, by)
        sessions: Sessions = request.app.state.sessions
        if everywhere:
            await sessions.end_all(by.establishment, by.actor)
        await sessions.end(request.cookies[COOKIE])
        request.state.by = None
        answer = page(request, "goodbye.html", way_out=way_out, provider=provider,
                      home=by.establishment)  # fmt: skip
        answer.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="lax")
        if way_out:
            answer.headers["Refresh"] = f"0; url={way_out}"
        return answer

    return api


async def files_of(request: Request, by: Caller) -> list[UUID]:
    """Whose files may be opened; nothing to choose for staff, and hardly ever for partners."""
    door: Door = request.app.state.door
    return await door.files(by.establishment, holder_of(by.identity)) if by.person else []


async def _way_out(request: Request, by: Caller) -> tuple[str, str]:
    """Where the provider ends its session, and what it is called; nothing where it cannot."""
    sessions: Sessions = request.app.state.sessions
    token = request.cookies[COOKIE]
    session = await sessions.of(token)
    issuer = request.app.state.issuers.get((by.establishment, session and session.provider))
    if issuer is None:
        return "", ""
    back = f"{address_of(request)}/au-revoir"
    return await issuer.way_out(back) or "", issuer.provider.name


class Again(Response):
    """What the page of a form answers when it is sent, knowing that it is only to be shown."""

    def __init__(self, request: Request, kept: Kept) -> None:
        super().__init__()
        self._router = request.app.router
        self._kept = kept

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        parts = urlsplit(self._kept.path)
        length = (b"content-length", str(len(self._kept.body)).encode())
        others = [one for one in scope["headers"] if one[0] not in (FORM[0], length[0])]
        sent: dict[str, Any] = {
            "method": "POST", "path": parts.path, "raw_path": parts.path.encode(),
            "query_string": parts.query.encode(), "headers": [*others, FORM, length],
            "state": {"came_back": True},
        }  # fmt: skip
        body = once({"type": "http.request", "body": self._kept.body})
        await self._router({**scope, **sent}, body, send)

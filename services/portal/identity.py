"""Who looks at a page: the session behind their cookie, and what they may open."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from services.chassis.database import OUT_OF_REACH
from services.chassis.tokens import Identity
from services.portal.calling import OURSELVES, PATIENCE, Away, Caller, HasLeft
from services.portal.guarding import COOKIE
from services.portal.homes import Homes
from services.portal.own_words import speak_as
from services.portal.places import first_page, may_open
from services.portal.sessions import Session, Sessions, path_of_ours

SEEN = "__Host-tandem-vu"
SOON = 20  # seconds that a page still waits for what was just done
OUTDATED = (
    "Ce formulaire datait d’une session précédente : rien n’a été envoyé. Relisez, puis renvoyez."
)
CAME_BACK = (
    "Votre session s’était terminée : rien n’a été envoyé. Ce que vous aviez écrit est conservé "
    "ici ; relisez, puis renvoyez."
)
_POSITION = re.compile(r"^[a-z]+@\d{1,18}$")


class Nobody(Exception):
    """There is no session, or not any more; `home` is where the last one was."""

    def __init__(self, home: str = "") -> None:
        super().__init__(home)
        self.home = home


class Outdated(Exception):
    """A form that does at once what it asks came from an earlier session."""


class NotForThem(Exception):
    """This page is for other roles."""


class Elsewhere(Exception):
    """Their first page is another one."""

    def __init__(self, where: str) -> None:
        super().__init__(where)
        self.where = where


async def _session(sessions: Sessions, token: str) -> Session | None:
    """Whose token it is. Raises Away where nobody can tell soon."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await sessions.of(token)
    except OUT_OF_REACH as error:
        raise Away(OURSELVES) from error


async def caller(request: Request) -> Caller:
    """Who asks for this page. Raises Nobody, HasLeft, Away."""
    token = request.cookies.get(COOKIE, "")
    sessions: Sessions = request.app.state.sessions
    session = await _session(sessions, token) if token else None
    if session is None:
        raise Nobody
    if not session.living:
        await _keep_what_was_typed(request, sessions, session, token)
        raise Nobody(session.identity.establishment)
    await _require_open(request, session, token)
    who = await request.app.state.door.still(sessions, session, token)
    if who is None:
        raise Nobody(session.identity.establishment)
    seen = request.cookies.get(SEEN, "")
    seen_at = seen if _POSITION.fullmatch(seen) else None
    by = replace(caller_of(who, seen_at, _rereading(request)), reason=session.reason)
    request.state.by = by
    return by


async def at_work(request: Request) -> Caller:
    """Who asks for this page, where they may.

    Raises Nobody, HasLeft, NotForThem, Elsewhere, Away.
    """
    by = await caller(request)
    speak_as(request.app.state.homes.shown.get(by.establishment, {}).get("words", {}))
    path = request.url.path
    if not may_open(path, by.roles):
        if path == "/" and request.method == "GET":
            raise Elsewhere(first_page(by.roles))
        raise NotForThem
    return by


async def fresh(request: Request) -> None:
    """For forms that ask no service, which would only show them again. Raises Outdated."""
    if request.scope.get("state", {}).get("outdated"):
        raise Outdated


type By = Annotated[Caller, Depends(at_work)]


def caller_of(who: Identity, seen: str | None = None, rereading: str = "") -> Caller:
    """Somebody as the services are told of them."""
    return Caller(who.establishment, who.actor, who.roles, who.person, seen, rereading=rereading)


async def welcome(
    request: Request, who: Identity, back: str,
    provider: str | None = None, hint: Mapping[str, str] | None = None,
) -> Response:  # fmt: skip
    """Their session begins, under a new token; first what they had typed, if it was kept.

    Raises HasLeft, Away.
    """
    homes: Homes = request.app.state.homes
    if provider:  # the directory has said so, or it is a demonstration
        await homes.require_open(who.establishment)
    else:
        await homes.require_surely_open(who.establishment)
    sessions: Sessions = request.app.state.sessions
    token = await sessions.begin(who, request.cookies.get(COOKIE), provider, hint)
    kept = await sessions.has_form(token)
    answer = onwards("/reprise" if kept else path_of_ours(back))
    let_in(answer, token)
    return answer


def let_in(answer: Response, token: str) -> None:
    """From here on this browser is whoever the token stands for; until it is closed, or they go."""
    answer.set_cookie(COOKIE, token, httponly=True, secure=True, samesite="lax", path="/")


def onwards(where: str, position: str | None = None) -> RedirectResponse:
    """See Other, to a page which shows what was just done."""
    answer = RedirectResponse(where, status_code=303)
    if position:
        answer.set_cookie(
            SEEN, position, max_age=SOON, httponly=True, secure=True, samesite="strict"
        )
    return answer


def _rereading(request: Request) -> str:
    """Why what is asked is only shown again, if that is so."""
    state: dict[str, Any] = request.scope.get("state", {})
    if state.get("came_back"):
        return CAME_BACK
    return OUTDATED if state.get("outdated") else ""


async def _require_open(request: Request, session: Session, token: str) -> None:
    """Whoever was here as their establishment left is shown out, and told so. Raises HasLeft."""
    homes: Homes = request.app.state.homes
    sessions: Sessions = request.app.state.sessions
    try:
        await homes.require_open(session.identity.establishment)
    except HasLeft:
        await sessions.end(token)
        raise


async def _keep_what_was_typed(
    request: Request, sessions: Sessions, session: Session, token: str
) -> None:
    """Sessions end gently: the form is there again once the same person is back."""
    if request.method == "POST" and not request.scope["state"].get("outdated"):
        path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        sent = request.scope["state"]["sent"]  # the form may have been read from its stream
        await sessions.keep_form(token, session.identity, path, sent)

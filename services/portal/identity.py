"""Who looks at a page: until people log in, what they said of themselves, kept in a cookie."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse

from services.portal.calling import Caller, Services

COOKIE = "tandem_qui"
SEEN = "tandem_vu"
A_YEAR = 365 * 24 * 3600
SOON = 20  # seconds that a page still waits for what was just done
_SAID = re.compile(r"^([a-z0-9-]{2,40})/([A-Za-z0-9:._-]{1,80})$")
_POSITION = re.compile(r"^[a-z]+@\d{1,18}$")


class Nobody(Exception):
    """No establishment and no actor were chosen yet."""


def caller(request: Request) -> Caller:
    """Who asks for this page. Raises Nobody."""
    said = _SAID.fullmatch(request.cookies.get(COOKIE, ""))
    if not said:
        raise Nobody
    seen = request.cookies.get(SEEN, "")
    by = Caller(said[1], said[2], seen if _POSITION.fullmatch(seen) else None)
    request.state.by = by
    return by


async def at_work(request: Request) -> Caller:
    """Who asks for this page, at an establishment whose name is known. Raises Nobody."""
    by = caller(request)
    homes: dict[str, str] = request.app.state.establishments
    if by.establishment not in homes:
        services: Services = request.app.state.services
        known = await services.read_if_there("insights", "/establishments", by)
        homes |= {one["establishment"]: one["name"] for one in (known or {"items": []})["items"]}
    return by


type By = Annotated[Caller, Depends(at_work)]


def remember(answer: RedirectResponse, establishment: str, actor: str, *, secure: bool) -> None:
    said = f"{establishment}/{actor}"
    answer.set_cookie(COOKIE, said, max_age=A_YEAR, httponly=True, samesite="strict", secure=secure)


def onwards(where: str, position: str | None = None) -> RedirectResponse:
    """See Other, to a page which shows what was just done."""
    answer = RedirectResponse(where, status_code=303)
    if position:
        answer.set_cookie(SEEN, position, max_age=SOON, httponly=True, samesite="strict")
    return answer

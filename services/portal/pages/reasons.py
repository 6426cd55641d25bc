"""Why an auditor reads what is personal: stated once a session, and written beside each reading."""

from __future__ import annotations

import re

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from services.portal.calling import Services
from services.portal.guarding import COOKIE
from services.portal.identity import By, fresh, onwards
from services.portal.reasons import REASONS
from services.portal.rendering import page
from services.portal.sessions import Sessions, path_of_ours

NUMBER = re.compile(r"[A-Za-z0-9._-]{0,40}")


def routes(_: Services) -> APIRouter:
    api = APIRouter()

    @api.post("/motif", dependencies=[Depends(fresh)])
    async def state(request: Request, _: By) -> Response:
        """Until the session ends, or until they say that they need no names any more."""
        form = await request.form()
        reason, number, back = (str(form.get(it, "")).strip() for it in ("motif", "numero", "vers"))
        if reason and (reason not in REASONS or not NUMBER.fullmatch(number)):
            return page(request, "reason.html", 422, number=number,
                        chosen=reason, back=path_of_ours(back))  # fmt: skip
        said = f"{reason}:{number}" if reason and number else reason
        sessions: Sessions = request.app.state.sessions
        await sessions.state(request.cookies[COOKIE], said or None)
        return onwards(path_of_ours(back))

    return api

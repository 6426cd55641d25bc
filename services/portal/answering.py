"""A form that was sent: it was done, and the page shows it; or it is shown again with why not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi.responses import Response

from services.portal.calling import Done
from services.portal.forms import Failure, NotTaken
from services.portal.identity import onwards

type Show = Callable[[Failure], Awaitable[Response]]


async def answered(asked: Awaitable[Done], where: str, show: Show) -> Response:
    """`where`: the page that shows what was done; `show` is given what is to be redone."""
    try:
        done = await asked
    except NotTaken as refusal:
        return await show(refusal.failure)
    return onwards(where, done.position)

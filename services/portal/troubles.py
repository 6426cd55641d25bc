"""What is shown when there is no page: to choose who one is, to wait, or to look elsewhere."""

from __future__ import annotations

from contextlib import suppress
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from services.portal.calling import Refused
from services.portal.identity import Nobody, caller
from services.portal.rendering import page


def _recognize(request: Request) -> None:
    """A page that is not there says who looks at it all the same."""
    with suppress(Nobody):
        caller(request)


async def nobody(request: Request, _: Exception) -> Response:
    where = f"{request.url.path}?{request.url.query}".rstrip("?")
    back = f"?vers={quote(where)}" if request.method == "GET" and where != "/" else ""
    return RedirectResponse(f"/qui{back}", status_code=303)


async def away(request: Request, _: Exception) -> Response:
    _recognize(request)
    return page(
        request, "trouble.html", 503,
        title="Cette page n’est pas accessible pour l’instant",
        more="Une partie de la plateforme ne répond pas. Si vous veniez d’envoyer un formulaire, "
        "revenez en arrière : ce que vous aviez écrit y est encore, et l’envoyer deux fois ne "
        "fait rien en double.",
    )  # fmt: skip


async def refused(request: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refused)
    if refusal.status == 404:
        return await not_here(request, refusal)
    more = "Rien n’a été modifié."
    title = refusal.title or "Cela n’est pas possible"
    return page(request, "trouble.html", refusal.status, title=title, more=more)


async def not_here(request: Request, _: Exception) -> Response:
    _recognize(request)
    return page(
        request, "trouble.html", 404,
        title="Cette page n’existe pas",
        more="L’adresse est inexacte, ou ce que vous cherchez appartient à un autre établissement.",
    )  # fmt: skip

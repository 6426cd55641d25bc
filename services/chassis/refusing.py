"""What a service says when it cannot do what it is asked: problem details, in two languages."""

from __future__ import annotations

import logging
from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from services.chassis.appending import KeyReused, Repeated, Unfit
from services.chassis.deciding import ChangedMeanwhile, NotYours
from services.chassis.domain import NotFound, NotUnderstood, Refusal
from services.chassis.gate import NotAllowed, WhyNotSaid
from services.chassis.moments import NotADate, NotYet
from services.chassis.personal import VaultIsAway
from services.chassis.reasons import reason
from services.chassis.tokens import NobodySaid, NotWhoTheySay

log = logging.getLogger(__name__)

STATUS: dict[type[Exception], int] = {
    NobodySaid: 401,
    NotWhoTheySay: 401,
    NotAllowed: 403,
    WhyNotSaid: 403,
    NotYours: 403,
    NotUnderstood: 400,
    NotFound: 404,
    ChangedMeanwhile: 412,
    KeyReused: 422,
    Unfit: 422,
    NotADate: 422,
    NotYet: 422,
    VaultIsAway: 503,
}

# What the door itself says, of what no service was asked.
AT_THE_DOOR = {
    400: ("Unreadable", "This cannot be read.", "Ceci est illisible."),
    404: ("NoSuchAddress", "There is nothing at this address.", "Il n’y a rien à cette adresse."),
    405: ("NotAskedThus", "This is not asked in this way.", "Ceci ne se demande pas ainsi."),
    413: ("TooLong", "This is too long for one request.", "C’est trop long pour une demande."),
    422: (
        "Unreadable",
        "The request cannot be read: see each field.",
        "La demande est illisible : voyez chaque champ.",
    ),
    500: ("Broken", "Something is broken here.", "Quelque chose est brisé ici."),
    503: (
        "StoreBehind",
        "This service is being put right after a restore. Nothing was changed: try later.",
        "Ce service se rétablit. Rien n’a été modifié : réessayez plus tard.",
    ),
}


def language_of(request: Request) -> str:
    """`fr` where the caller prefers it to English."""
    preferred = request.headers.get("accept-language", "en").strip().lower()
    return "fr" if preferred.startswith("fr") else "en"


def problem(status: int, kind: str, title: str, **more: object) -> JSONResponse:
    """Problem details, RFC 9457."""
    return JSONResponse(
        {"type": f"urn:tandem:{kind}", "title": title, "status": status, **more},
        status_code=status,
        media_type="application/problem+json",
    )


async def refuse(request: Request, refusal: Exception) -> JSONResponse:
    assert isinstance(refusal, Refusal)
    kind = refusal.kind if isinstance(refusal, Repeated) else type(refusal).__name__
    more: dict[str, object] = {}
    if isinstance(refusal, ChangedMeanwhile):
        more = {"actor": refusal.actor, "at": str(refusal.at), "version": refusal.version}
    kinds = [kind] if isinstance(refusal, Repeated) else [k.__name__ for k in type(refusal).__mro__]
    status = next((status for one, status in STATUS.items() if one.__name__ in kinds), 409)
    answer = problem(status, kind, refusal.said(language_of(request)), **more)
    if status == 401:  # RFC 6750
        wrong = ', error="invalid_token"' if isinstance(refusal, NotWhoTheySay) else ""
        answer.headers["WWW-Authenticate"] = f'Bearer realm="tandem"{wrong}'
    return answer


async def wait(request: Request, _: Exception) -> JSONResponse:
    """The service has lost facts that others have, and takes no command until it has them back."""
    return _at_the_door(request, 503)


async def out_of_reach(request: Request, error: Exception) -> JSONResponse:
    """What this service keeps is where it cannot get now, or has no room left."""
    log.error("what is kept is out of reach: %s", type(error).__name__)
    english = "This service cannot get at what it keeps. Try later: nothing is done twice."
    french = "Ce service n’atteint pas ce qu’il conserve. Réessayez : rien ne se fait deux fois."
    return problem(503, "OutOfReach", french if language_of(request) == "fr" else english)


async def turn_away(request: Request, error: Exception) -> JSONResponse:
    """What is wrong at the door, or behind it: nothing of what was said is repeated."""
    answer = _at_the_door(request, error.status_code if isinstance(error, HTTPException) else 500)
    answer.headers.update(getattr(error, "headers", None) or {})
    return answer


async def correct(request: Request, error: Exception) -> JSONResponse:
    """Each bad field with a JSON Pointer (RFC 6901) to it, or the name of the bad header."""
    assert isinstance(error, RequestValidationError)
    language = language_of(request)
    return _at_the_door(request, 422, errors=[_pointed(one, language) for one in error.errors()])


def _at_the_door(request: Request, status: int, **more: object) -> JSONResponse:
    kind, english, french = AT_THE_DOOR.get(status, AT_THE_DOOR[400])
    return problem(status, kind, french if language_of(request) == "fr" else english, **more)


def _pointed(error: Any, language: str) -> dict[str, str]:
    (where, *path), why = error["loc"], reason(error, language)
    if error["type"] == "json_invalid":  # its place is a count of characters
        return {"pointer": "#", "why": why}
    if where == "body":
        steps = (str(step).replace("~", "~0").replace("/", "~1") for step in path)
        return {"pointer": "#" + "".join(f"/{step}" for step in steps), "why": why}
    return {where: str(path[0]) if path else "", "why": why}

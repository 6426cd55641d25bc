"""The portal, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles

from services.chassis.http import LARGEST_BODY, BoundedBodies
from services.chassis.settings import Settings
from services.portal import troubles
from services.portal.attempts import Attempts
from services.portal.calling import Away, Refused, Services
from services.portal.codes import Codes
from services.portal.entering import Door
from services.portal.guarding import Guard, Tokens
from services.portal.identity import Elsewhere, Nobody, NotForThem, Outdated
from services.portal.limiting import Limits, TooOften
from services.portal.pages import ROUTES
from services.portal.posting import post_of
from services.portal.providers import Issuer
from services.portal.rendering import HERE
from services.portal.sessions import Sessions
from services.portal.settings import LoginSettings, refuse_demonstration_in_production

TROUBLES = {
    Nobody: troubles.nobody,
    NotForThem: troubles.not_for_them,
    Elsewhere: troubles.elsewhere,
    Outdated: troubles.outdated,
    TooOften: troubles.too_often,
    Away: troubles.away,
    Refused: troubles.refused,
    HTTPException: troubles.not_here,
    RequestValidationError: troubles.not_here,
}


def build(settings: Settings) -> FastAPI:
    """Raises NotInProduction."""
    login = LoginSettings()
    refuse_demonstration_in_production(settings, login)
    services, secret = Services(settings), settings.secret.get_secret_value()
    sessions, door, post = Sessions(settings, login), Door(services), post_of(settings, login)
    codes = Codes(secret, sessions, door, post, login.smtp_from)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with services, sessions, codes:
            yield

    portal = FastAPI(title="Tandem portal", lifespan=lifespan, docs_url=None, redoc_url=None,
                     openapi_url=None)  # fmt: skip
    state = portal.state
    state.services, state.establishments, state.secret = services, {}, secret
    state.login, state.demonstration, state.post = login, settings.demonstration, post
    state.sessions, state.door, state.codes = sessions, door, codes
    state.attempts, state.limits = Attempts(sessions), Limits(secret)
    state.issuers = {(one.establishment, one.key): Issuer(one) for one in login.all_providers}
    portal.add_middleware(Tokens, secret=secret)
    portal.add_middleware(BoundedBodies, largest=LARGEST_BODY)
    portal.add_middleware(Guard)
    portal.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for routes in ROUTES:
        portal.include_router(routes(services))
    for kind, told in TROUBLES.items():
        portal.add_exception_handler(kind, told)
    return portal

"""The portal, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.staticfiles import StaticFiles

from services.chassis.database import OUT_OF_REACH
from services.chassis.http import LARGEST_BODY, BoundedBodies
from services.chassis.noticing import Noticing
from services.chassis.settings import Settings
from services.portal import troubles
from services.portal.attempts import Attempts
from services.portal.calling import Away, HasLeft, Refused, Services
from services.portal.codes import Codes
from services.portal.entering import Door
from services.portal.guarding import Guard, Tokens
from services.portal.homes import Homes
from services.portal.identity import Elsewhere, Nobody, NotForThem, Outdated
from services.portal.limiting import Limits, TooOften
from services.portal.pages import ROUTES, hr_files
from services.portal.posting import post_of
from services.portal.providers import Issuer
from services.portal.rendering import HERE
from services.portal.sessions import Sessions
from services.portal.settings import LoginSettings, refuse_demonstration_in_production
from services.portal.tidying import Tidying

TROUBLES = {
    Nobody: troubles.nobody,
    HasLeft: troubles.has_left,
    NotForThem: troubles.not_for_them,
    Elsewhere: troubles.elsewhere,
    Outdated: troubles.outdated,
    TooOften: troubles.too_often,
    Away: troubles.away,
    **dict.fromkeys(OUT_OF_REACH, troubles.away),
    Exception: troubles.broken,
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

    homes = Homes(services)
    tidying = Tidying(settings.database_url, services, homes, sessions, post)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with services, sessions, codes, tidying:
            yield

    portal = FastAPI(title="Tandem portal", lifespan=lifespan, docs_url=None, redoc_url=None,
                     openapi_url=None)  # fmt: skip
    MultiPartParser.spool_max_size = hr_files.LARGEST_FILE  # a file of staff is on no disk
    state = portal.state
    state.services, state.homes, state.secret = services, homes, secret
    state.login, state.demonstration, state.post = login, settings.demonstration, post
    state.backups = settings.backups
    state.sessions, state.door, state.codes = sessions, door, codes
    state.attempts, state.limits = Attempts(sessions), Limits(secret)
    state.issuers = {(one.establishment, one.key): Issuer(one) for one in login.providers}
    portal.add_middleware(Tokens, secret=secret)
    larger = {hr_files.NEW: hr_files.LARGEST_FILE}
    portal.add_middleware(BoundedBodies, largest=LARGEST_BODY, larger=larger)
    portal.add_middleware(Guard)
    portal.add_middleware(Noticing, service="portal", door=True)
    portal.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for routes in ROUTES:
        portal.include_router(routes(services))
    for kind, told in TROUBLES.items():
        portal.add_exception_handler(kind, told)
    return portal

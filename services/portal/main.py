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
from services.portal.calling import Away, Refused, Services
from services.portal.guarding import Guard
from services.portal.identity import Nobody
from services.portal.pages import ROUTES
from services.portal.rendering import HERE


def build(settings: Settings) -> FastAPI:
    services = Services(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with services:
            yield

    portal = FastAPI(title="Tandem portal", lifespan=lifespan, docs_url=None, redoc_url=None,
                     openapi_url=None)  # fmt: skip
    portal.state.services, portal.state.establishments = services, {}
    portal.add_middleware(BoundedBodies, largest=LARGEST_BODY)
    portal.add_middleware(Guard)
    portal.mount("/static", StaticFiles(directory=HERE / "static"), name="static")
    for routes in ROUTES:
        portal.include_router(routes(services))
    portal.add_exception_handler(Nobody, troubles.nobody)
    portal.add_exception_handler(Away, troubles.away)
    portal.add_exception_handler(Refused, troubles.refused)
    portal.add_exception_handler(HTTPException, troubles.not_here)
    portal.add_exception_handler(RequestValidationError, troubles.not_here)
    return portal

"""The first page of those for whom there is little yet: partners, and roles without a list."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.vault import Purpose
from services.portal import reading
from services.portal.calling import Services
from services.portal.entering import holder_of
from services.portal.identity import By
from services.portal.rendering import page


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/accueil")
    async def welcome(request: Request, by: By) -> Response:
        """A partner finds what they take part in; the services give only what is theirs."""
        involvements: list[reading.Record] = []
        if by.person:
            involvements = await reading.items(services, "/involvements", by, limit=reading.MOST)
        projects = await reading.items(services, "/projects", by, limit=reading.MOST)
        names = await reading.names(services, by, Purpose.INVOLVEMENT, by.person)
        return page(
            request, "welcome.html", here="/accueil", names=names, involvements=involvements,
            titles={one["id"]: one["title"] for one in projects},
            for_another=by.person is not None and holder_of(by.identity) != by.person,
        )  # fmt: skip

    return api

"""The first page of those for whom there is little yet: partners, and roles without a list."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.vault import Purpose
from services.portal import reading
from services.portal.calling import Services
from services.portal.entering import holder_of, itself
from services.portal.identity import By
from services.portal.pages.sessions import files_of
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
        files = await files_of(request, by)
        names = await reading.names(services, by, Purpose.INVOLVEMENT, by.person)
        others = [one for one in files if one != by.person]
        if others:  # who may be opened is the portal's to say: their own door shows no other name
            asked = itself(by.establishment)
            names |= await reading.names(services, asked, Purpose.CONTACT, *others)
        return page(
            request, "welcome.html", here="/accueil", names=names, involvements=involvements,
            titles={one["id"]: one["title"] for one in projects},
            files=files, for_another=by.person is not None and holder_of(by.identity) != by.person,
        )  # fmt: skip

    return api

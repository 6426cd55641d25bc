"""Stories over HTTP, and the words they are told in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from msgspec.structs import replace

from services.chassis.domain import NotFound
from services.chassis.folding import Counted, ReadModel
from services.chassis.http import Awaited, By
from services.chassis.library import Library
from services.chassis.moments import until
from services.chassis.projecting import Projection
from services.chassis.reading import Shelf
from services.insights.api import fresh, told
from services.insights.directory import departments
from services.insights.glossary import Language, labels
from services.insights.involvements import involvements
from services.insights.owning import as_shown, of_themselves, theirs
from services.insights.partners import partners
from services.insights.projects import projects
from services.insights.requests import requests
from services.insights.staff import staff
from services.insights.story import found_by, known, story, titled

TOLD: tuple[ReadModel[Any], ...] = (
    partners, requests, involvements, projects, staff, departments,
)  # fmt: skip

type Bound = Annotated[str | None, Query(max_length=40)]


def telling(library: Library, projections: Mapping[str, Projection[Any]]) -> APIRouter:
    """`as_of` and `known_on` are partial dates or instants; a day counts to its end."""
    api = APIRouter(tags=["stories"])
    shelves = {model.name: Shelf(model, library) for model in TOLD}

    @api.get("/glossary")
    async def glossary(_: By, lang: Language = "fr") -> Mapping[str, Mapping[str, str]]:
        return labels(lang)

    for model in TOLD:
        api.include_router(_of(model, shelves, library, projections[model.name]))
    return api


def _of(
    model: ReadModel[Any],
    shelves: Mapping[str, Shelf[Any]],
    library: Library,
    projection: Projection[Any],
) -> APIRouter:
    api = APIRouter(tags=["stories"])

    @api.get(f"/{model.name}/{{id}}/story", name=f"tell_{model.name}")
    async def told_of(
        id: UUID,
        by: By,
        awaited: Awaited,
        as_of: Bound = None,
        known_on: Bound = None,
        lang: Language = "fr",
        steps: Annotated[int | None, Query(ge=0, le=100_000)] = None,
    ) -> Response:
        home = by.establishment
        happened, knew = (until(words) if words else None for words in (as_of, known_on))
        headers = await fresh(projection, awaited)
        facets, ids = theirs(model.name, by)
        [kept] = await shelves[model.name].kept(home, [id])
        if ids and (id not in ids or kept != id):
            raise NotFound
        key = str(kept)
        if facets:
            await shelves[model.name].one(home, key, facets)
        streams = await shelves[model.name].streams_of(home, key)
        log = await library.log.of_streams(home, streams)
        if not any(model.history(key, known(log, None).pairs)):
            raise NotFound
        knowing = known(log, knew)
        if kept != id and str(id) not in model.others(key, knowing.pairs):
            key = str(id)  # nobody knew yet that the two were one
        if asked := found_by(model, key, knowing.pairs):
            further = sorted({*streams, *asked})
            knowing = known(await library.log.of_streams(home, further), knew)
        knowing = of_themselves(knowing, by)
        titles = await _titles(home, knowing.pairs, shelves)
        tale = story(model, key, knowing, happened, titles, lang, steps)
        state = as_shown(model.name, tale.state, by) if tale.state else None
        return told(replace(tale, state=state), headers)

    return api


async def _titles(
    home: str, pairs: list[Counted], shelves: Mapping[str, Shelf[Any]]
) -> dict[str, str]:
    """What requests and projects are called; a title names nobody."""
    named = titled(pairs)
    return {
        one.id: one.title
        for field, name in (("request", "requests"), ("project", "projects"))
        if named[field]
        for one in await shelves[name].some(home, sorted(named[field]))
    }

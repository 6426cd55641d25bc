"""Stories over HTTP: of one thing as of any day, and what changed between two."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from services.chassis.deciding import Provenance
from services.chassis.domain import NotFound
from services.chassis.folding import Counted, ReadModel
from services.chassis.gate import NotAllowed
from services.chassis.http import Awaited, By
from services.chassis.library import Library
from services.chassis.log import EVER
from services.chassis.moments import until
from services.chassis.projecting import Projection
from services.chassis.reading import Shelf
from services.insights.api import fresh, told
from services.insights.chronicle import Chronicle
from services.insights.directory import departments
from services.insights.glossary import Language, labels
from services.insights.involvements import involvements
from services.insights.owning import as_shown, of_themselves, theirs
from services.insights.partners import partners
from services.insights.projects import projects
from services.insights.requests import requests
from services.insights.staff import staff
from services.insights.story import Known, Story, found_by, known, story, titled

TOLD: tuple[ReadModel[Any], ...] = (
    partners, requests, involvements, projects, staff, departments,
)  # fmt: skip

type Day = Annotated[str | None, Query(max_length=40)]


class Bounds(NamedTuple):
    """By when things had happened, and by when they were known; and since when, for a difference.

    `since` goes by the clock that is asked about: by what was known, where only that is bounded.
    """

    as_of: datetime | None
    known_on: datetime | None
    since: datetime | None

    @property
    def by_knowledge(self) -> bool:
        return self.known_on is not None and self.as_of is None


async def bounds(as_of: Day = None, known_on: Day = None, since: Day = None) -> Bounds:
    """Partial dates or instants; a day counts to its end, and a difference begins after it."""
    return Bounds(*(until(words) if words else None for words in (as_of, known_on, since)))


type Within = Annotated[Bounds, Depends(bounds)]


class Shelves:
    """The documents that stories are about, and what requests and projects are called."""

    def __init__(self, library: Library) -> None:
        self.of = {model.name: Shelf(model, library) for model in TOLD}

    async def titles(self, home: str, pairs: list[Counted]) -> dict[str, str]:
        """A title names nobody."""
        named = titled(pairs)
        asked = [
            self.of[name].some(home, sorted(named[field]))
            for field, name in (("request", "requests"), ("project", "projects"))
            if named[field]
        ]
        return {one.id: one.title for some in await asyncio.gather(*asked) for one in some}


def telling(library: Library, projections: Mapping[str, Projection[Any]]) -> APIRouter:
    """`as_of`, `known_on` and `since` are partial dates or instants."""
    api = APIRouter(tags=["stories"])
    shelves = Shelves(library)

    @api.get("/glossary")
    async def glossary(_: By, lang: Language = "fr") -> Mapping[str, Mapping[str, str]]:
        return labels(lang)

    for model in TOLD:
        api.include_router(_of(model, shelves, library, projections[model.name]))
    return api


def _of(
    model: ReadModel[Any], shelves: Shelves, library: Library, projection: Projection[Any]
) -> APIRouter:
    api = APIRouter(tags=["stories"])
    chronicle = Chronicle(library)

    @api.get(f"/{model.name}/{{id}}/story", name=f"tell_{model.name}")
    async def told_of(
        id: UUID,
        by: By,
        awaited: Awaited,
        within: Within,
        lang: Language = "fr",
        steps: Annotated[int | None, Query(ge=0, le=100_000)] = None,
        causes: bool = False,
    ) -> Response:
        """With `since`, what changed after it: those steps alone, and `before`, the document then.

        With `causes`, also the facts beyond the story that led to its steps or followed from them.
        """
        if causes and by.own:
            raise NotAllowed
        headers = await fresh(projection, awaited)
        key, knowing, own = await _known(model, shelves, library, by, id, within.known_on)
        titles = await shelves.titles(by.establishment, knowing.pairs)
        tale = story(model, key, knowing, within.as_of, titles, lang, steps, own)
        said: dict[str, Any] = {"steps": tale.steps, "state": _state(model, tale, by)}
        if within.since:
            past = _earlier(model, key, knowing, within, titles, lang)
            gone = {one.id for one in past.steps}
            said["steps"] = [one for one in tale.steps if one.id not in gone]
            said["before"] = _state(model, past, by)
        if causes:
            asked = by.establishment, said["steps"], within.known_on or EVER

            async def calling(pairs: list[Counted]) -> dict[str, str]:
                return await shelves.titles(by.establishment, pairs)

            said["causes"] = await chronicle.beyond(*asked, calling, lang)
        return told(said, headers)

    return api


def _state(model: ReadModel[Any], tale: Story, by: Provenance) -> dict[str, Any] | None:
    return as_shown(model.name, tale.state, by) if tale.state else None


def _earlier(
    model: ReadModel[Any], key: str, knowing: Known, within: Bounds,
    titles: Mapping[str, str], lang: Language,
) -> Story:  # fmt: skip
    """The same story, up to where the difference begins."""
    if not within.by_knowledge:
        return story(model, key, knowing, within.since, titles, lang)
    return story(model, key, knowing.by(within.since), None, titles, lang)


async def _known(
    model: ReadModel[Any], shelves: Shelves, library: Library, by: Provenance, id: UUID,
    knew: datetime | None,
) -> tuple[str, Known, list[Counted] | None]:  # fmt: skip
    """Under which document a thing was known, the facts around it, and those that are its own.

    Raises NotFound.
    """
    home = by.establishment
    facets, ids = theirs(model.name, by)
    feeding = await shelves.of[model.name].feeding(home, str(id))
    key = feeding.shown
    if ids and (id not in ids or key != str(id)):
        raise NotFound
    if facets:
        await shelves.of[model.name].one(home, key, facets)
    log = await library.log.of_streams(home, feeding.streams)
    whole = known(log)
    own = [*model.history(key, whole.pairs)]
    if not own:
        raise NotFound
    knowing = whole.by(knew)
    if key != str(id) and str(id) not in model.others(key, knowing.pairs):
        key = str(id)  # nobody knew yet that the two were one
    if knew is not None or key != feeding.shown:
        own = [*model.history(key, knowing.pairs)]
    if further := found_by(model, own).difference(feeding.streams):
        more = await library.log.of_streams(home, sorted(further))
        knowing = knowing.beside(known(more, knew))
    return key, of_themselves(knowing, by), None if by.own else own

"""The story of an establishment over HTTP, page by page; and what led to a fact."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response

from services.chassis.folding import Counted
from services.chassis.http import By
from services.chassis.library import Library
from services.chassis.log import EVER, NEVER, Period
from services.insights.api import told
from services.insights.chronicle import Chronicle
from services.insights.directory import lineage
from services.insights.glossary import Language
from services.insights.telling import Bounds, Day, Shelves, Within, bounds

type Order = Literal["happened", "known"]


def recounting(library: Library) -> APIRouter:
    """`story` and `facts/…/causes`."""
    api = APIRouter(tags=["stories"])
    chronicle, shelves = Chronicle(library), Shelves(library)

    @api.get("/story")
    async def tell_establishment(
        by: By,
        within: Within,
        department: UUID | None = None,
        order: Order = "happened",
        after: Annotated[str | None, Query(max_length=80)] = None,
        limit: Annotated[int, Query(ge=1, le=500)] = 100,
        lang: Language = "fr",
        causes: bool = False,
    ) -> Response:
        """`next` begins the next page. `order`: as it happened, or as it came to be known."""
        home = by.establishment

        async def titles(pairs: list[Counted]) -> dict[str, str]:
            return await shelves.titles(home, pairs)

        units: list[str] = []
        if department:
            await shelves.of["departments"].one(home, str(department))
            some = shelves.of["departments"].some
            units = await lineage(str(department), lambda ids: some(home, ids))
        page = await chronicle.chapter(
            home, _period(within), after, limit, titles, lang,
            as_entered=order == "known", subjects=units,
        )  # fmt: skip
        said: dict[str, Any] = {"steps": page.steps, "next": page.next}
        if causes:
            knew = within.known_on or EVER
            said["causes"] = await chronicle.beyond(home, page.steps, knew, titles, lang)
        return told(said)

    @api.get("/facts/{id}/causes")
    async def tell_causes(
        id: UUID, by: By, known_on: Day = None, lang: Language = "fr"
    ) -> Response:
        """`nodes` are steps and `edges` which led to which, from the first cause on."""
        knew = (await bounds(None, known_on)).known_on or EVER

        async def titles(pairs: list[Counted]) -> dict[str, str]:
            return await shelves.titles(by.establishment, pairs)

        return told(await chronicle.web(by.establishment, id, knew, titles, lang))

    return api


def _period(within: Bounds) -> Period:
    since = within.since or NEVER
    return Period(
        since=NEVER if within.by_knowledge else since,
        until=within.as_of or EVER,
        known_since=since if within.by_knowledge else NEVER,
        known_until=within.known_on or EVER,
    )

"""The other door of the vault: its schedule, its journal, its duplicates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from pydantic import Field

from contracts.journal import Caseload, ReadingsToLookAt, Review
from contracts.journal import Readings as Page
from contracts.schedule import PurposeTerms, RetentionRule, Schedule
from contracts.vault import Likeness, LikenessDecided, Likenesses, Purpose, Sought
from services.chassis.http import Body, By, Name
from services.vault.duplicates import Duplicates
from services.vault.looking import Looking
from services.vault.readings import Filter, Readings
from services.vault.schedule import Schedules

MONTH = timedelta(days=30)

type Limit = Annotated[int, Query(ge=1, le=500)]


class Wanted(Body):
    """Of the journal: by whom, of whom, from when, before when, why."""

    actor: Name | None = None
    subject: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None
    purpose: Purpose | None = None

    def filter(self) -> Filter:
        """Times without a zone are UTC."""
        times = {
            name: value.replace(tzinfo=value.tzinfo or UTC)
            for name, value in (("since", self.since), ("until", self.until)) if value
        }  # fmt: skip
        return Filter(self.actor, self.subject, purpose=self.purpose, **times)


class Paged(Wanted):
    """And a page of it: the newest first, unless told otherwise."""

    after: Annotated[int | None, Field(ge=0)] = None
    limit: Annotated[int, Field(ge=1, le=500)] = 100
    oldest_first: bool = False


class Exported(Wanted):
    """And as what it is given out."""

    as_csv: bool = False


def looking_after(
    schedules: Schedules, readings: Readings, looking: Looking, duplicates: Duplicates
) -> APIRouter:
    api = APIRouter()

    @api.get("/schedule", tags=["schedule"])
    async def schedule(by: By) -> Schedule:
        terms = await schedules.of(by.establishment)
        return Schedule(purposes=tuple(terms.purposes.values()), rules=tuple(terms.rules.values()))

    @api.post("/purposes", tags=["schedule"], status_code=204, response_class=Response)
    async def decide_purpose(decided: PurposeTerms, by: By) -> None:
        await schedules.decide(by, decided)

    @api.post("/rules", tags=["schedule"], status_code=204, response_class=Response)
    async def decide_rule(decided: RetentionRule, by: By) -> None:
        await schedules.decide(by, decided)

    @api.get("/readings", tags=["journal"])
    async def list_readings(by: By, wanted: Annotated[Paged, Query()]) -> Page:
        newest = not wanted.oldest_first
        asked = wanted.filter(), wanted.after, wanted.limit
        return await readings.page(by, *asked, newest_first=newest)

    @api.get("/readings/export", tags=["journal"], response_class=Response)
    async def export_readings(by: By, wanted: Annotated[Exported, Query()]) -> Response:
        lines = await readings.export(by, wanted.filter(), wanted.as_csv)
        media = "text/csv; charset=utf-8" if wanted.as_csv else "application/x-ndjson"
        return StreamingResponse(lines, media_type=media)

    @api.get("/readings/verification", tags=["journal"])
    async def verify_readings(by: By) -> dict[str, Any]:
        size, root, whole = await readings.verified(by)
        return {"size": size, "root": root.hex(), "whole": whole}

    @api.get("/readings/to-look-at", tags=["journal"])
    async def readings_to_look_at(by: By, wanted: Annotated[Wanted, Query()]) -> ReadingsToLookAt:
        asked = wanted.filter()
        since = asked.since or datetime.now(UTC) - MONTH
        return await looking.to_look_at(by, since, asked.until)

    @api.get("/readings/review", tags=["journal"])
    async def review_readings(by: By, year: Annotated[int, Query(ge=2000, le=2200)]) -> Review:
        return await looking.review(by, year)

    @api.post("/caseloads/{actor}", tags=["journal"], status_code=204, response_class=Response)
    async def entrust(actor: Name, said: Caseload, by: By) -> None:
        await looking.entrust(by, actor, said.subjects)

    @api.get("/duplicates", tags=["duplicates"])
    async def list_duplicates(
        by: By, decided: bool = False, after: UUID | None = None, limit: Limit = 100
    ) -> Likenesses:
        return await duplicates.page(by, decided, after, limit)

    @api.post("/duplicates/searches", tags=["duplicates"])
    async def seek_duplicates(by: By) -> Sought:
        return await duplicates.seek(by)

    @api.get("/duplicates/{id}", tags=["duplicates"])
    async def show_duplicate(id: UUID, by: By) -> Likeness:
        return await duplicates.one(by, id)

    @api.post("/duplicates/{id}/decision", tags=["duplicates"], status_code=204,
              response_class=Response)  # fmt: skip
    async def decide_duplicate(id: UUID, _: LikenessDecided, by: By) -> None:
        await duplicates.are_two(by, id)

    return api

"""Nightly files over HTTP: what they change, and who decides where it is too much."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from contracts.directory import SourceName
from contracts.snapshots import (
    AllSeen,
    Change,
    Changes,
    LinesSeen,
    PeopleTold,
    Report,
    Run,
    RunAsked,
    Told,
    Wanted,
)
from services.chassis.http import By
from services.directory.snapshots.loading import Snapshots
from services.directory.snapshots.uploading import Uploads

type After = Annotated[int, Query(ge=0, le=2**31 - 1)]


def snapshot_routes(snapshots: Snapshots, uploads: Uploads) -> APIRouter:
    api = APIRouter(prefix="/runs", tags=["nightly files"])

    @api.get("")
    async def list_runs(by: By) -> list[Run]:
        return await snapshots.runs(by)

    @api.post("", status_code=201)
    async def open_run(body: RunAsked, by: By) -> Run:
        return await snapshots.open(body, by)

    @api.post("/files", status_code=202)
    async def bring_file(
        request: Request, by: By, source: SourceName, dry: bool = False, release: bool = False
    ) -> Run:
        """The body is the file; it is read while one looks at its report."""
        content = await request.body()
        return await uploads.begin(content, source, by, dry=dry, release=release)

    @api.get("/{run}")
    async def show_run(run: UUID, by: By) -> Run:
        return await snapshots.run(run, by)

    @api.get("/{run}/report")
    async def report_run(run: UUID, by: By) -> Report:
        return await snapshots.report(run, by)

    @api.post("/{run}/lines", status_code=204, response_class=Response)
    async def see_lines(run: UUID, body: LinesSeen, by: By) -> None:
        await snapshots.see(run, body, by)

    @api.post("/{run}/comparison")
    async def compare_run(run: UUID, body: AllSeen, by: By) -> Run:
        return await snapshots.compare(run, body, by)

    @api.get("/{run}/wanted")
    async def wanted_lines(run: UUID, by: By, after: After = 0) -> Wanted:
        return await snapshots.wanted(run, after, by)

    @api.get("/{run}/changes")
    async def run_changes(run: UUID, change: Change, by: By, after: After = 0) -> Changes:
        return await snapshots.changes(run, change, after, by)

    @api.post("/{run}/people")
    async def tell_people(run: UUID, body: PeopleTold, by: By) -> Told:
        return await snapshots.tell(run, body, by)

    @api.post("/{run}/end")
    async def end_run(run: UUID, by: By) -> Run:
        return await snapshots.end(run, by)

    @api.post("/{run}/release", status_code=204, response_class=Response)
    async def release_run(run: UUID, by: By) -> None:
        await snapshots.release(run, by)

    @api.post("/{run}/refusal", status_code=204, response_class=Response)
    async def refuse_run(run: UUID, by: By) -> None:
        await snapshots.refuse(run, by)

    return api

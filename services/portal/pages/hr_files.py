"""A file of all the staff: brought by hand, followed while it is read, looked at, decided about."""

from __future__ import annotations

import asyncio
import csv
from io import StringIO
from typing import Any
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile

from contracts.access import AccessRole
from contracts.directory import SourceKind
from contracts.snapshots import Change, RunState
from services.chassis.cells import harmless
from services.portal import house, hr_words
from services.portal.calling import Caller, Refused, Services, reference_in
from services.portal.forms import Failure, told
from services.portal.identity import By, onwards
from services.portal.pages.hr import DECIDING, HERE, run_row
from services.portal.rendering import page
from services.portal.speaking import day_and_hour

FILES = f"{HERE}/fichiers"
NEW = f"{FILES}/nouveau"
NAMING = DECIDING - {AccessRole.OPERATOR}
CHANGES = {
    Change.JOINING: "Arrivent", Change.CHANGING: "Changent", Change.LEAVING: "Partent",
}  # fmt: skip
MOST_NAMED = 30
LARGEST_FILE = 16 * 1024 * 1024  # bytes, as the directory takes them


def routes(services: Services) -> APIRouter:
    api = APIRouter(prefix=FILES)

    @api.get("/nouveau")
    async def new(request: Request, by: By, source: str = "") -> Response:
        return await bringing(request, by, source)

    @api.post("/nouveau")
    async def bring(request: Request, by: By) -> Response:
        """The one address that takes long bodies: also a file of which the quarantine ends."""
        async with request.form() as form:
            if held := str(form.get("leve", "")):
                return await release(request, by, _run_named(held), form)
            source = str(form.get("source", ""))
            try:
                run = await brought(by, form, source, release=False)
            except Refused as refused:
                return await bringing(request, by, source, told(refused, "fichier", (), {}))
        return onwards(f"{FILES}/{run['id']}")

    @api.get("/{run}")
    async def report(request: Request, by: By, run: UUID) -> Response:
        return await show(request, by, run)

    @api.get("/{run}/rapport.csv")
    async def download(by: By, run: UUID) -> Response:
        """It names nobody: it may go to whoever makes the file."""
        said = await services.read("directory", f"/runs/{run}/report", by)
        return Response(
            _as_csv(said).encode("utf-8-sig"), media_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="rapport-{run}.csv"'},
        )  # fmt: skip

    async def release(request: Request, by: Caller, run: UUID, form: FormData) -> Response:
        try:
            if not form.get("regarde"):
                raise Refused(422, {"title": "Cochez d’abord que vous avez regardé ces départs"})
            known = await services.read("directory", f"/runs/{run}", by)
            if _file_in(form):
                await brought(by, form, known["source"], release=True)
            else:
                await services.tell("directory", f"/runs/{run}/release", by)
        except Refused as refused:
            return await show(request, by, run, told(refused, "levee", (), {}))
        return onwards(f"{FILES}/{run}")

    @api.post("/{run}/refus")
    async def refuse(request: Request, by: By, run: UUID) -> Response:
        try:
            await services.tell("directory", f"/runs/{run}/refusal", by)
        except Refused as refused:
            return await show(request, by, run, told(refused, "refus", (), {}))
        return onwards(f"{FILES}/{run}")

    async def brought(by: Caller, form: FormData, source: str, *, release: bool) -> Any:
        """Raises Refused, Away."""
        file = _file_in(form)
        if file is None:
            raise Refused(422, {"title": "Choisissez le fichier à apporter"})
        asked = {"source": source, "release": str(release).lower(),
                 "dry": str(form.get("essai") == "oui" and not release).lower()}  # fmt: skip
        return await services.bring("directory", "/runs/files", by, await file.read(), **asked)

    async def bringing(
        request: Request, by: Caller, source: str, failed: Failure | None = None
    ) -> Response:
        known = await services.read("directory", "/sources", by)
        sources = [one["name"] for one in known
                   if one["kind"] == SourceKind.FILE and not one["closed"]]  # fmt: skip
        return page(
            request, "hr_bring.html", failed.status if failed else 200, here=HERE, failed=failed,
            sources=sources, chosen=source, headings=list(hr_words.COLUMNS.values()),
        )  # fmt: skip

    async def show(
        request: Request, by: Caller, run: UUID, failed: Failure | None = None
    ) -> Response:
        report = await services.read("directory", f"/runs/{run}/report", by)
        it, may = report["run"], bool(DECIDING & set(by.roles))
        changes = await changed(by, run, it) if NAMING & set(by.roles) else {}
        decided = report["decided"]
        actors = [reference_in(one["actor"]) for one in (it, decided) if one]
        named = [one for change in changes.values() for one in change["staff"]]
        names = await house.names(services, by, *actors, *named)
        stopped = hr_words.stopped(report)
        going = it["state"] in (RunState.READING, RunState.COMPARED) or (
            it["state"] == RunState.RELEASED and report["seen"] > 0)  # fmt: skip
        doing, done, total = hr_words.progress(report)
        for change in changes.values():
            change["staff"].sort(key=lambda one: names[one].casefold())
        return page(
            request, "hr_file.html", failed.status if failed else 200, here=HERE, failed=failed,
            tabs=house.tabs(by.roles), it=run_row(it), report=report, names=names, may=may,
            going=going and not stopped, stopped=stopped, doing=doing, done=done, total=total,
            decided=decided, decider=reference_in(decided["actor"]) if decided else None,
            changes=[(word, changes[code]) for code, word in CHANGES.items() if code in changes],
            columns=hr_words.COLUMNS, awaits_file=it["state"] == RunState.RELEASED and not going,
        )  # fmt: skip

    async def changed(by: Caller, run: UUID, it: Any) -> dict[str, Any]:
        """Whom a file changes; some of them by name, as long as it is remembered."""
        counts = {Change.JOINING: "joining", Change.CHANGING: "changing", Change.LEAVING: "leaving"}
        asked = [change for change, name in counts.items() if it["counts"][name]]
        path = f"/runs/{run}/changes"
        found = await asyncio.gather(
            *(services.read("directory", path, by, {"change": one}) for one in asked)
        )
        return {
            change: {
                "count": it["counts"][counts[change]], "staff": said["staff"][:MOST_NAMED],
                "lines": said["lines"][:MOST_NAMED],
            }
            for change, said in zip(asked, found, strict=True)
        }  # fmt: skip

    return api


def _run_named(words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError as error:
        raise HTTPException(404) from error


def _file_in(form: FormData) -> UploadFile | None:
    """The file that was chosen, if one was: a browser sends an empty one where none was."""
    file = form.get("fichier")
    return file if isinstance(file, UploadFile) and file.filename else None


def _as_csv(report: Any) -> str:
    run, text = report["run"], StringIO()
    rows = csv.writer(text, delimiter=";")
    rows.writerow(("Source", run["source"]))
    rows.writerow(("Reçu", day_and_hour(run["began"])))
    rows.writerow(("État", hr_words.STATES[run["state"]][0]))
    rows.writerow(("Effet", hr_words.outcome(run)))
    rows.writerow(("Empreinte SHA-256", run["sha256"]))
    rows.writerow(())
    rows.writerow(("Ligne", "Colonne", "Ce qui ne va pas"))
    for one in report["troubles"]:
        column = hr_words.COLUMNS[one["column"]] if one["column"] else "toute la ligne"
        rows.writerow((one["line"], column, harmless(one["why"])))
    return text.getvalue()

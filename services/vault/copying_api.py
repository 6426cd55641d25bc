"""What is given out over HTTP: a person's own copy, and the facts of an impact assessment."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse, JSONResponse, StreamingResponse

from services.chassis.domain import NotFound
from services.chassis.http import Body, By
from services.vault.assessing import Assessing, Assessment, as_markdown
from services.vault.portability import Copying, as_csv, as_json, as_page

type Form = Literal["json", "csv", "html"]


class Wanted(Body):
    """`whole`, for the office: also what others wrote of the person, to be read over first."""

    form: Form = "json"
    whole: bool = False


def routes(copying: Copying, assessing: Assessing) -> APIRouter:
    """A copy is asked by POST, as all of the vault: what is read is written down."""
    api = APIRouter(tags=["copies"], default_response_class=Response)

    @api.get("/assessment", response_model=Assessment, response_class=JSONResponse)
    async def show_assessment(by: By, form: Literal["json", "md"] = "json") -> object:
        assessment = await assessing.assess(by)
        if form == "md":
            return Response(as_markdown(assessment), media_type="text/markdown")
        return assessment

    @api.post("/persons/{person}/copy")
    async def copy_file(person: UUID, body: Wanted, by: By) -> Response:
        if by.own and (person != by.person or body.whole):
            raise NotFound
        copy = await copying.copy_of(by, person, body.whole)
        kept = f'attachment; filename="renseignements-{person}'
        if body.form == "html":
            return HTMLResponse(as_page(copy))
        if body.form == "csv":
            headers = {"Content-Disposition": f'{kept}.zip"'}
            return Response(as_csv(copy), media_type="application/zip", headers=headers)
        headers = {"Content-Disposition": f'{kept}.json"'}
        return StreamingResponse(as_json(copy), media_type="application/json", headers=headers)

    return api

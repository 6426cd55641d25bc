"""The doors that are opened with a key of their own: webhooks in, and the feed for a program."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field, StringConstraints

from services.chassis.domain import Refusal
from services.chassis.http import Body, By, decided
from services.chassis.refusing import language_of, problem
from services.chassis.store import Store
from services.directory.outside.feed import Feeding, Limit, Place, Wait
from services.directory.outside.hooking import Aside, Hooks
from services.directory.outside.verifiers import NotVerified, Verifier
from services.directory.sources import Sources

LARGEST_HOOK = 16_000  # bytes
WHOSE = "select establishment from sources where id = $1"


class TooLong(Refusal):
    """A webhook of HR has sixteen thousand bytes at most: send less with each."""

    french = "Un webhook des RH a seize mille octets au plus : envoyez-en moins à la fois."


class NotItsToken(Refusal):
    """This is no token of this source, or not any more: ask HR's officer for another."""

    french = "Ce n’est pas un jeton de cette source, ou plus : demandez-en un autre aux RH."


class NewDoor(Body):
    """`secret`: where HR's system makes its own. `hours`: for how long the last one counts."""

    verifier: Verifier
    secret: (
        Annotated[str, StringConstraints(min_length=16, max_length=200, pattern=r"^[\x21-\x7e]+$")]
        | None
    ) = None
    hours: Annotated[int, Field(ge=0, le=168)] = 24


class AsideShown(BaseModel):
    """What a source said that nobody understood; its words are the vault's."""

    id: UUID
    source: UUID
    cause: str


def hook_routes(hooks: Hooks, sources: Sources, feeding: Feeding, store: Store) -> APIRouter:
    api = APIRouter(tags=["webhooks of HR"])

    @api.put("/sources/{source}/door", status_code=201, response_class=Response)
    async def set_hook_door(source: UUID, body: NewDoor, by: By) -> Response:
        opened = await hooks.set_door(by, source, body.verifier, body.secret, body.hours)
        answer = decided(opened.position, secret=opened.secret)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    @api.post("/hooks/{source}", status_code=202)
    async def receive_hook(source: UUID, request: Request) -> Response:
        body = await request.body()
        if len(body) > LARGEST_HOOK:
            return _refused(request, 413, TooLong())
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            done = await hooks.receive(source, headers, body)
        except NotVerified as refusal:
            return _refused(request, 401, refusal)
        return JSONResponse({"done": done}, status_code=202)

    @api.get("/feeds/{source}")
    async def read_feed_as_source(
        source: UUID, request: Request, after: Place = 0, limit: Limit = 100, wait: Wait = 0
    ) -> Any:
        """The feed, for a program that shows a token of its source; its own keys of employees."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        establishment = await store.pool.fetchval(WHOSE, source)
        proved = await sources.proved(establishment, token) if establishment else None
        if proved is None or proved.id != source:
            return _refused(request, 401, NotItsToken())
        return await feeding.read(establishment, proved.name, after, limit, wait)

    @api.get("/hooks")
    async def list_hooks_aside(by: By) -> list[AsideShown]:
        return [_shown(one) for one in await hooks.aside(by.establishment)]

    @api.post("/hooks/{hook}/retry", status_code=204, response_class=Response)
    async def take_up_hook(hook: UUID, by: By) -> Response:
        return decided(await hooks.take_up(by, hook))

    @api.post("/hooks/{hook}/dismissal", status_code=204, response_class=Response)
    async def dismiss_hook(hook: UUID, by: By) -> Response:
        return decided(await hooks.dismiss(by, hook))

    return api


def _refused(request: Request, status: int, refusal: Refusal) -> JSONResponse:
    return problem(status, type(refusal).__name__, refusal.said(language_of(request)))


def _shown(one: Aside) -> AsideShown:
    return AsideShown(id=one.id, source=one.source, cause=one.cause)

"""Accounts that anybody may choose, and the messages nobody is sent: on one's own machine alone."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from email.message import EmailMessage
from typing import NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from contracts.access import AccessRole
from contracts.vault import Purpose
from services.chassis.tokens import Identity
from services.portal import reading
from services.portal.calling import Away, Services
from services.portal.consent_words import KINDS
from services.portal.entering import DEMONSTRATION, Door, Unknown
from services.portal.identity import caller_of, fresh, welcome
from services.portal.pages.entering import homes
from services.portal.places import ROLES
from services.portal.posting import IntoFolder
from services.portal.rendering import page
from services.portal.sessions import path_of_ours

PARTS = {AccessRole.ADVISOR: "advisor", AccessRole.REQUESTER: "contact"}  # in a request
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HOME = re.compile(r"[a-z0-9-]{2,40}")
_LINK = re.compile(r"https?://\S+(/entrer/\S+)")


def routes(services: Services) -> APIRouter:
    api = APIRouter(dependencies=[Depends(_only_here)])

    @api.get("/demonstration")
    async def accounts(request: Request, vers: str = "/") -> Response:
        known = await homes(request)
        invented = [home for home, it in request.app.state.homes.shown.items()
                    if it.get("demonstration") and home in known]  # fmt: skip
        found = await services.all(*(spaces(request.app.state.door, home) for home in invented))
        return page(request, "demonstration.html", homes=known, roles=ROLES,
                    spaces=dict(zip(invented, found, strict=True)), back=path_of_ours(vers),
                    letters=_letters(request) is not None)  # fmt: skip

    @api.post("/demonstration", dependencies=[Depends(fresh)])
    async def choose(request: Request) -> Response:
        form = await request.form()
        home, said = str(form.get("home", "")), str(form.get("role", ""))
        if not _HOME.fullmatch(home) or said not in ROLES:
            raise HTTPException(404)
        who = await account(request.app.state.door, home, AccessRole(said))
        return await welcome(request, who, str(form.get("vers", "")), DEMONSTRATION)

    @api.post("/demonstration/espace", dependencies=[Depends(fresh)])
    async def enter(request: Request) -> Response:
        """As somebody whom the office of the story lets in, for themselves or for another."""
        form = await request.form()
        home, said = str(form.get("home", "")), [str(form.get(one, "")) for one in ("holder", "of")]
        if not _HOME.fullmatch(home) or not all(map(_ID.fullmatch, said)):
            raise HTTPException(404)
        holder, of = map(UUID, said)
        who = await request.app.state.door.partner(home, holder, of)
        if who is None:
            raise HTTPException(404)
        return await welcome(request, who, str(form.get("vers", "")), DEMONSTRATION)

    @api.get("/demonstration/courrier")
    async def letters(request: Request) -> Response:
        folder = _letters(request)
        shown = await folder.latest() if folder else []
        return page(request, "letters.html", letters=[_shown(one) for one in shown])

    async def account(door: Door, home: str, role: AccessRole) -> Identity:
        """Somebody of the story, where there is one for this role; else an account without one."""
        if role is AccessRole.PARTNER:
            return await partner(home)
        try:
            known = await door.staff(home, DEMONSTRATION, role)
            staff = known.staff
        except (Unknown, Away):
            staff = await of_the_story(home, role) or _id(home, role)
        return Identity(home, f"staff:{staff}", (role,), staff=staff)

    async def of_the_story(home: str, role: AccessRole) -> UUID | None:
        """Who has something to look at: a request of theirs."""
        if (part := PARTS.get(role)) is None:
            return None
        by = caller_of(_made_up(home, AccessRole.ADVISOR))
        latest = await reading.items(services, "/requests", by, sort="-since", limit=reading.MOST)
        return next((UUID(one[part]) for one in latest if one.get(part)), None)

    async def spaces(door: Door, home: str) -> list[Space]:
        """Those that are open in an invented establishment, whose names are nobody's."""
        office = caller_of(_made_up(home, AccessRole.ADVISOR))
        people = await reading.items(services, "/partners", office, limit=reading.MOST)
        held = list(_held(people))
        try:
            files = await services.all(*(door.files(home, UUID(one.holder)) for one in held))
        except Away:
            return []
        some = [one for one, own in zip(held, files, strict=True) if UUID(one.of) in own]
        asked = {whom for one in some for whom in (one.holder, one.of)}
        names = await reading.names(services, office, Purpose.CONTACT, *asked)
        return [one._replace(holder_name=names[one.holder], of_name=names[one.of]) for one in some]

    async def partner(home: str) -> Identity:
        office = caller_of(_made_up(home, AccessRole.ADVISOR))
        asked = {"state": "engaged,available", "limit": 1}
        people = await reading.items(services, "/partners", office, **asked)
        person = UUID(people[0]["id"]) if people else _id(home, AccessRole.PARTNER)
        return Identity(home, f"partner:{person}", (AccessRole.PARTNER,), person=person)

    return api


class Space(NamedTuple):
    """Whose, for whom where that is another, and what then makes them speak."""

    holder: str
    of: str
    kind: str = ""
    holder_name: str = ""
    of_name: str = ""


def _held(people: Sequence[reading.Record]) -> Iterator[Space]:
    for one in people:
        if one["may_sign_in"]:
            yield Space(one["id"], one["id"])
        for speaker in one["representatives"]:
            yield Space(speaker["id"], one["id"], KINDS[speaker["kind"]])


def _only_here(request: Request) -> None:
    if not request.app.state.demonstration:
        raise HTTPException(404)


def _id(home: str, role: AccessRole) -> UUID:
    return uuid5(NAMESPACE_URL, f"tandem:demonstration:{home}:{role}")


def _made_up(home: str, role: AccessRole) -> Identity:
    staff = _id(home, role)
    return Identity(home, f"staff:{staff}", (role,), staff=staff)


def _letters(request: Request) -> IntoFolder | None:
    post = request.app.state.post
    return post if isinstance(post, IntoFolder) else None


def _shown(letter: EmailMessage) -> dict[str, object]:
    text = letter.get_content()
    return {"to": letter["To"], "subject": letter["Subject"], "text": text,
            "links": _LINK.findall(text)}  # fmt: skip

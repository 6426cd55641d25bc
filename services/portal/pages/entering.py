"""The door of an establishment: where its people sign in, and how they come back from there."""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from services.portal.attempts import Attempts
from services.portal.calling import Away, Services
from services.portal.entering import Door, Unknown
from services.portal.guarding import COOKIE
from services.portal.homes import Homes
from services.portal.identity import let_in, onwards, welcome
from services.portal.limiting import Often
from services.portal.providers import Claims, Issuer, NotBelieved, ProviderAway
from services.portal.rendering import page
from services.portal.sealing import new_token
from services.portal.sessions import path_of_ours

log = logging.getLogger(__name__)


def routes(_: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/connexion")
    async def choose(request: Request, vers: str = "/") -> Response:
        """Which establishment; where there is only one, nobody is asked."""
        known = await homes(request)
        if len(known) == 1:
            return onwards(f"/connexion/{next(iter(known))}{_towards(vers)}")
        return page(request, "doors.html", homes=known, towards=_towards(vers))

    @api.get("/connexion/{home}")
    async def door(request: Request, home: str, vers: str = "/") -> Response:
        return await show(request, home, vers)

    @api.get("/connexion/{home}/{key}")
    async def start(request: Request, home: str, key: str, vers: str = "/") -> Response:
        """A link, not a form: what a form leads to may only be ours (`form-action`)."""
        issuer = _issuer(request, home, key)
        await request.app.state.homes.require_open(home)
        await request.app.state.limits.count_caller(Often.START, request)
        try:
            where, attempt = await issuer.begin(_back(request, home, key))
        except ProviderAway as trouble:
            log.warning("the provider %s of %s is away: %s", key, home, trouble)
            return await show(request, home, vers, 503, away=key)
        browser = request.cookies.get(COOKIE) or new_token()
        attempts: Attempts = request.app.state.attempts
        await attempts.remember(attempt, browser, home, key, path_of_ours(vers))
        answer = RedirectResponse(where, status_code=303)
        if COOKIE not in request.cookies:
            let_in(answer, browser)
        return answer

    @api.get("/connexion/{home}/{key}/retour")
    async def finish(request: Request, home: str, key: str) -> Response:
        issuer = _issuer(request, home, key)
        await request.app.state.homes.require_open(home)
        said = dict(request.query_params)
        attempts: Attempts = request.app.state.attempts
        browser = request.cookies.get(COOKIE, "")
        found = await attempts.recall(said.get("state", ""), browser, home, key)
        if found is None:
            return await show(request, home, "/", 400, said="too_late")
        attempt, back = found
        try:
            claims = await issuer.end(_back(request, home, key), said, attempt)
        except NotBelieved as refusal:
            log.warning("a login at %s of %s was not believed: %s", key, home, refusal)
            return await show(request, home, back, 403, said="not_believed")
        except ProviderAway as trouble:
            log.warning("the provider %s of %s is away: %s", key, home, trouble)
            return await show(request, home, back, 503, away=key)
        return await admit(request, home, key, back, claims)

    async def admit(request: Request, home: str, key: str, back: str, claims: Claims) -> Response:
        at_the_door: Door = request.app.state.door
        known = {"name": claims.name, "email": claims.email}
        try:
            who = await at_the_door.staff(home, key, claims.subject, **known)
        except Unknown:
            return await show(request, home, back, 403, said="unknown")
        return await welcome(request, who, back, key, {"subject": claims.subject})

    async def show(
        request: Request, home: str, back: str, status: int = 200, said: str = "", away: str = ""
    ) -> Response:
        await request.app.state.homes.require_open(home)
        known = await homes(request)
        if not known:  # nobody tells us which there are
            raise Away("insights")
        if home not in known:
            raise HTTPException(404)
        mine = [one.provider for (at, _), one in _issuers(request).items() if at == home]
        return page(
            request, "door.html", status, home=home, home_name=known[home], others=len(known) > 1,
            providers=mine, codes=request.app.state.codes.offered, towards=_towards(back),
            said=said, away=away,
        )  # fmt: skip

    return api


async def homes(request: Request) -> dict[str, str]:
    """The establishments people may come into, by key; those without a name are called so."""
    known: Homes = request.app.state.homes
    await known.look()
    gone = request.app.state.services.gone
    configured = {at: at for at, _ in _issuers(request) if at not in gone}
    return dict(sorted((configured | known.names).items(), key=lambda one: one[1].casefold()))


def address_of(request: Request) -> str:
    """How people reach us. Another host than ours never gets here: see TrustedHostMiddleware."""
    told: str = request.app.state.login.address
    return (told or str(request.base_url)).rstrip("/")


def _issuers(request: Request) -> dict[tuple[str, str], Issuer]:
    found: dict[tuple[str, str], Issuer] = request.app.state.issuers
    return found


def _issuer(request: Request, home: str, key: str) -> Issuer:
    if (home, key) not in _issuers(request):
        raise HTTPException(404)
    return _issuers(request)[home, key]


def _back(request: Request, home: str, key: str) -> str:
    """Each provider has an address of its own to come back to (RFC 9700, 4.4)."""
    return f"{address_of(request)}/connexion/{home}/{key}/retour"


def _towards(back: str) -> str:
    where = path_of_ours(back)
    return "?" + urlencode({"vers": where}) if where != "/" else ""

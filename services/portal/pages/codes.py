"""Partners come in by a code or a link, sent to the address that the office has of them."""

from __future__ import annotations

import re
from urllib.parse import urlencode
from uuid import UUID

from email_validator import EmailNotValidError, validate_email
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.portal.calling import Caller, Services
from services.portal.codes import Admitted, CodeOver, Codes, WrongCode
from services.portal.entering import Door
from services.portal.forms import TO_CORRECT, Failure, Field
from services.portal.guarding import COOKIE
from services.portal.identity import fresh, onwards, welcome
from services.portal.limiting import Limits, Often
from services.portal.pages.entering import address_of, homes
from services.portal.rendering import page
from services.portal.sessions import Sessions, path_of_ours
from services.portal.speaking import counted

EMAIL = Field("email", "Votre adresse courriel", "email", "Celle que le Bureau du partenariat a "
              "de vous.", required=True)  # fmt: skip
CODE = Field("code", "Le code reçu", "code", "Six chiffres, avec ou sans espace.", required=True)
NOT_AN_ADDRESS = "écrivez une adresse entière, par exemple rose@exemple.org."
NOT_SIX_DIGITS = "le code a six chiffres."
WRONG = "Ce code ne convient pas"
OVER = "Ce code ou ce lien ne sert plus"


def routes(_: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/connexion/{home}/code")
    async def ask(request: Request, home: str, vers: str = "/") -> Response:
        return await show_asking(request, home, vers)

    @api.post("/connexion/{home}/code", dependencies=[Depends(fresh)])
    async def asked(request: Request, home: str) -> Response:
        """The same answer, as quickly, whether anybody has this address or not."""
        form = await request.form()
        typed, back = str(form.get("email", "")).strip(), str(form.get("vers", ""))
        limits: Limits = request.app.state.limits
        await limits.count_caller(Often.ASK, request)
        try:
            email = validate_email(typed, check_deliverability=False).normalized
        except EmailNotValidError:
            return await show_asking(request, home, back, typed)
        for often in (Often.ASK_FOR_ONE, Often.ASK_A_DAY):
            await limits.count(often, f"{home}\n{email.casefold()}")
        name = await _named(request, home)
        codes: Codes = request.app.state.codes
        await codes.ask(request.cookies[COOKIE], home, name, email, address_of(request))
        said = {"etablissement": home, "vers": path_of_ours(back)}
        return onwards(f"/code?{urlencode(said)}")

    @api.get("/code")
    async def enter(request: Request, etablissement: str = "", vers: str = "/") -> Response:
        return show_entering(request, etablissement, vers)

    @api.post("/code", dependencies=[Depends(fresh)])
    async def entered(request: Request) -> Response:
        form = await request.form()
        typed, home = str(form.get("code", "")), str(form.get("etablissement", ""))
        back = path_of_ours(str(form.get("vers", "")))
        said = re.sub(r"[\s-]", "", typed)
        if not re.fullmatch(r"[0-9]{6}", said):
            failed = Failure("code", TO_CORRECT, 422, "", {"code": NOT_SIX_DIGITS}, _LABELS)
            return show_entering(request, home, back, failed)
        await request.app.state.limits.count_caller(Often.TRY, request)
        codes: Codes = request.app.state.codes
        try:
            admitted = await codes.enter(request.cookies[COOKIE], said)
        except WrongCode as wrong:
            left = counted(wrong.left, "essai", "essais")
            more = f"Vérifiez les six chiffres du dernier message reçu. Il vous reste {left}."
            failed = Failure("code", WRONG, 422, more, {"code": "vérifiez-le."}, _LABELS)
            return show_entering(request, home, back, failed)
        except CodeOver:
            return over(request, home)
        return await admit(request, admitted, back)

    @api.get("/entrer/{link}")
    async def follow(request: Request, link: str) -> Response:
        """Mail scanners follow links: it takes a button as well."""
        return page(request, "link.html", link=link)

    @api.post("/entrer/{link}", dependencies=[Depends(fresh)])
    async def followed(request: Request, link: str) -> Response:
        await request.app.state.limits.count_caller(Often.TRY, request)
        codes: Codes = request.app.state.codes
        try:
            return await admit(request, await codes.follow(link), "/")
        except CodeOver:
            return over(request, "")

    async def admit(request: Request, admitted: Admitted, back: str) -> Response:
        """Access may have been withdrawn since the message was sent."""
        door: Door = request.app.state.door
        who = await door.partner(admitted.establishment, admitted.person)
        return await welcome(request, who, back) if who else over(request, admitted.establishment)

    return api


async def access_changed(request: Request, by: Caller, person: UUID, *, given: bool) -> None:
    """Who may come in now is told how; who may not is shown out at once."""
    if given:
        name = (await homes(request)).get(by.establishment, by.establishment)
        codes: Codes = request.app.state.codes
        codes.invite(by.establishment, name, person, address_of(request))
    else:
        sessions: Sessions = request.app.state.sessions
        await sessions.end_all(by.establishment, f"partner:{person}")


_LABELS = {one.name: one.label for one in (EMAIL, CODE)}


async def show_asking(request: Request, home: str, back: str, typed: str | None = None) -> Response:
    failed = None
    if typed is not None:
        wrong = {"email": NOT_AN_ADDRESS}
        failed = Failure("adresse", TO_CORRECT, 422, "", wrong, _LABELS, {"email": typed})
    return page(
        request, "code_asked.html", failed.status if failed else 200, home=home, field=EMAIL,
        home_name=await _named(request, home), back=path_of_ours(back), failed=failed,
    )  # fmt: skip


def show_entering(
    request: Request, home: str, back: str, failed: Failure | None = None
) -> Response:
    return page(
        request, "code.html", failed.status if failed else 200, home=home, field=CODE,
        back=path_of_ours(back), failed=failed,
    )  # fmt: skip


def over(request: Request, home: str) -> Response:
    ask = (f"/connexion/{home}/code" if home else "/connexion", "Demander un autre code")
    return page(
        request, "trouble.html", 410, title=OVER, links=[ask],
        more="Il a déjà servi, il a plus de dix minutes, ou il a été essayé trop souvent. Demandez "
        "un autre code : il arrive en un instant.",
    )  # fmt: skip


async def _named(request: Request, home: str) -> str:
    """What this establishment is called, where codes are sent at all; else there is no page."""
    await request.app.state.homes.require_open(home)
    name = (await homes(request)).get(home)
    if name is None or not request.app.state.codes.offered:
        raise HTTPException(404)
    return name

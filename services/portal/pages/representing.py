"""Who speaks for a person, within which limits; and who may open their space."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.vault import Purpose
from services.portal import reading
from services.portal.answering import answered
from services.portal.calling import Caller, Services
from services.portal.consent_words import GUARDIANS, KINDS, PURPOSES
from services.portal.forms import Decision, Failure, Field, one_of, send
from services.portal.identity import By
from services.portal.pages.codes import access_changed
from services.portal.rendering import page

IN_WHAT = (
    Field("kind", "À quel titre ?", "choice", "Un assistant ou une assistante aide à décider, "
          "et ne consent ni ne signe jamais à la place de la personne.", tuple(KINDS.items()),
          required=True),
    Field("limits", "Pour quoi ?", "choices", "Rien de coché : pour tout. Le pouvoir peut être "
          "limité par le jugement ou le mandat. Qui peut s’engager à une entente à la place de la "
          "personne peut aussi signer ses mandats.", tuple(PURPOSES.items())),
    Field("until", "Jusqu’à quand ?", "date", "Si le pouvoir a une fin. Celui d’un parent finit "
          "de lui-même : à 14 ans pour consentir, à 18 ans pour signer."),
)  # fmt: skip
APPOINT = Decision(
    "designation", "Inscrire cette personne", "recruitment", "/partners/{id}/representatives",
    (
        Field("given_name", "Prénom", required=True, body="personal.given_name"),
        Field("family_name", "Nom", required=True, body="personal.family_name"),
        *IN_WHAT,
        Field("phone", "Téléphone", "tel", "Pour joindre cette personne.", body="personal.phone"),
        Field("email", "Courriel", "email", "Pour lui envoyer un lien, si on lui ouvre un espace.",
              body="personal.email"),
    ),
    dated=False, seen=False,
)  # fmt: skip
APPOINT_KNOWN = replace(
    APPOINT, key="connue", button="Inscrire cette même personne",
    fields=(Field("representative", "Qui ?", "choice", "Par exemple le parent d’un frère ou d’une "
                  "sœur : un seul espace, où il choisit pour qui il agit.", "known",
                  required=True), *IN_WHAT),
)  # fmt: skip
OF_PERSON = {one.key: one for one in (APPOINT, APPOINT_KNOWN)}
HERE = "/partners/{id}"
OF_HOLDER = {
    "fin": Decision("fin", "Mettre fin", "recruitment", HERE + "/representatives/{holder}/end"),
    "acces": Decision("acces", "Ouvrir l’espace", "recruitment", HERE + "/access"),
    "fermeture": Decision("fermeture", "Fermer l’espace", "recruitment",
                          HERE + "/access/withdrawal"),
}  # fmt: skip


def routes(services: Services) -> APIRouter:
    api = APIRouter()
    here = "/partenaires/{id}/representants"

    @api.get(here)
    async def representatives(request: Request, by: By, id: UUID) -> Response:
        return await show(request, by, str(id))

    @api.post(here + "/{key}")
    async def appoint(request: Request, by: By, id: UUID, key: str) -> Response:
        return await decide(request, by, str(id), one_of(OF_PERSON, key))

    @api.post(here + "/{holder}/{key}")
    async def on_one(request: Request, by: By, id: UUID, holder: UUID, key: str) -> Response:
        decision = _about(one_of(OF_HOLDER, key), str(holder))
        answer = await decide(request, by, str(id), decision)
        if answer.status_code == 303:
            await access_changed(request, by, holder, given=key == "acces")
        return answer

    async def decide(request: Request, by: Caller, id: str, decision: Decision) -> Response:
        sent = send(services, by, decision, id, await request.form())
        where = f"/partenaires/{id}/representants"
        return await answered(sent, where, partial(show, request, by, id))

    async def show(
        request: Request, by: Caller, id: str, failed: Failure | None = None
    ) -> Response:
        it, powers, known = await services.all(
            services.read("insights", f"/partners/{id}", by),
            services.read("recruitment", f"/partners/{id}/powers", by),
            _known(services, by, id),
        )
        theirs = [one["id"] for one in it["representatives"]]
        names, *spaces = await services.all(
            reading.names(services, by, Purpose.RECRUITMENT, id, *theirs, *known),
            *[
                services.read_if_there("recruitment", f"/partners/{one}/access", by)
                for one in (id, *theirs)
            ],
        )
        may_open = {
            one: bool(space and space["allowed"])
            for one, space in zip((id, *theirs), spaces, strict=True)
        }
        others = [(one, names[one]) for one in known if one not in theirs]
        return page(
            request, "representing.html", failed.status if failed else 200, it=it, person=id,
            names=names, may_open=may_open, appoint=APPOINT, failed=failed, kinds=KINDS,
            purposes=PURPOSES, here="/partenaires",
            powers={one["representative"]: _today(one, powers["of_age"])
                    for one in powers["powers"]},
            appoint_known=APPOINT_KNOWN, options={"known": reading.by_name(others)},
        )  # fmt: skip

    return api


def _about(decision: Decision, holder: str) -> Decision:
    """Of one of those who speak for them; a space is the person's own unless a holder is said."""
    fixed = {} if decision.key == "fin" else {"holder": holder}
    path = decision.path.replace("{holder}", holder)
    return replace(decision, path=path, fixed=fixed, dated=False, seen=False)


async def _known(services: Services, by: Caller, id: str) -> list[str]:
    """Who speaks for somebody else already, and may be entered here as the same person."""
    people = await reading.items(services, "/partners", by, limit=reading.MOST)
    return sorted({
        one["id"]
        for person in people
        for one in person["representatives"]
        if person["id"] != id and not one["ended"]
    })  # fmt: skip


def _today(power: Mapping[str, Any], of_age: bool | None) -> str:
    """What one of them may do today, in words."""
    guards = power["kind"] in GUARDIANS
    match power["consents"], power["signs"]:
        case True, True:
            return "consent pour elle et signe ses mandats"
        case True, False:
            return "consent pour elle, dans ces limites"
        case False, True:
            return "peut signer ses mandats ; la personne, qui a 14 ans, consent elle-même"
        case _ if guards and of_age:
            return "n’a plus de pouvoir : la personne est majeure"
    return "ne consent ni ne signe"

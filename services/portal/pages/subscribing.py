"""A system of HR is subscribed, and its secret shown once; a partner says that they work here."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.portal.calling import Caller, Refused, Services
from services.portal.forms import Decision, Failure, Field, NotTaken, send, told
from services.portal.identity import By, onwards
from services.portal.pages.deliveries import HERE, MESSAGES
from services.portal.rendering import page

WORK = "/mon-emploi"
SUBSCRIBE = Decision(
    "abonner", "Abonner ce système", "directory", "/subscriptions", dated=False, seen=False,
    fields=(
        Field("nom", "Nom du système", required=True, body="name"),
        Field("adresse", "Adresse où envoyer les messages", required=True, body="url",
              why="Elle commence par https:// et mène à l’Internet public. Elle n’est plus montrée "
              "ensuite."),
        Field("messages", "Messages à recevoir", "choices", required=True,
              options=tuple(MESSAGES.items()),
              why="De l’implication d’une personne employée, rien ne part sans son accord."),
        Field("source", "Source dont il connaît les numéros d’employé", body="source",
              why="Son nom court, par exemple paie. Sans elle, les messages ne portent aucun "
              "numéro."),
    ),
)  # fmt: skip
ROTATE = Decision("secret", "Changer le secret", "directory", "/subscriptions/{id}/secrets",
                  dated=False, seen=False)  # fmt: skip
LINK = Decision(
    "lien", "Indiquer mon numéro", "directory", "/own/staff-record", dated=False, seen=False,
    says="Votre employeur n’apprend rien par là. Seul le Bureau voit ce lien ; un message ne part "
    "aux ressources humaines que si vous y consentez, message par message.",
    fields=(Field("numero", "Mon numéro d’employé", required=True, body="key"),),
)  # fmt: skip


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get(f"{HERE}/abonnements/nouveau")
    async def new(request: Request, by: By) -> Response:  # noqa: ARG001
        return asked(request)

    @api.post(f"{HERE}/abonnements/nouveau")
    async def subscribe(request: Request, by: By) -> Response:
        try:
            done = await send(services, by, SUBSCRIBE, "", await request.form())
        except NotTaken as refusal:
            return asked(request, refusal.failure)
        return shown(request, done.content["secret"])

    @api.post(f"{HERE}/abonnements/{{id}}/secret")
    async def rotate(request: Request, by: By, id: UUID) -> Response:
        try:
            done = await send(services, by, ROTATE, str(id), await request.form())
        except NotTaken as refusal:
            return asked(request, refusal.failure)
        return shown(request, done.content["secret"])

    @api.get(WORK)
    async def work(request: Request, by: By) -> Response:
        return await linked(request, by)

    @api.post(f"{WORK}/lien")
    async def link(request: Request, by: By) -> Response:
        try:
            done = await send(services, by, LINK, "", await request.form())
        except NotTaken as refusal:
            return await linked(request, by, refusal.failure)
        return onwards(WORK, done.position)

    @api.post(f"{WORK}/fin")
    async def unlink(request: Request, by: By) -> Response:
        try:
            done = await services.tell("directory", "/own/staff-record/end", by)
        except Refused as refused:
            return await linked(request, by, told(refused, "", (), {}))
        return onwards(WORK, done.position)

    def asked(request: Request, failed: Failure | None = None) -> Response:
        return page(
            request, "decision.html", failed.status if failed else 200, here=HERE, failed=failed,
            title="Abonner un système des ressources humaines", back=HERE, options={},
            back_word="Livraisons", decision=SUBSCRIBE, version=None,
            action=f"{HERE}/abonnements/nouveau",
            lead="Ses messages partent signés, dans l’ordre, et attendent quand il ne répond pas.",
        )  # fmt: skip

    def shown(request: Request, secret: str) -> Response:
        answer = page(request, "secret.html", here=HERE, secret=secret)
        answer.headers["Cache-Control"] = "no-store"
        return answer

    async def linked(request: Request, by: Caller, failed: Failure | None = None) -> Response:
        known = await services.read("directory", "/own/staff-record", by)
        return page(
            request, "employment.html", failed.status if failed else 200, here=WORK,
            failed=failed, linked=known["linked"], decision=LINK,
        )  # fmt: skip

    return api

"""What went out to HR and what came back: receivers, each message on its way, what lies aside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from contracts.access import AccessRole
from services.portal import retention
from services.portal.calling import Caller, Refused, Services
from services.portal.forms import Failure, NotTaken, send
from services.portal.identity import By, onwards
from services.portal.rendering import page
from services.portal.speaking import counted, day

HERE = "/livraisons"
PAGE = 40
SHOWN = timedelta(days=30)  # that a subscription ended by itself
MAY_SUBSCRIBE = {AccessRole.HR_OFFICER, AccessRole.OFFICE_LEAD}
MAY_DECIDE = MAY_SUBSCRIBE | {AccessRole.OPERATOR}
MESSAGES = {
    "tandem.training.team_training_completed.v1": "Formation d’une équipe terminée",
    "tandem.accompaniment.staff_hours_logged.v1": "Heures du personnel en partenariat",
    "tandem.directory.contact_left.v1": "Départ d’une personne-contact",
    "tandem.accompaniment.employee_involvement_started.v1": "Début d’implication, avec l’accord"
    " de la personne",
    "tandem.accompaniment.employee_involvement_ended.v1": "Fin d’implication, avec l’accord"
    " de la personne",
}
# A word, a shape and a tone for each state.
STATES = {
    "waiting": ("En attente", "half", "going"),
    "delivered": ("Livrée", "full", "good"),
    "withheld": ("Retenue", "bars", ""),
    "dropped": ("Abandonnée", "cross", "wait"),
}
OUTCOMES = {
    "unreachable": "injoignable", "too_slow": "trop lent à répondre",
    "not_public": "adresse interne : rien n’a été envoyé", "not_secure": "certificat refusé",
}  # fmt: skip
CAUSES = {
    "not_json": "le message n’est pas du JSON", "no_key": "personne n’y est désigné",
    "missing": "il y manque", "unreadable": "on ne peut y lire",
}  # fmt: skip
RECEIVERS = {"pause": "pause", "reprise": "resumption", "fin": "end"}
ASIDE = {"reprise": "retry", "rejet": "dismissal"}
ALL = {"abonnement": "", "etat": "", "message": ""}


def routes(services: Services) -> APIRouter:
    api = APIRouter(prefix=HERE)

    @api.get("")
    async def listed(
        request: Request, by: By, abonnement: str = "", etat: str = "", message: str = "",
        avant: str = "",
    ) -> Response:  # fmt: skip
        kept = {"abonnement": abonnement, "etat": etat, "message": message}
        return await show(request, by, kept, avant)

    @api.get("/{number}")
    async def one(request: Request, by: By, number: int) -> Response:
        return await told(request, by, number)

    @api.post("/{number}/renvoi")
    async def again(request: Request, by: By, number: int) -> Response:
        try:
            done = await services.tell("directory", f"/deliveries/{number}/replay", by)
        except Refused as refused:
            return await told(request, by, number, Failure("", refused.title, refused.status))
        return onwards(f"{HERE}/{done.content['number']}")

    @api.post("/abonnements/{id}/{how}")
    async def decide(request: Request, by: By, id: UUID, how: str) -> Response:
        return await ask(request, by, f"/subscriptions/{id}", RECEIVERS.get(how))

    @api.post("/de-cote/{hook}/{how}")
    async def settle(request: Request, by: By, hook: UUID, how: str) -> Response:
        return await ask(request, by, f"/hooks/{hook}", ASIDE.get(how))

    @api.post("/conservation/{rule}")
    async def keep(request: Request, by: By, rule: str) -> Response:
        rules = await services.read("directory", "/retention", by)
        found = next((one for one in rules if one["number"] == rule), None)
        if found is None:
            raise HTTPException(404)
        decision = retention.decision_on(found)
        try:
            await send(services, by, decision, "", await request.form())
        except NotTaken as refusal:
            return await show(request, by, ALL, "", refusal.failure)
        return onwards(f"{HERE}#conservation")

    async def ask(request: Request, by: Caller, path: str, how: str | None) -> Response:
        if how is None:
            raise HTTPException(404)
        try:
            await services.tell("directory", f"{path}/{how}", by)
        except Refused as refused:
            failure = Failure("", refused.title, refused.status)
            return await show(request, by, ALL, "", failure)
        return onwards(HERE)

    async def show(
        request: Request, by: Caller, kept: Mapping[str, str], before: str,
        failed: Failure | None = None,
    ) -> Response:  # fmt: skip
        asked = {"subscription": kept.get("abonnement"), "state": kept.get("etat"),
                 "message": kept.get("message"), "before": before, "limit": PAGE}  # fmt: skip
        receivers, items, aside, rules = await services.all(
            services.read("directory", "/subscriptions", by),
            services.read("directory", "/deliveries", by, asked),
            services.read_if_there("directory", "/hooks", by),
            services.read("directory", "/retention", by),
        )
        return page(
            request, "deliveries.html", failed.status if failed else 200, here=HERE,
            failed=failed, receivers=receivers, items=[_worded(one, receivers) for one in items],
            aside=[{**one, "why": _why(one["cause"])} for one in aside or []],
            after=items[-1]["number"] if len(items) == PAGE else None, chosen=kept,
            states=[(code, word) for code, (word, *_) in STATES.items()],
            messages=list(MESSAGES.items()), may=bool(MAY_DECIDE & set(by.roles)),
            notices=list(notices(receivers, datetime.now(UTC))),
            kept=[(one, retention.in_words(one), retention.decision_on(one)) for one in rules],
            may_keep=AccessRole.OFFICE_LEAD in by.roles,
            sentence=_sentence(receivers), may_subscribe=bool(MAY_SUBSCRIBE & set(by.roles)),
            address=lambda **change: f"{HERE}?" + urlencode(
                {key: value for key, value in ({**kept} | change).items() if value}),
        )  # fmt: skip

    async def told(
        request: Request, by: Caller, number: int, failed: Failure | None = None
    ) -> Response:
        one, receivers = await services.all(
            services.read("directory", f"/deliveries/{number}", by),
            services.read("directory", "/subscriptions", by),
        )
        attempts = [{**each, "word": _outcome(each["outcome"])} for each in one["attempts"]]
        return page(
            request, "delivery.html", failed.status if failed else 200, here=HERE, failed=failed,
            it=_worded(one, receivers), attempts=attempts,
            may=bool(MAY_DECIDE & set(by.roles)),
        )  # fmt: skip

    return api


def _worded(one: Mapping[str, Any], receivers: list[Any]) -> dict[str, Any]:
    word, shape, tone = STATES[one["state"]]
    to = next((each for each in receivers if each["id"] == one["subscription"]), None)
    return {
        **one, "word": word, "shape": shape, "tone": tone, "to": to,
        "called": MESSAGES.get(one["name"], one["name"]),
        "last": _outcome(one["outcome"]) if one["outcome"] else "",
    }  # fmt: skip


def _outcome(code: str) -> str:
    return OUTCOMES.get(code) or f"réponse {code}"


def _why(cause: str) -> str:
    """A code, and perhaps the column that it is about."""
    code, _, column = cause.partition(":")
    words = CAUSES.get(code, "le message a été refusé")
    return f"{words} « {column} »" if column else words


def notices(receivers: list[Any], now: datetime) -> Iterator[tuple[str, str]]:
    """What the office is to know of receivers: what happened, and what it can do."""
    for one in receivers:
        name, since = f"« {one['name']} »", f"depuis le {day(one['since'])}"
        if one["unreachable"]:
            waiting = counted(one["waiting"], "message")
            yield (
                f"{name} ne répond plus : ses envois sont suspendus {since}.",
                f"{waiting} en attente, rien n’est perdu. Joignez qui s’en occupe, puis reprenez.",
            )
        elif one["gone"] and now - datetime.fromisoformat(one["since"]) < SHOWN:
            yield (
                f"{name} a répondu qu’il n’existe plus : l’abonnement est terminé {since}.",
                "Plus rien ne lui est envoyé. Si c’est une erreur, abonnez-le de nouveau.",
            )


def _sentence(receivers: list[Any]) -> str:
    silent = sum(one["unreachable"] for one in receivers)
    if silent == 1:
        return "Un destinataire ne répond plus depuis trois jours : ses envois attendent."
    if silent:
        return f"{silent} destinataires ne répondent plus : leurs envois attendent."
    waiting = sum(one["waiting"] for one in receivers)
    if waiting:
        return f"{counted(waiting, 'message')} en attente."
    return "Tout ce qui devait partir est parti."

"""Involvements: which there are, and one with its plan, hours, contributions and follow-up."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from contracts.accompaniment import InvolvementState, Step
from contracts.terms import Side
from contracts.vault import Purpose
from services.portal import dating, reading, stories
from services.portal import deciding_involvements as deciding
from services.portal.answering import answered
from services.portal.calling import Caller, Services
from services.portal.forms import Decision, Failure, one_of, send
from services.portal.identity import By
from services.portal.labels import choices
from services.portal.rendering import page
from services.portal.signatures import FORMS, STOPS, Signatures, signatures_of, to_tell
from services.portal.speaking import counted

PAGE = 40
HEARD = {"check_in": "Suivi", "survey": "Questionnaire", "concern": "Préoccupation",
         "exit_interview": "Entretien de départ", "contact": "Contact"}  # fmt: skip


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get("/implications")
    async def listed(
        request: Request, by: By, etat: str = "", reponse: str = "", apres: str = "",
        le: str = "", su: str = "",
    ) -> Response:  # fmt: skip
        then = dating.then(le, su)
        asked = {"state": etat, "unanswered": "true" if reponse else "", "after": apres,
                 "limit": PAGE, "sort": "since", **then.bounds}  # fmt: skip
        said, projects, beside = await services.all(
            services.read("insights", "/involvements", by, asked),
            reading.items(services, "/projects", by, limit=reading.MOST),
            dating.beside(services, by, "involvements", then),
        )
        people = [person for one in said["items"] for person in one["partners"]]
        kept = {"etat": etat, "reponse": reponse}
        return page(
            request, "involvements.html", here="/implications", items=said["items"],
            after=said["next"], state=etat, unanswered=reponse, then=then, beside=beside, kept=kept,
            states=choices(InvolvementState), sentence=_sentence(said["counts"], etat),
            titles={one["id"]: one["title"] for one in projects},
            names=await reading.names(services, by, Purpose.INVOLVEMENT, *people),
            address=lambda **change: "/implications?" + urlencode(
                {key: value for key, value in (kept | then.kept | change).items() if value}),
        )  # fmt: skip

    @api.get("/implications/{id}")
    async def record(request: Request, by: By, id: UUID) -> Response:
        return await show(request, by, str(id))

    @api.post("/implications/{id}/suivis/{appointment}")
    async def check_in(request: Request, by: By, id: UUID, appointment: UUID) -> Response:
        it = await services.read("insights", f"/involvements/{id}", by)
        due = next((one for one in it["follow_up"] if one["id"] == str(appointment)), None)
        if due is None:
            raise HTTPException(404)
        instruments = await services.read("evaluation", "/instruments", by)
        decision = deciding.as_appointed(due, instruments)
        return await decide(request, by, str(id), str(id), decision, due["id"])

    @api.post("/implications/{id}/etapes/{step}")
    async def tick(request: Request, by: By, id: UUID, step: Step) -> Response:
        return await decide(request, by, str(id), str(id), deciding.ticking(step))

    @api.post("/implications/{id}/contributions/{contribution}")
    async def answer(request: Request, by: By, id: UUID, contribution: UUID) -> Response:
        about = str(contribution)
        return await decide(request, by, str(id), about, deciding.ANSWER, about)

    @api.post("/implications/{id}/avis/{side}")
    async def told_side(request: Request, by: By, id: UUID, side: Side) -> Response:
        return await decide(request, by, str(id), str(id), deciding.telling(side))

    @api.post("/implications/{id}/{key}")
    async def decision(request: Request, by: By, id: UUID, key: str) -> Response:
        return await decide(request, by, str(id), str(id), one_of(deciding.DECISIONS, key))

    async def decide(
        request: Request, by: Caller, id: str, of: str, decision: Decision, about: str = ""
    ) -> Response:
        sent = send(services, by, decision, of, await request.form())

        async def again(failed: Failure) -> Response:
            return await show(request, by, id, failed, about)

        return await answered(sent, f"/implications/{id}", again)

    async def show(
        request: Request, by: Caller, id: str, failed: Failure | None = None, about: str = ""
    ) -> Response:
        it = await reading.record(services, by, f"/involvements/{id}", failed)
        words, told, staff, project, asked_for, instruments, signing = await services.all(
            services.words(by, Purpose.INVOLVEMENT, _refs(it)),
            stories.told(services, by, "involvements", id),
            reading.staff(services, by),
            _titled(services, by, "projects", it["project"]),
            _titled(services, by, "requests", it["request"]),
            services.read_if_there("evaluation", "/instruments", by),
            signatures_of(services, by, it),
        )
        if {"partner", "team"} <= it["signatures"].keys():
            signed = max(it["signatures"].values())
            for one in it["plan"]:
                if one["step"] == "mandate_signed":
                    one["done"] = one["done"] or signed
        steps = told["steps"] if told else []
        named = await reading.names(services, by, Purpose.INVOLVEMENT, *it["partners"],
                                    *stories.actors(steps), *_signing(it, signing))  # fmt: skip
        named.update(dict(staff))
        title = it["title"] or project or asked_for or "Implication"
        signers = [(one, named[one]) for one in signing.options]
        return page(
            request, "involvement.html", failed.status if failed else 200, here="/implications",
            it=it, names=named, words=words, failed=failed, about=about, title=title,
            signing=signing, to_tell=to_tell(it, title), stop_words=STOPS, form_words=FORMS,
            project=project, asked_for=asked_for, heard_words=HEARD, by_hand=deciding.BY_HAND,
            told=stories.as_shown(steps, named, f"/implications/{id}") if told else None,
            next_step=deciding.next_on(it, signing), others=deciding.others_on(it, signing),
            answer=deciding.ANSWER,
            appointed=lambda due: deciding.as_appointed(due, instruments or []),
            options={"staff": staff, "signers": signers},
        )  # fmt: skip

    return api


def _refs(it: dict[str, Any]) -> list[str]:
    refs = [*it["personal"].values(), *(note["ref"] for note in it["notes"])]
    refs += [one[name] for one in it["contributions"] for name in ("text", "why")]
    refs += [one["paper"] for one in it["signers"]]
    refs += [one["words"] for one in it["heard"]] + [one["reason"] for one in it["pauses"]]
    return [ref for ref in refs if ref]


def _signing(it: dict[str, Any], signing: Signatures) -> set[str]:
    return signing.people | {one["signer"] for one in it["signers"]}


async def _titled(services: Services, by: Caller, of: str, id: str | None) -> str:
    known = await services.read_if_there("insights", f"/{of}/{id}", by) if id else None
    return known["title"] if known else ""


def _sentence(counts: dict[str, int], state: str) -> str:
    if state:
        return f"{counted(counts.get(state, 0), 'implication')} dans cet état."
    going = sum(counts.get(code, 0) for code in ("active", "extended"))
    coming = sum(counts.get(code, 0) for code in ("proposed", "in_preparation"))
    total = sum(counts.values())
    if not total:
        return "Aucune implication encore. Elles naissent d’un jumelage."
    return (f"{counted(total, 'implication')}, dont {going} en cours, {coming} en préparation et "
            f"{counts.get('paused', 0)} en pause.")  # fmt: skip

"""Two files that may be of one person: proposed, looked at side by side, decided, undone."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import Response

from contracts.vault import Purpose
from services.portal import comparing, reading
from services.portal.answering import answered
from services.portal.calling import Away, Caller, Refused, Services, reference_in
from services.portal.deciding import NOBODY_NAMED
from services.portal.forms import PLEASE, TO_CORRECT, Decision, Failure, Field, send
from services.portal.identity import By, onwards
from services.portal.rendering import page
from services.portal.speaking import counted

HERE = "/partenaires/doublons"
AT_ONCE = 40
WHY = Field("reason", "Pourquoi ?", "area", NOBODY_NAMED)
MERGE = Decision(
    "reunion", "C’est la même personne : réunir les fiches", "recruitment",
    "/partners/{kept}/merges",
    (Field("kept", "Quelle fiche est conservée ?", "choice", "L’autre reste lisible dans "
           "l’histoire et n’est plus proposée.", "files", required=True, body=""), WHY),
    dated=False, seen=False,
)  # fmt: skip
TWO = Decision(
    "deux", "Ce sont deux personnes", "vault", "/duplicates/{id}/decision",
    fixed={"same": False}, dated=False, seen=False,
    says="La paire n’est plus proposée. Vous pourrez y revenir dans les paires décidées.",
)  # fmt: skip
UNDO = Decision(
    "defaire", "Défaire la réunion", "recruitment", "/partners/{id}/merges/{merged}/undoing",
    (WHY,), dated=False, seen=False,
    says="Ce sont deux personnes après tout : chacune retrouve sa fiche, son histoire et ses "
         "renseignements, comme si rien n’avait été réuni.",
)  # fmt: skip


def routes(services: Services) -> APIRouter:
    api = APIRouter()

    @api.get(HERE)
    async def proposed(request: Request, by: By, decides: str = "", apres: str = "") -> Response:
        return await listed(request, by, bool(decides), apres)

    @api.post(HERE + "/recherche")
    async def seek(request: Request, by: By) -> Response:
        try:
            said = (await services.tell("vault", "/duplicates/searches", by)).content
        except Refused as refused:
            failed = Failure("", refused.title, refused.status)
            return await listed(request, by, failed=failed)
        return onwards(f"{HERE}?comparees={said['people']}&nouvelles={said['found']}")

    @api.get(HERE + "/{pair}")
    async def compared(request: Request, by: By, pair: UUID) -> Response:
        return await side_by_side(request, by, pair)

    @api.post(HERE + "/{pair}/reunion")
    async def merge(request: Request, by: By, pair: UUID) -> Response:
        form, it = await request.form(), await services.read("vault", f"/duplicates/{pair}", by)
        both, kept = (it["one"], it["other"]), str(form.get("kept", ""))
        if kept not in both:
            wrong = {"kept": PLEASE}
            labels = {one.name: one.label for one in MERGE.fields}
            failed = Failure(MERGE.key, TO_CORRECT, 422, "", wrong, labels)
            return await side_by_side(request, by, pair, failed)
        [gone] = set(both) - {kept}
        sent = send(services, by, replace(MERGE, fixed={"merged": gone}), str(pair), form)
        show = partial(side_by_side, request, by, pair)
        return await answered(sent, f"/partenaires/{kept}#fiches", show)

    @api.post(HERE + "/{pair}/deux")
    async def part(request: Request, by: By, pair: UUID) -> Response:
        sent = send(services, by, TWO, str(pair), await request.form())
        return await answered(sent, HERE, partial(side_by_side, request, by, pair))

    @api.post("/partenaires/{id}/reunions/{merged}/defaire")
    async def undo(request: Request, by: By, id: UUID, merged: UUID) -> Response:
        decision = replace(UNDO, path=UNDO.path.replace("{merged}", str(merged)))
        sent = send(services, by, decision, str(id), await request.form())
        return await answered(sent, f"/partenaires/{id}", partial(again, request, by, id, merged))

    @api.get("/partenaires/{id}/reunions/{merged}")
    async def undoing(request: Request, by: By, id: UUID, merged: UUID) -> Response:
        return await again(request, by, id, merged)

    async def listed(
        request: Request, by: Caller, decided: bool = False, after: str = "",
        failed: Failure | None = None,
    ) -> Response:  # fmt: skip
        asked = {"decided": "true" if decided else "", "after": after, "limit": AT_ONCE}
        told = await services.read("vault", "/duplicates", by, asked)
        people = [one[which] for one in told["items"] for which in ("one", "other")]
        deciders = [reference_in(one["decided_by"] or "") for one in told["items"]]
        names = await reading.names(services, by, Purpose.RECRUITMENT, *people)
        staff = await reading.names(services, by, Purpose.STAFF, *deciders)
        return page(
            request, "duplicates.html", failed.status if failed else 200, here="/partenaires",
            names=names, items=told["items"], decided=decided, after=told["next"], failed=failed,
            waiting=told["waiting"], reasons=comparing.reasons, found=_found(request),
            who=lambda actor: staff.get(reference_in(actor or ""), "le Bureau"),
        )  # fmt: skip

    async def side_by_side(
        request: Request, by: Caller, pair: UUID, failed: Failure | None = None
    ) -> Response:
        it = await services.read("vault", f"/duplicates/{pair}", by)
        both = (it["one"], it["other"])
        files, known, titles = await services.all(
            services.all(*(file_of(by, one) for one in both)),
            services.names(by, Purpose.RECRUITMENT, both, *comparing.IDENTITY),
            titles_of(by),
        )
        there = [one for one in files if one]
        together = len(there) == 2 and there[0]["id"] == there[1]["id"]
        values = [known.get(one, {}) for one in both]
        ready = len(there) == 2 and not together
        return page(
            request, "duplicate.html", failed.status if failed else 200, here="/partenaires",
            names=await reading.names(services, by, Purpose.RECRUITMENT, *both), pair=pair, it=it,
            both=both, letters=comparing.LETTERS, identity=comparing.identity(values),
            lives=comparing.lives(files) if ready else [], files=files, together=together,
            reasons=comparing.reasons(it["why"]), failed=failed, two=TWO, titles=titles,
            searches=[comparing.searches_of(one) if one else [] for one in files],
            missing=[comparing.only_there(*ab) for ab in (files, files[::-1])] if ready else [],
            merge=MERGE.starting(kept=comparing.rather(files)) if ready else None,
            options={"files": [(one["id"], comparing.called(one, letter)) for one, letter
                               in zip(files, comparing.LETTERS, strict=True)] if ready else []},
        )  # fmt: skip

    async def again(
        request: Request, by: Caller, id: UUID, merged: UUID, failed: Failure | None = None
    ) -> Response:
        it = await services.read("insights", f"/partners/{id}", by)
        since = next((one["since"] for one in it["merged"] if one["id"] == str(merged)), None)
        return page(
            request, "merge_undone.html", failed.status if failed else 200, here="/partenaires",
            names=await reading.names(services, by, Purpose.RECRUITMENT, it["id"]), it=it,
            merged=merged, since=since, undo=UNDO, failed=failed,
        )  # fmt: skip

    async def file_of(by: Caller, person: str) -> dict[str, Any] | None:
        """None where this person has no partner's file: a parent, or somebody at the door."""
        try:
            return dict(await services.read("insights", f"/partners/{person}", by))
        except Refused as refused:
            if refused.status != 404:
                raise Away("insights") from refused
            return None

    async def titles_of(by: Caller) -> dict[str, str]:
        found = await reading.items(services, "/requests", by, limit=reading.MOST)
        return {one["id"]: one["title"] for one in found}

    return api


def _found(request: Request) -> str:
    """What a search has just found, in words."""
    people, new = (request.query_params.get(one, "") for one in ("comparees", "nouvelles"))
    if not (people.isdigit() and new.isdigit()):
        return ""
    compared = counted(int(people), "fiche comparée", "fiches comparées")
    return f"{compared}, {counted(int(new), 'nouvelle paire', 'nouvelles paires')} à regarder."

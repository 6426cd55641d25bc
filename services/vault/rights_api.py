"""Persons' rights over HTTP: what they ask, what is destroyed, what is certified."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from contracts.envelope import PartialDate
from contracts.rights import MOST_FILES, Count, Ground, Notified, Right
from services.chassis.deciding import Provenance
from services.chassis.domain import NotFound
from services.chassis.http import Body, By, Words, decided
from services.vault.application import Rights
from services.vault.calendar import Calendar
from services.vault.carrying_out import CarryingOut
from services.vault.domain.disposition import Reason
from services.vault.erasing import Shredder
from services.vault.standing import FILE


class Proposal(Body):
    files: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MOST_FILES)]
    ground: Ground = Ground.RETENTION_ENDED
    request: UUID | None = None


class Approval(Body):
    alone: bool = False


class Why(Body):
    reason: Words | None = None


class Because(Body):
    reason: Words


class Asking(Body):
    right: Right
    person: UUID | None = None
    words: Words | None = None


class Answer(Body):
    answer: Words | None = None


class Hold(Body):
    person: UUID
    reason: Words


class IncidentSaid(Body):
    """The fields of the register of incidents; R-22.1, r. 1, art. 15."""

    information: Words
    circumstances: Words
    occurred: PartialDate
    occurred_until: PartialDate | None = None
    aware: PartialDate
    persons_affected: Count
    approximate: bool = False
    assessment: Words
    serious: bool
    measures: Words

    def parts(self) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        """What stands in the fact, and what the vault keeps."""
        words = self.model_dump(include={"information", "circumstances", "assessment", "measures"})
        return self.model_dump(exclude=set(words)), words


class Notice(Body):
    to: Notified
    date: PartialDate | None = None
    reason: Words | None = None


class Whom(Body):
    subjects: Annotated[tuple[UUID, ...], Field(max_length=10_000)]


class Erased(Body):
    subjects: tuple[UUID, ...]


class Blocked(Body):
    """What keeps a file from being destroyed for now, and until when where that is known."""

    reason: Reason
    which: UUID | None
    until: str | None


def routes(
    rights: Rights, carrying: CarryingOut, shredder: Shredder, calendar: Calendar
) -> APIRouter:
    api = APIRouter(default_response_class=Response)
    api.include_router(_dispositions(rights, carrying, calendar))
    api.include_router(_requests(rights))
    api.include_router(_incidents(rights))

    @api.post("/erased", response_class=JSONResponse, tags=["dispositions"])
    async def erased_among(body: Whom, by: By) -> Erased:
        return Erased(subjects=tuple(sorted(await shredder.among(by, body.subjects))))

    return api


def _dispositions(rights: Rights, carrying: CarryingOut, calendar: Calendar) -> APIRouter:
    api = APIRouter(tags=["dispositions"], default_response_class=Response)

    @api.post("/dispositions", status_code=201)
    async def propose_disposition(body: Proposal, by: By) -> Response:
        new = by.id_for("disposition")
        said = await rights.propose(new, body.files, body.ground, FILE, body.request, by)
        return decided(said, id=str(new))

    @api.post("/dispositions/{id}/approval", status_code=204)
    async def approve_disposition(id: UUID, body: Approval, by: By) -> Response:
        return decided(await rights.approve(id, body.alone, by))

    @api.post("/dispositions/{id}/refusal", status_code=204)
    async def refuse_disposition(id: UUID, body: Why, by: By) -> Response:
        return decided(await rights.refuse(id, body.reason, by))

    @api.post("/dispositions/{id}/withdrawal", status_code=204)
    async def withdraw_disposition(id: UUID, body: Why, by: By) -> Response:
        return decided(await rights.withdraw(id, body.reason, by))

    @api.post("/dispositions/{id}/execution", status_code=204)
    async def order_erasure(id: UUID, by: By) -> Response:
        return decided(await rights.order(id, by))

    @api.get("/dispositions/{id}/certificate")
    async def show_certificate(id: UUID, by: By) -> Response:
        found = await carrying.certificate_of(by, id)
        name = f'attachment; filename="attestation-{id}.pdf"'
        headers = {"Content-Disposition": name, "ETag": f'"{found.digest}"'}
        return Response(found.pdf, media_type="application/pdf", headers=headers)

    @api.post("/schedule/look", response_class=JSONResponse)
    async def look_at_schedule(by: By) -> dict[str, str | None]:
        found = await calendar.propose(by.establishment)
        return {"id": str(found) if found else None}

    @api.get("/files/{person}/blocks", response_class=JSONResponse)
    async def show_blocks(person: UUID, by: By) -> list[Blocked]:
        blocks = await rights.what_keeps(by, [person])
        return [Blocked(reason=one.reason, which=one.which, until=one.until) for one in blocks]

    @api.post("/holds", status_code=204)
    async def place_hold(body: Hold, by: By) -> Response:
        return decided(await rights.place_hold(body.person, body.reason, by))

    @api.post("/holds/{person}/lifting", status_code=204)
    async def lift_hold(person: UUID, body: Why, by: By) -> Response:
        return decided(await rights.lift_hold(person, body.reason, by))

    return api


def _requests(rights: Rights) -> APIRouter:
    api = APIRouter(
        prefix="/rights-requests", tags=["rights requests"], default_response_class=Response
    )

    @api.post("", status_code=201)
    async def receive_request(body: Asking, by: By) -> Response:
        person = _own_or(body.person, by)
        request, position = await rights.receive(body.right, person, body.words, by)
        return decided(position, id=str(request))

    @api.post("/{id}/extension", status_code=204)
    async def extend_request(id: UUID, body: Because, by: By) -> Response:
        return decided(await rights.extend(id, body.reason, by))

    @api.post("/{id}/answer", status_code=204)
    async def answer_request(id: UUID, body: Answer, by: By) -> Response:
        return decided(await rights.answer(id, body.answer, by))

    @api.post("/{id}/refusal", status_code=204)
    async def refuse_request(id: UUID, body: Because, by: By) -> Response:
        return decided(await rights.decline(id, body.reason, by))

    @api.post("/{id}/withdrawal", status_code=204)
    async def withdraw_request(id: UUID, by: By) -> Response:
        return decided(await rights.take_back_request(id, by))

    return api


def _incidents(rights: Rights) -> APIRouter:
    api = APIRouter(prefix="/incidents", tags=["incidents"], default_response_class=Response)

    @api.post("", status_code=201)
    async def record_incident(body: IncidentSaid, by: By) -> Response:
        incident, position = await rights.record_incident(*body.parts(), by)
        return decided(position, id=str(incident))

    @api.post("/{id}/revision", status_code=204)
    async def revise_incident(id: UUID, body: IncidentSaid, by: By) -> Response:
        return decided(await rights.revise_incident(id, *body.parts(), by))

    @api.post("/{id}/notices", status_code=204)
    async def notify_incident(id: UUID, body: Notice, by: By) -> Response:
        return decided(await rights.notify(id, body.to, body.date, body.reason, by))

    return api


def _own_or(person: UUID | None, by: Provenance) -> UUID | None:
    """Who may ask of their own alone asks for themselves. Raises NotFound for another."""
    if by.own and person not in (None, by.person):
        raise NotFound
    return by.person if by.own else person

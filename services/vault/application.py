"""What may be asked about persons' rights: dispositions, holds, requests, incidents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from contracts.envelope import PersonalRef, PersonRef
from contracts.rights import (
    DispositionProposed,
    Ground,
    IncidentRecorded,
    IncidentRevised,
    Notified,
    Right,
    RightsRequestReceived,
)
from contracts.terms import Personal
from contracts.vault import Purpose, Reservation
from services.chassis.deciding import Position, Provenance
from services.chassis.following import Following, local_day
from services.chassis.personal import Vault
from services.chassis.store import Store
from services.vault.domain.disposition import OPEN, Block, Disposition, Reason
from services.vault.domain.hold import LegalHold
from services.vault.domain.incident import Incident
from services.vault.domain.rights_request import RightsRequest, Stage
from services.vault.keeping import Keeping

type FilesOf = Callable[[Provenance, UUID], Awaitable[list[UUID]]]
type Keeps = Callable[[Provenance, Sequence[UUID]], Awaitable[list[Block]]]


class AtHome(Vault):
    """The vault as it asks itself: no door between."""

    def __init__(self, keeping: Keeping) -> None:
        self._keeping = keeping

    async def reserve(self, by: Provenance, values: Sequence[Reservation]) -> list[PersonalRef]:
        return await self._keeping.keep(by, values, "vault")


class Rights(Following):
    """What the law gives a person. `keeps` says what outside the vault keeps a file.

    `files_of` gives all files of one person, which go together or stay together.
    """

    kinds = (Disposition, LegalHold, RightsRequest, Incident)

    def __init__(
        self, store: Store, keeping: Keeping, keeps: Keeps, files_of: FilesOf | None = None
    ) -> None:
        super().__init__(store, AtHome(keeping))
        self._keeps = keeps
        self._files_of = files_of

    async def propose(
        self, id: UUID, files: Sequence[UUID], ground: Ground, rule: str, request: UUID | None,
        by: Provenance,
    ) -> Position:  # fmt: skip
        """Raises StillNeeded, NotFound."""
        whose = tuple(PersonRef(one) for one in dict.fromkeys(files))
        said = DispositionProposed(files=whose, ground=ground, rule=rule, request=request)

        async def propose() -> Position:
            blocks = await self.what_keeps(by, files)
            return await self.save(by, Disposition.propose(id, said, blocks))

        return await self.once(by, propose)

    async def approve(self, id: UUID, alone: bool, by: Provenance) -> Position:
        """Raises SomebodyElseApproves."""
        history = await self._store.read_stream(by.establishment, id)
        same = bool(history) and history[0].actor == by.actor
        return await self.change(
            Disposition, id, lambda it: it.approve(by_proposer=same, alone=alone), by
        )

    async def refuse(self, id: UUID, reason: str | None, by: Provenance) -> Position:
        return await self.change_with(
            Disposition, id, by, id, Purpose.RIGHTS, {"reason": reason},
            lambda it, kept: it.refuse(kept.get("reason")),
        )  # fmt: skip

    async def withdraw(self, id: UUID, reason: str | None, by: Provenance) -> Position:
        return await self.change_with(
            Disposition, id, by, id, Purpose.RIGHTS, {"reason": reason},
            lambda it, kept: it.withdraw(kept.get("reason")),
        )  # fmt: skip

    async def order(self, id: UUID, by: Provenance) -> Position:
        """From here on nothing brings the files back. Raises NotApproved, StillNeeded."""
        disposition = await self.load(Disposition, id, by.establishment)
        left = [one.root for one in disposition.left]
        blocks = await self.what_keeps(by, left) if disposition.stage in OPEN else []
        return await self.change(Disposition, id, lambda it: it.order(blocks), by)

    async def what_keeps(self, by: Provenance, files: Sequence[UUID]) -> list[Block]:
        """All that keeps one of these files; a request for its end does not."""
        blocks = []
        for person in files:
            for one in await self._files_of(by, person) if self._files_of else [person]:
                blocks += await self._keeping(by, person, one)
        return blocks + await self._keeps(by, files)

    async def _keeping(self, by: Provenance, person: UUID, file: UUID) -> list[Block]:
        hold, blocks = LegalHold.id_for(file), []
        if any(one.holds for one in await self.standing(LegalHold, [hold], by)):
            blocks.append(Block(person, Reason.HOLD, hold))
        for asked in await self._requests_of(file, by):
            if asked.stage is Stage.OPEN and asked.right is not Right.END_OF_FILE:
                blocks.append(Block(person, Reason.REQUEST, asked.id))
        return blocks

    async def held(self, by: Provenance, files: Sequence[UUID]) -> set[UUID]:
        """Those of these that a legal hold keeps."""
        holds = await self.standing(LegalHold, [LegalHold.id_for(one) for one in files], by)
        return {one.person.root for one in holds if one.holds and one.person}

    async def proposed_for(self, person: UUID, by: Provenance) -> list[Disposition]:
        """Every disposition that this person's file was ever part of, oldest first."""
        home = by.establishment
        streams = await self._store.streams_naming(home, person, DispositionProposed)
        return await self.standing(Disposition, streams, by)

    async def place_hold(self, person: UUID, reason: str, by: Provenance) -> Position:
        hold, whose = LegalHold.id_for(person), PersonRef(person)
        if await self._store.streams_among(by.establishment, [hold]):
            return await self.change_with(
                LegalHold, hold, by, hold, Purpose.RIGHTS, {"reason": reason},
                lambda it, kept: it.place(whose, kept["reason"]),
            )  # fmt: skip
        return await self.begin_with(
            by, hold, hold, Purpose.RIGHTS, {"reason": reason},
            lambda kept: LegalHold.begun(whose, kept["reason"]),
        )  # fmt: skip

    async def lift_hold(self, person: UUID, reason: str | None, by: Provenance) -> Position:
        hold = LegalHold.id_for(person)
        return await self.change_with(
            LegalHold, hold, by, hold, Purpose.RIGHTS, {"reason": reason},
            lambda it, kept: it.lift(kept.get("reason")),
        )  # fmt: skip

    async def receive(
        self, right: Right, person: UUID | None, words: str | None, by: Provenance
    ) -> tuple[UUID, Position]:
        """The clock starts on the day of the request, in Québec."""
        stream, on = by.id_for("rights request"), local_day(by)
        whose = PersonRef(person) if person else None
        return stream, await self.begin_with(
            by, stream, person or stream, Purpose.RIGHTS, {"words": words},
            lambda kept: RightsRequest.receive(stream, right, whose, on, kept.get("words")),
        )  # fmt: skip

    async def extend(self, id: UUID, reason: str, by: Provenance) -> Position:
        today = local_day(replace(by, time=None))
        return await self._on_request(
            id, {"reason": reason}, lambda it, kept: it.extend(kept["reason"], today), by
        )

    async def answer(self, id: UUID, answer: str | None, by: Provenance) -> Position:
        return await self._on_request(
            id, {"answer": answer}, lambda it, kept: it.answer(kept.get("answer")), by
        )

    async def decline(self, id: UUID, reason: str, by: Provenance) -> Position:
        return await self._on_request(
            id, {"reason": reason}, lambda it, kept: it.refuse(kept["reason"]), by
        )

    async def take_back_request(self, id: UUID, by: Provenance) -> Position:
        return await self.change(RightsRequest, id, RightsRequest.withdraw, by)

    async def record_incident(
        self, incident: Mapping[str, Any], words: Mapping[str, str], by: Provenance
    ) -> tuple[UUID, Position]:
        """Raises KnownBeforeItHappened."""
        stream = by.id_for("incident")
        return stream, await self.begin_with(
            by, stream, stream, Purpose.RIGHTS, words,
            lambda kept: Incident.recorded_as(stream, IncidentRecorded(**incident, **kept)),
        )  # fmt: skip

    async def revise_incident(
        self, id: UUID, incident: Mapping[str, Any], words: Mapping[str, str], by: Provenance
    ) -> Position:
        """Raises KnownBeforeItHappened."""
        return await self.change_with(
            Incident, id, by, id, Purpose.RIGHTS, words,
            lambda it, kept: it.revise(IncidentRevised(**incident, **kept)),
        )  # fmt: skip

    async def notify(
        self, id: UUID, to: Notified, on: str | None, reason: str | None, by: Provenance
    ) -> Position:
        day = on or local_day(by).isoformat()
        return await self.change_with(
            Incident, id, by, id, Purpose.RIGHTS, {"reason": reason},
            lambda it, kept: it.notify(to, day, kept.get("reason")),
        )  # fmt: skip

    async def _on_request(
        self, id: UUID, words: Mapping[str, str | None],
        decide: Callable[[RightsRequest, Personal], None], by: Provenance,
    ) -> Position:  # fmt: skip
        """Words about a request are erased with whoever asked."""
        request = await self.load(RightsRequest, id, by.establishment)
        about = request.person.root if request.person else id
        return await self.change_with(RightsRequest, id, by, about, Purpose.RIGHTS, words, decide)

    async def _requests_of(self, person: UUID, by: Provenance) -> list[RightsRequest]:
        home = by.establishment
        streams = await self._store.streams_naming(home, person, RightsRequestReceived)
        return await self.standing(RightsRequest, streams, by)

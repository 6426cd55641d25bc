"""What the outside may ask of accompaniment."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import date
from typing import Any
from uuid import UUID

from contracts.accompaniment import (
    Decision,
    InvolvementRecorded,
    InvolvementState,
    MandateProposed,
    Step,
    Stop,
    TermsSet,
)
from contracts.envelope import PersonRef, StaffRef
from contracts.recruitment import MatchAgreed
from contracts.terms import Personal, Side
from contracts.vault import Purpose
from services.accompaniment.domain.activity import Activity, PastPause
from services.accompaniment.domain.contribution import Contribution
from services.accompaniment.domain.involvement import Involvement
from services.accompaniment.domain.signing import Signature
from services.accompaniment.files import Files
from services.chassis.deciding import Position, Provenance
from services.chassis.following import Following, dated
from services.chassis.personal import Vault
from services.chassis.store import Store
from services.chassis.telling import Told

TRAINED = {Side.PARTNER: Step.PARTNER_TRAINED, Side.TEAM: Step.TEAM_TRAINED}

OF_CONTACTS = """
select distinct stream from events where establishment = $1 and contact_in(body) = any($2)
and type in ('accompaniment.TermsSet.v1', 'accompaniment.InvolvementRecorded.v1',
    'accompaniment.ContactNamed.v1', 'accompaniment.FactCorrected.v1')
"""


class Accompaniment(Following):
    kinds = (Involvement, Signature, Activity, PastPause, Contribution)

    def __init__(self, store: Store, vault: Vault, files: Files) -> None:
        super().__init__(store, vault)
        self._files = files

    async def propose(self, proposal: dict[str, Any], by: Provenance) -> tuple[UUID, Position]:
        """The mandate of an involvement that began without a match."""
        mandate = MandateProposed(match=by.id_for("match"), **proposal)
        involvement = Involvement.propose(by.id_for("involvement"), mandate)
        return involvement.id, await self.once(by, lambda: self.save(by, involvement))

    async def propose_for(self, agreed: MatchAgreed, by: Provenance) -> Position:
        """The mandate and the integration plan of a match."""
        stream = Involvement.id_for(agreed.match)
        if await self.find(Involvement, stream, by):
            return await self.save(by)
        mandate = MandateProposed(**dict(agreed))
        return await self.save(by, Involvement.propose(stream, mandate))

    async def set_terms(
        self, id: UUID, terms: dict[str, Any], words: Told, by: Provenance
    ) -> Position:
        def decide(it: Involvement, kept: Personal) -> None:
            it.set_terms(TermsSet(**terms, personal=kept))

        return await self._telling(id, words, decide, by)

    async def complete(self, id: UUID, step: Step, by: Provenance) -> Position:
        return await self._on(id, lambda it: it.complete(step), by)

    async def pause(
        self, id: UUID, until: str | None, reason: str | None, by: Provenance
    ) -> Position:
        def decide(it: Involvement, kept: Personal) -> None:
            it.pause(until, kept.get("reason"))

        return await self._telling(id, {"reason": reason}, decide, by)

    async def resume(self, id: UUID, by: Provenance) -> Position:
        return await self._on(id, Involvement.resume, by)

    async def extend(self, id: UUID, until: str, by: Provenance) -> Position:
        return await self._on(id, lambda it: it.extend(until), by)

    async def end(self, id: UUID, silent: bool, reason: str | None, by: Provenance) -> Position:
        def decide(it: Involvement, kept: Personal) -> None:
            it.end(silent, kept.get("reason"))

        return await self._telling(id, {"reason": reason}, decide, by)

    async def log_hours(
        self, id: UUID, hours: dict[str, Any], activity: str | None, by: Provenance
    ) -> tuple[UUID, Position]:
        """A day's activity; without a date it was when the command says, or today."""
        involvement = await self.load(Involvement, id, by.establishment)
        by, date = dated(hours.pop("date"), by)
        stream = by.id_for("activity")

        def log(kept: Personal) -> Activity:
            return Activity.log(stream, involvement, date, activity=kept.get("activity"), **hours)

        words = {"activity": activity}
        about = involvement.about
        return stream, await self.begin_with(by, stream, about, Purpose.INVOLVEMENT, words, log)

    async def contribute(self, id: UUID, text: str, by: Provenance) -> tuple[UUID, Position]:
        involvement = await self.load(Involvement, id, by.establishment)
        stream = by.id_for("contribution")
        position = await self.begin_with(
            by, stream, involvement.about, Purpose.INVOLVEMENT, {"text": text},
            lambda kept: Contribution.make(stream, involvement, kept["text"]),
        )  # fmt: skip
        return stream, position

    async def answer(
        self, id: UUID, decision: Decision, why: str | None, by: Provenance
    ) -> Position:
        contribution = await self.load(Contribution, id, by.establishment)
        about = contribution.partner.root if contribution.partner else id
        return await self.change_with(
            Contribution, id, by, about, Purpose.INVOLVEMENT, {"why": why},
            lambda it, kept: it.answer(decision, kept.get("why")),
        )  # fmt: skip

    async def tick(self, match: UUID, side: Side, by: Provenance) -> Position:
        """One side of a match has learnt what it needed. Raises NotFound, it may still come."""
        stream = Involvement.id_for(match)
        await self.find(Involvement, stream, by)
        return await self._on(stream, lambda it: it.tick(TRAINED[side]), by)

    async def untick(self, match: UUID, by: Provenance) -> Position:
        """What was ticked because a plan was completed; what a hand ticked stays."""
        return await self.undo_effects([Involvement.id_for(match)], by)

    async def call_off(self, match: UUID, by: Provenance) -> Position:
        """There was no match: a proposal that binds nobody did not happen, another ends."""
        stream = Involvement.id_for(match)
        involvements = await self.standing(Involvement, [stream], by)
        if any(one.binds_nobody for one in involvements):
            return await self.undo([stream], by, lambda _: True)
        for involvement in involvements:
            involvement.end(silent=True)
        return await self.save(by, *involvements)

    async def end_all_of(self, partner: PersonRef, silent: bool, by: Provenance) -> Position:
        """Whoever leaves leaves everything; a family or a group may go on without them."""
        involvements = await self.standing(Involvement, await self._of(partner, by), by)
        alone = [one for one in involvements if not one.others]
        for involvement in alone:
            involvement.leave(silent)
        return await self.save(by, *alone)

    async def stop_all_of(self, partner: PersonRef, why: Stop, by: Provenance) -> Position:
        """What they rest on was taken back, also where others hold them together with them."""
        involvements = await self.standing(Involvement, await self._of(partner, by), by)
        for involvement in involvements:
            involvement.stop(why)
        return await self.save(by, *involvements)

    async def lift_stops_of(self, partner: PersonRef, why: Stop, by: Provenance) -> Position:
        involvements = await self.standing(Involvement, await self._of(partner, by), by)
        for involvement in involvements:
            involvement.lift(why)
        return await self.save(by, *involvements)

    async def tell(self, id: UUID, side: Side, by: Provenance) -> Position:
        """This side has heard that it ended or waits."""
        return await self._on(id, lambda it: it.tell(side), by)

    async def go_on_with(self, partner: PersonRef, by: Provenance) -> Position:
        """They had not left, or taken back: what stopped for that reason has not."""
        return await self.undo_effects(await self._of(partner, by), by)

    async def name_contact(self, id: UUID, contact: StaffRef, by: Provenance) -> Position:
        return await self._on(id, lambda it: it.name_contact(contact), by)

    async def ask_for_contacts(self, gone: Collection[UUID], on: date, by: Provenance) -> Position:
        """Who was known by these ids works here no more: their mandates ask for another."""
        involvements = await self.standing(Involvement, await self._of_contacts(gone, by), by)
        going_on = [one for one in involvements if one.state is not InvolvementState.ENDED]
        for involvement in going_on:
            involvement.ask_for_contact(gone, on)
        return await self.save(by, *going_on)

    async def keep_contacts(self, gone: Collection[UUID], by: Provenance) -> Position:
        """They had not left."""
        return await self.undo_effects(await self._of_contacts(gone, by), by)

    async def _of_contacts(self, ids: Collection[UUID], by: Provenance) -> list[UUID]:
        rows = await self._store.pool.fetch(OF_CONTACTS, by.establishment, list(map(str, ids)))
        return [stream for (stream,) in rows]

    async def _of(self, partner: PersonRef, by: Provenance) -> list[UUID]:
        """By whichever of their files: two may be of one person."""
        kinds, home = (MandateProposed, InvolvementRecorded), by.establishment
        files = (await self._files.of(home, [partner.root]))[partner.root]
        found = [await self._store.streams_naming(home, file, *kinds) for file in files]
        return list({stream for streams in found for stream in streams})

    async def _on(
        self, id: UUID, decide: Callable[[Involvement], None], by: Provenance
    ) -> Position:
        return await self.change(Involvement, id, decide, by)

    async def _telling(
        self, id: UUID, words: Told, decide: Callable[[Involvement, Personal], None], by: Provenance
    ) -> Position:
        """Words about an involvement are about its partner."""
        about = (await self.load(Involvement, id, by.establishment)).about
        return await self.change_with(
            Involvement, id, by, about, Purpose.INVOLVEMENT, words, decide
        )

"""What the outside may ask of evaluation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.accompaniment import InvolvementEnded, InvolvementStarted
from contracts.envelope import Envelope, PersonRef
from contracts.evaluation import (
    About,
    ContactLogged,
    ExitInterviewProposed,
    FollowUpCancelled,
    FollowUpScheduled,
    OrganizationAssessed,
)
from contracts.terms import Personal, Side
from contracts.vault import Purpose
from services.chassis.deciding import NotYours, Position, Provenance
from services.chassis.domain import NotFound
from services.chassis.following import Following, dated, local_day
from services.chassis.telling import Told
from services.evaluation.domain.contact import Assessment, Contact
from services.evaluation.domain.follow_up import FollowUp
from services.evaluation.domain.schedule import appointments

CONCLUDING = (FollowUpCancelled.type, ExitInterviewProposed.type)


def _require_their_side(side: Side, by: Provenance) -> None:
    """Raises NotYours where somebody speaks for the other side."""
    if by.own and side is not Side.PARTNER:
        raise NotYours


class Evaluation(Following):
    kinds = (FollowUp, Contact, Assessment)

    async def follow(
        self, involvement: UUID, started: InvolvementStarted, by: Provenance
    ) -> Position:
        """Plan what both sides of an involvement that began are asked."""
        stream, since = FollowUp.id_for(involvement), local_day(by)
        follow_up = await self.find(FollowUp, stream, by)
        if follow_up:
            follow_up.reschedule(since, started.ends)
            return await self.save(by, follow_up)
        scheduled = FollowUpScheduled(
            involvement=involvement,
            partner=started.partner,
            request=started.request,
            project=started.project,
            since=since.isoformat(),
            appointments=appointments(stream, since, started.ends),
        )
        return await self.save(by, FollowUp.follow(scheduled))

    async def reschedule(
        self, involvement: UUID, ends: str | None, by: Provenance, began: datetime | None = None
    ) -> Position:
        """It began or will end on another day; what was never planned stays so."""
        since = local_day(replace(by, time=began)) if began else None
        return await self._where_planned(involvement, lambda it: it.reschedule(since, ends), by)

    async def stop(self, involvement: UUID, by: Provenance) -> Position:
        return await self._where_planned(involvement, FollowUp.stop, by)

    async def _where_planned(
        self, involvement: UUID, decide: Callable[[FollowUp], None], by: Provenance
    ) -> Position:
        follow_ups = await self.standing(FollowUp, [FollowUp.id_for(involvement)], by)
        for follow_up in follow_ups:
            decide(follow_up)
        return await self.save(by, *follow_ups)

    async def conclude(
        self, involvement: UUID, ended: InvolvementEnded, by: Provenance
    ) -> Position:
        """An involvement ended, be it one whose start nobody announced."""
        follow_up = await self._noted(involvement, ended.partner, by, ended.request, ended.project)
        follow_up.conclude(ended.silent)
        return await self.save(by, follow_up)

    async def go_on(self, involvement: UUID, by: Provenance) -> Position:
        """It has not ended after all."""
        stream = FollowUp.id_for(involvement)

        def concluded(fact: Envelope) -> bool:
            return fact.causationid == by.undoes and fact.type in CONCLUDING

        return await self.undo([stream], by, concluded)

    async def stop_all_of(self, partner: PersonRef, by: Provenance) -> Position:
        """Nothing more is asked of this person, nor of others about them."""
        follow_ups = await self.standing(FollowUp, await self._of(partner, by), by)
        for follow_up in follow_ups:
            follow_up.stop()
        return await self.save(by, *follow_ups)

    async def leave_alone(self, partner: PersonRef, by: Provenance) -> Position:
        """They allow no messages any more."""
        follow_ups = await self.standing(FollowUp, await self._of(partner, by), by)
        for follow_up in follow_ups:
            follow_up.leave_partner_alone()
        return await self.save(by, *follow_ups)

    async def ask_again(self, partner: PersonRef, by: Provenance) -> Position:
        follow_ups = await self.standing(FollowUp, await self._of(partner, by), by)
        for follow_up in follow_ups:
            follow_up.ask_partner_again()
        return await self.save(by, *follow_ups)

    async def go_on_with(self, partner: PersonRef, by: Provenance) -> Position:
        """They had not left: what was due is still due."""
        return await self.undo_effects(await self._of(partner, by), by)

    async def _of(self, partner: PersonRef, by: Provenance) -> list[UUID]:
        return await self._store.streams_naming(by.establishment, partner.root, FollowUpScheduled)

    async def check_in(
        self, involvement: UUID, partner: PersonRef | None, side: Side,
        satisfaction: int | None, note: str | None, appointment: UUID | None, by: Provenance,
    ) -> Position:  # fmt: skip
        def decide(it: FollowUp, kept: Personal) -> None:
            it.check_in(side, satisfaction, kept.get("note"), appointment)

        return await self._tell(involvement, partner, {"note": note}, decide, by)

    async def answer(
        self, involvement: UUID, partner: PersonRef | None, side: Side, instrument: str,
        answers: dict[str, int], comment: str | None, appointment: UUID | None, by: Provenance,
    ) -> Position:  # fmt: skip
        _require_their_side(side, by)

        def decide(it: FollowUp, kept: Personal) -> None:
            it.answer(side, instrument, answers, kept.get("comment"), appointment)

        return await self._tell(involvement, partner, {"comment": comment}, decide, by)

    async def raise_concern(
        self, involvement: UUID, partner: PersonRef | None, side: Side, concern: str,
        by: Provenance,
    ) -> Position:  # fmt: skip
        _require_their_side(side, by)

        def decide(it: FollowUp, kept: Personal) -> None:
            it.raise_concern(side, kept["concern"])

        return await self._tell(involvement, partner, {"concern": concern}, decide, by)

    async def hold_exit_interview(
        self, involvement: UUID, partner: PersonRef | None, satisfaction: int | None,
        would_return: bool | None, note: str | None, by: Provenance,
    ) -> Position:  # fmt: skip
        def decide(it: FollowUp, kept: Personal) -> None:
            it.hold_exit_interview(satisfaction, would_return, kept.get("note"))

        return await self._tell(involvement, partner, {"note": note}, decide, by)

    async def log_contact(
        self, contact: dict[str, Any], summary: str | None, by: Provenance
    ) -> tuple[UUID, Position]:
        by, day = dated(contact.pop("date"), by)
        partner: PersonRef | None = contact.pop("partner")
        if contact["about"] is About.PARTNER:
            partner = PersonRef(contact["subject"])
        about = partner.root if partner else contact["subject"]
        stream = by.id_for("contact")

        def log(kept: Personal) -> Contact:
            logged = ContactLogged(**contact, partner=partner, date=day, personal=kept)
            return Contact.begin(stream, logged)

        words = {"summary": summary}
        return stream, await self.begin_with(by, stream, about, Purpose.EVALUATION, words, log)

    async def assess(
        self, assessment: dict[str, Any], note: str | None, by: Provenance
    ) -> tuple[UUID, Position]:
        by, day = dated(assessment.pop("date"), by)
        stream = by.id_for("assessment")

        def note_it(kept: Personal) -> Assessment:
            fact = OrganizationAssessed(**assessment, date=day, personal=kept)
            return Assessment.begin(stream, fact)

        words = {"note": note}
        return stream, await self.begin_with(by, stream, stream, Purpose.EVALUATION, words, note_it)

    async def _tell(
        self, involvement: UUID, partner: PersonRef | None, words: Told,
        decide: Callable[[FollowUp, Personal], None], by: Provenance,
    ) -> Position:  # fmt: skip
        """Something was said of an involvement; `partner` where nothing was known of it yet."""
        stream = FollowUp.id_for(involvement)

        async def keep_and_save() -> Position:
            follow_up = await self._noted(involvement, partner, by)
            about, claim = follow_up.partner.root, by.claim_on(stream)
            decide(follow_up, await self._vault.keep(by, about, Purpose.EVALUATION, words, claim))
            return await self.save(by, follow_up)

        return await self._try(by, stream, keep_and_save)

    async def _noted(
        self, involvement: UUID, partner: PersonRef | None, by: Provenance,
        request: UUID | None = None, project: UUID | None = None,
    ) -> FollowUp:  # fmt: skip
        """Raises NotFound where nothing is known and nobody is named."""
        follow_up = await self.find(FollowUp, FollowUp.id_for(involvement), by)
        if follow_up:
            return follow_up
        if partner is None or by.own:  # nobody makes an involvement theirs by saying so
            raise NotFound
        return FollowUp.follow(
            FollowUpScheduled(
                involvement=involvement,
                partner=partner,
                request=request,
                project=project,
                appointments=(),
            )
        )

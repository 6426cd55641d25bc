"""What evaluation hears from the other services."""

from __future__ import annotations

from uuid import UUID

from contracts.accompaniment import InvolvementEnded, InvolvementExtended, InvolvementStarted
from contracts.consent import (
    ConsentExpired,
    ConsentGivenV2,
    ConsentRefused,
    ConsentTo,
    ConsentWithdrawnV2,
)
from contracts.recruitment import PartnerLeft
from contracts.rights import PersonErased
from services.chassis.deciding import Provenance
from services.chassis.ears import Corrected
from services.chassis.hearing import Listener
from services.evaluation.application import Evaluation


def listen(listener: Listener, evaluation: Evaluation) -> Listener:
    @listener.hear(InvolvementStarted)
    async def follow(started: InvolvementStarted, involvement: UUID, by: Provenance) -> None:
        await evaluation.follow(involvement, started, by)

    @listener.hear_corrected(InvolvementStarted)
    async def follow_otherwise(said: Corrected, involvement: UUID, by: Provenance) -> None:
        assert isinstance(said.now, InvolvementStarted)
        await evaluation.reschedule(involvement, said.now.ends, by, said.time)

    @listener.hear_annulled(InvolvementStarted)
    async def stop_following(_: InvolvementStarted, involvement: UUID, by: Provenance) -> None:
        await evaluation.stop(involvement, by)

    @listener.hear(InvolvementExtended)
    async def follow_longer(
        extended: InvolvementExtended, involvement: UUID, by: Provenance
    ) -> None:
        await evaluation.reschedule(involvement, extended.until, by)

    @listener.hear(InvolvementEnded)
    async def propose_exit_interview(
        ended: InvolvementEnded, involvement: UUID, by: Provenance
    ) -> None:
        await evaluation.conclude(involvement, ended, by)

    @listener.hear_annulled(InvolvementEnded)
    async def go_on(_: InvolvementEnded, involvement: UUID, by: Provenance) -> None:
        await evaluation.go_on(involvement, by)

    @listener.hear(PartnerLeft)
    async def stop_all(left: PartnerLeft, _: UUID, by: Provenance) -> None:
        await evaluation.stop_all_of(left.partner, by)

    @listener.hear_annulled(PartnerLeft)
    async def go_on_with(left: PartnerLeft, _: UUID, by: Provenance) -> None:
        await evaluation.go_on_with(left.partner, by)

    @listener.hear(PersonErased)
    async def stop_all_of_erased(erased: PersonErased, _: UUID, by: Provenance) -> None:
        await evaluation.stop_all_of(erased.person, by)

    @listener.hear(ConsentWithdrawnV2)
    @listener.hear(ConsentRefused)
    @listener.hear(ConsentExpired)
    async def leave_alone(
        said: ConsentWithdrawnV2 | ConsentRefused | ConsentExpired, _: UUID, by: Provenance
    ) -> None:
        if said.purpose is ConsentTo.CONTACT:
            await evaluation.leave_alone(said.partner, by)

    @listener.hear_annulled(ConsentWithdrawnV2)
    async def had_not_said_no(said: ConsentWithdrawnV2, _: UUID, by: Provenance) -> None:
        await evaluation.go_on_with(said.partner, by)

    @listener.hear(ConsentGivenV2)
    async def ask_again(given: ConsentGivenV2, _: UUID, by: Provenance) -> None:
        if given.purpose is ConsentTo.CONTACT:
            await evaluation.ask_again(given.partner, by)

    return listener

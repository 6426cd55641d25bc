"""What accompaniment hears from the other services."""

from __future__ import annotations

from uuid import UUID

from contracts.recruitment import MatchAgreed, PartnerLeft
from contracts.rights import PersonErased
from contracts.staff import StaffLeft, known_as
from contracts.training import PlanCompleted
from services.accompaniment.application import Accompaniment
from services.chassis.deciding import Provenance
from services.chassis.hearing import Listener


def listen(listener: Listener, accompaniment: Accompaniment) -> Listener:
    @listener.hear(MatchAgreed)
    async def propose_mandate(agreed: MatchAgreed, _: UUID, by: Provenance) -> None:
        await accompaniment.propose_for(agreed, by)

    @listener.hear_annulled(MatchAgreed)
    async def call_off(agreed: MatchAgreed, _: UUID, by: Provenance) -> None:
        await accompaniment.call_off(agreed.match, by)

    @listener.hear(PlanCompleted)
    async def tick_training(completed: PlanCompleted, _: UUID, by: Provenance) -> None:
        await accompaniment.tick(completed.match, completed.audience, by)

    @listener.hear_annulled(PlanCompleted)
    async def untick_training(completed: PlanCompleted, _: UUID, by: Provenance) -> None:
        await accompaniment.untick(completed.match, by)

    @listener.hear(PartnerLeft)
    async def end_all(left: PartnerLeft, _: UUID, by: Provenance) -> None:
        await accompaniment.end_all_of(left.partner, left.silent, by)

    @listener.hear_annulled(PartnerLeft)
    async def go_on(left: PartnerLeft, _: UUID, by: Provenance) -> None:
        await accompaniment.go_on_with(left.partner, by)

    @listener.hear(PersonErased)
    async def end_all_of_erased(erased: PersonErased, _: UUID, by: Provenance) -> None:
        await accompaniment.end_all_of(erased.person, silent=True, by=by)

    @listener.hear(StaffLeft)
    async def ask_for_contacts(left: StaffLeft, _: UUID, by: Provenance) -> None:
        await accompaniment.ask_for_contacts(known_as(left), left.on, by)

    @listener.hear_annulled(StaffLeft)
    async def keep_contacts(left: StaffLeft, _: UUID, by: Provenance) -> None:
        await accompaniment.keep_contacts(known_as(left), by)

    return listener

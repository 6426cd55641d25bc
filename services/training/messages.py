"""What training hears from the other services."""

from __future__ import annotations

from uuid import UUID

from contracts.recruitment import MatchAgreed, PartnerLeft
from contracts.rights import PersonErased
from services.chassis.deciding import Provenance
from services.chassis.hearing import Listener
from services.training.application import Training


def listen(listener: Listener, training: Training) -> Listener:
    @listener.hear(MatchAgreed)
    async def prepare_plans(agreed: MatchAgreed, _: UUID, by: Provenance) -> None:
        await training.prepare_plans(agreed, by)

    @listener.hear_annulled(MatchAgreed)
    async def cancel_plans(agreed: MatchAgreed, _: UUID, by: Provenance) -> None:
        await training.cancel_match(agreed.match, agreed.request, by)

    @listener.hear(PartnerLeft)
    async def cancel_plans_of(left: PartnerLeft, _: UUID, by: Provenance) -> None:
        await training.cancel_plans_of(left.partner, by)

    @listener.hear_annulled(PartnerLeft)
    async def go_on(left: PartnerLeft, _: UUID, by: Provenance) -> None:
        await training.go_on_with(left.partner, by)

    @listener.hear(PersonErased)
    async def cancel_plans_of_erased(erased: PersonErased, _: UUID, by: Provenance) -> None:
        await training.cancel_plans_of(erased.person, by)

    return listener

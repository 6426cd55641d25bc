"""What intake hears: an involvement takes a seat of its project, and leaves it."""

from __future__ import annotations

from uuid import UUID

from contracts.accompaniment import InvolvementEnded, InvolvementStarted
from contracts.intake import SeatFilled, SeatVacated
from contracts.staff import StaffLeft, known_as
from services.chassis.deciding import Provenance
from services.chassis.hearing import Listener
from services.intake.application import Intake


def listen(listener: Listener, intake: Intake) -> Listener:
    @listener.hear(InvolvementStarted)
    async def fill_seat(started: InvolvementStarted, involvement: UUID, by: Provenance) -> None:
        if project := started.project:
            await intake.seat_partner(project, involvement, started.partner, started.ends, by)

    @listener.hear(InvolvementEnded)
    async def vacate_seat(ended: InvolvementEnded, involvement: UUID, by: Provenance) -> None:
        if project := ended.project:
            await intake.unseat_partner(project, involvement, by)

    @listener.hear_annulled(InvolvementStarted)
    async def take_back(started: InvolvementStarted, involvement: UUID, by: Provenance) -> None:
        if project := started.project:
            await intake.take_back(project, SeatFilled, by, involvement=involvement)

    @listener.hear_annulled(InvolvementEnded)
    async def give_back(ended: InvolvementEnded, involvement: UUID, by: Provenance) -> None:
        if project := ended.project:
            await intake.take_back(project, SeatVacated, by, involvement=involvement)

    @listener.hear(StaffLeft)
    async def ask_for_contacts(left: StaffLeft, _: UUID, by: Provenance) -> None:
        await intake.ask_for_contacts(known_as(left), left.on, by)

    @listener.hear_annulled(StaffLeft)
    async def keep_contacts(left: StaffLeft, _: UUID, by: Provenance) -> None:
        await intake.keep_contacts(known_as(left), by)

    return listener

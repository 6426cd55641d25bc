"""What HR is told of what the other services announce, and what has to be known for it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from contracts import accompaniment, intake
from contracts.accompaniment import InvolvementEnded, InvolvementStarted
from contracts.consent import (
    ConsentExpired,
    ConsentGivenV2,
    ConsentRefused,
    ConsentTo,
    ConsentWithdrawnV2,
    Reach,
)
from contracts.envelope import PartialDate
from contracts.evaluation import ContactLogged
from contracts.intake import RequestRecorded, RequestSubmitted
from contracts.outgoing import (
    ContactLeft,
    EmployeeInvolvementEnded,
    EmployeeInvolvementStarted,
    StaffHoursLogged,
    TeamTrainingCompleted,
)
from contracts.recruitment import PartnerLeft
from contracts.terms import Side
from contracts.training import PlanCompleted
from services.chassis.deciding import Provenance
from services.chassis.hearing import Listener
from services.directory.outside.composing import ALLOWED
from services.directory.outside.outbox import Outbox, Told, of_staff

REQUEST = """
insert into requests_known values ($1, $2, $3) on conflict (establishment, request)
do update set department = excluded.department
"""
DEPARTMENT = "select department from requests_known where establishment = $1 and request = $2"
ALLOW = """
insert into employers_told values ($1, $2, $3, $4, $5) on conflict (establishment, person, consent)
do update set messages = excluded.messages, until = excluded.until
"""
NO_MORE = """
delete from employers_told where establishment = $1 and person = $2 and ($3::uuid is null
or consent = $3)
"""


def listen_for_hr(listener: Listener, outbox: Outbox) -> Listener:
    """Whatever is kept, and whatever is told, goes with the place of the listener."""

    async def keep(by: Provenance, words: str, *said: object) -> None:
        async with outbox.hearing(by) as connection:
            await connection.execute(words, by.establishment, *said)

    @listener.hear(PlanCompleted)
    async def tell_of_training(done: PlanCompleted, _: UUID, by: Provenance) -> None:
        if done.audience is not Side.TEAM:
            return
        department = await outbox.find(DEPARTMENT, by.establishment, done.request)
        said = TeamTrainingCompleted(request=done.request, department=department)
        data = said.model_dump(mode="json", exclude_none=True)
        await outbox.tell(by, Told(said.name, done.request, data))

    @listener.hear(ContactLogged)
    async def tell_of_hours(logged: ContactLogged, _: UUID, by: Provenance) -> None:
        if logged.staff and logged.minutes:
            said = StaffHoursLogged(
                staff=logged.staff.root, date=logged.date, minutes=logged.minutes
            )
            await outbox.tell(by, of_staff(said))

    @listener.hear(intake.NewContactAsked)
    async def tell_of_contact(asked: intake.NewContactAsked, id: UUID, by: Provenance) -> None:
        left = ContactLeft(staff=asked.contact.root, on=f"{asked.on}", request=id)
        await outbox.tell(by, of_staff(left))

    @listener.hear(accompaniment.NewContactAsked)
    async def tell_of_contact_of_involvement(
        asked: accompaniment.NewContactAsked, id: UUID, by: Provenance
    ) -> None:
        left = ContactLeft(staff=asked.contact.root, on=f"{asked.on}", involvement=id)
        await outbox.tell(by, of_staff(left))

    @listener.hear(RequestSubmitted)
    @listener.hear(RequestRecorded, imported=True)
    async def know_department(
        request: RequestSubmitted | RequestRecorded, id: UUID, by: Provenance
    ) -> None:
        await keep(by, REQUEST, id, request.department)

    @listener.hear(InvolvementStarted)
    async def tell_of_start(started: InvolvementStarted, _: UUID, by: Provenance) -> None:
        people = [one.root for one in (started.partner, *started.others)]
        await tell_employers(by, EmployeeInvolvementStarted.name, people)

    @listener.hear(InvolvementEnded)
    async def tell_of_end(ended: InvolvementEnded, _: UUID, by: Provenance) -> None:
        people = [one.root for one in (ended.partner, *ended.others)]
        await tell_employers(by, EmployeeInvolvementEnded.name, people)

    async def tell_employers(by: Provenance, message: str, people: list[UUID]) -> None:
        """Only of those who allow it now; it is asked again as the message leaves."""
        told = [
            Told(message, person, {}, person)
            for person in people
            if await outbox.find(ALLOWED, by.establishment, person, message)
        ]
        if told:
            await outbox.tell(by, *told)

    @listener.hear(ConsentGivenV2)
    async def allow(given: ConsentGivenV2, _: UUID, by: Provenance) -> None:
        """A consent to everything is none to a message: HR hears exactly what was said."""
        if given.purpose is ConsentTo.TELL_EMPLOYER:
            exactly = list(given.scope.of) if given.scope.reach is Reach.MESSAGE else []
            until = _first_day(given.expires)
            await keep(by, ALLOW, given.partner.root, given.consent, exactly, until)

    @listener.hear_annulled(ConsentGivenV2)
    @listener.hear(ConsentWithdrawnV2)
    @listener.hear(ConsentRefused)
    @listener.hear(ConsentExpired)
    async def allow_no_more(
        said: ConsentGivenV2 | ConsentWithdrawnV2 | ConsentRefused | ConsentExpired,
        _: UUID, by: Provenance,
    ) -> None:  # fmt: skip
        if said.purpose is ConsentTo.TELL_EMPLOYER:
            await keep(by, NO_MORE, said.partner.root, said.consent)

    @listener.hear(PartnerLeft)
    async def tell_nothing_of(left: PartnerLeft, _: UUID, by: Provenance) -> None:
        await keep(by, NO_MORE, left.partner.root, None)

    return listener


def _first_day(said: PartialDate | None) -> date | None:
    """Where a day is not said whole, the first it may mean: rather too early than too late."""
    if said is None:
        return None
    year, _, month = said[:7].partition("-")
    month = month if month.isdigit() and int(month) <= 12 else "01"
    return date.fromisoformat(said if len(said) == 10 else f"{year[:4]}-{month}-01")

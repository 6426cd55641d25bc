"""What the outside may ask of the directory: establishments, departments, and who enters them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID

from contracts.access import AccessRole
from contracts.directory import (
    DepartmentCoded,
    DepartmentRecorded,
    EstablishmentConfigured,
    EstablishmentOpened,
    MinorsSigningDecided,
    StaffRecorded,
)
from contracts.envelope import Envelope, PersonalRef, StaffRef
from contracts.staff import FieldOwner, StaffType
from contracts.vault import Purpose
from services.chassis.deciding import Position, Provenance
from services.chassis.domain import NotFound
from services.chassis.following import local_day
from services.chassis.telling import Told
from services.directory.domain.department import Department
from services.directory.domain.establishment import AlreadyLed, Establishment
from services.directory.domain.saying import Words
from services.directory.domain.staff import Staff
from services.directory.finding import Finding, as_ourselves
from services.directory.units import KIND


class Directory(Finding):
    """Establishments, departments and staff."""

    async def open(self, opening: EstablishmentOpened, by: Provenance) -> tuple[UUID, Position]:
        """Asking for what is open already changes nothing. Raises AlreadyOpen."""
        establishment = Establishment.id_for(by.establishment)

        async def open_once() -> Position:
            history = await self._store.read_stream(by.establishment, establishment)
            if known := Establishment.replay(history):
                known.require_opened_as(opening)
                return await self.save(by, known)
            return await self.save(by, Establishment.open(by.establishment, opening))

        return establishment, await self._try(by, establishment, open_once)

    async def rename(self, name: str, by: Provenance) -> Position:
        return await self._on_establishment(lambda it: it.rename(name), by)

    async def configure(self, shown: EstablishmentConfigured, by: Provenance) -> Position:
        return await self._on_establishment(lambda it: it.configure(shown), by)

    async def decide_minors_signing(
        self, decided: MinorsSigningDecided, by: Provenance
    ) -> Position:
        return await self._on_establishment(lambda it: it.decide_minors_signing(decided), by)

    async def merge(self, into: str, by: Provenance) -> Position:
        """Raises NotFound where there is no establishment to go to, NoLongerHere, IntoItself."""
        await self.load(Establishment, Establishment.id_for(into), into)
        return await self._on_establishment(lambda it: it.merge_into(into), by)

    async def leave(self, by: Provenance) -> Position:
        return await self._on_establishment(Establishment.leave, by)

    async def establishment(self, by: Provenance) -> Establishment:
        """Raises NotFound."""
        return await self.load(
            Establishment, Establishment.id_for(by.establishment), by.establishment
        )

    async def establishment_history(self, by: Provenance) -> list[Envelope]:
        """All that was decided of it, the last first."""
        home = Establishment.id_for(by.establishment)
        return (await self._store.read_stream(by.establishment, home))[::-1]

    async def name_first_lead(
        self, name: str, words: Told, by: Provenance
    ) -> tuple[UUID, Position]:
        """The first office lead, entered by the operator. Raises NotFound, AlreadyLed."""
        establishment = await self.establishment(by)
        lead = by.id_for("staff")
        if establishment.lead and establishment.lead.root != lead:
            raise AlreadyLed

        async def name_once() -> Position:
            kept = await self._vault.keep(by, lead, Purpose.STAFF, {"name": name, **words})
            fact = StaffRecorded(staff=StaffRef(lead), name=kept.pop("name"), personal=kept)
            staff = Staff.enter(fact)
            staff.give_role(AccessRole.OFFICE_LEAD, None)
            establishment.name_first_lead(StaffRef(lead))
            return await self.save(by, establishment, staff)

        return lead, await self.once(by, name_once)

    async def enter_department(
        self, department: DepartmentRecorded, by: Provenance
    ) -> tuple[UUID, Position]:
        entered = Department.enter(by.id_for("department"), department)
        return entered.id, await self.once(by, lambda: self.save(by, entered))

    async def code_department(self, id: UUID, coded: DepartmentCoded, by: Provenance) -> Position:
        """HR means this one by that code. Raises NotKept where it is another's, NotFound."""
        await self.load(Department, id, by.establishment)
        await self._vault.state_keys(as_ourselves(by), KIND, {coded.code: id})
        return await self.change(Department, id, lambda it: it.code(coded), by)

    async def rename_department(
        self, id: UUID, name: str, abbreviation: str | None, by: Provenance
    ) -> Position:
        return await self.change(Department, id, lambda it: it.rename(name, abbreviation), by)

    async def succeed_department(
        self, id: UUID, successors: tuple[UUID, ...], on: date | None, by: Provenance
    ) -> Position:
        """Others carry on. Raises NotFound where one of them is not here."""
        known = await self._store.streams_among(by.establishment, successors)
        if known != set(successors):
            raise NotFound
        day = on or local_day(by)
        return await self.change(Department, id, lambda it: it.be_succeeded(successors, day), by)

    async def close_department(self, id: UUID, on: date | None, by: Provenance) -> Position:
        return await self.change(Department, id, lambda it: it.close(on or local_day(by)), by)

    async def enter_staff(
        self, name: str, words: Told, department: UUID | None, staff_type: StaffType | None,
        by: Provenance,
    ) -> tuple[UUID, Position]:  # fmt: skip
        """Who it is, the vault knows. Raises NotFound where there is no such department."""
        if department:
            await self.load(Department, department, by.establishment)
        staff = by.id_for("staff")

        def enter(kept: dict[str, PersonalRef]) -> Staff:
            named = kept.pop("name")
            fact = StaffRecorded(
                staff=StaffRef(staff), department=department, name=named, personal=kept
            )
            entered = Staff.enter(fact)
            entered.change(FieldOwner.HAND, Words({}), staff_type)
            return entered

        told = {"name": name, **words}
        return staff, await self.begin_with(by, staff, staff, Purpose.STAFF, told, enter)

    async def _on_establishment(
        self, decide: Callable[[Establishment], None], by: Provenance
    ) -> Position:
        return await self.change(Establishment, Establishment.id_for(by.establishment), decide, by)

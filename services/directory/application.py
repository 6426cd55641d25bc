"""What the outside may ask of the directory."""

from __future__ import annotations

from uuid import UUID

from contracts.directory import DepartmentRecorded, EstablishmentOpened, StaffRecorded
from contracts.envelope import PersonalRef, StaffRef
from contracts.vault import Purpose
from services.chassis.deciding import Position, Provenance
from services.chassis.telling import Telling, Told
from services.directory.domain import Department, Establishment, Staff


class Directory(Telling):
    """Establishments, departments and staff."""

    kinds = (Establishment, Department, Staff)

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

    async def enter_department(
        self, department: DepartmentRecorded, by: Provenance
    ) -> tuple[UUID, Position]:
        entered = Department.enter(by.id_for("department"), department)
        return entered.id, await self.once(by, lambda: self.save(by, entered))

    async def enter_staff(
        self, name: str, words: Told, department: UUID | None, by: Provenance
    ) -> tuple[UUID, Position]:
        """Who it is, the vault knows. Raises NotFound where there is no such department."""
        if department:
            await self.load(Department, department, by.establishment)
        staff = by.id_for("staff")

        def enter(kept: dict[str, PersonalRef]) -> Staff:
            named = kept.pop("name")
            fact = StaffRecorded(
                staff=StaffRef(staff), department=department, name=named, personal=kept
            )
            return Staff.enter(fact)

        told = {"name": name, **words}
        return staff, await self.begin_with(by, staff, staff, Purpose.STAFF, told, enter)

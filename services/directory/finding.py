"""Finding a member of staff under any id by which they are, or were, known."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID, uuid5

from contracts.envelope import Envelope
from services.chassis.deciding import Provenance
from services.chassis.domain import NotFound
from services.chassis.telling import Telling
from services.directory.domain.department import Department
from services.directory.domain.establishment import Establishment
from services.directory.domain.login import Login
from services.directory.domain.staff import Staff


class Finding(Telling):
    """What all that is decided of staff stands on."""

    kinds = (Establishment, Department, Staff, Login)

    async def find_staff(self, id: UUID, by: Provenance) -> Staff | None:
        """Whoever this id means by now; None if it was never anybody's."""
        return (await self.look_up(id, by))[0]

    async def look_up(self, id: UUID, by: Provenance) -> tuple[Staff | None, list[Envelope]]:
        """Like `find_staff`, with all that was said of them."""
        history = await self._store.read_stream(by.establishment, id)
        found = Staff.replay(history)
        while found and found.alias_of:
            history = await self._store.read_stream(by.establishment, found.alias_of)
            found = Staff.replay(history)
        return found, history

    async def require_here(self, by: Provenance) -> Establishment | None:
        """Nothing more is kept of those who left. Raises NoLongerHere; None if it never opened."""
        home = Establishment.id_for(by.establishment)
        found = Establishment.replay(await self._store.read_stream(by.establishment, home))
        if found:
            found.require_here()
        return found

    async def require_staff(self, id: UUID, by: Provenance) -> Staff:
        """Raises NotFound."""
        found = await self.find_staff(id, by)
        if found is None:
            raise NotFound
        return found


def as_ourselves(by: Provenance) -> Provenance:
    """What a key or a code stands for, the directory asks for its own sake, whoever asked it."""
    return replace(by, role=None, person=None, staff=None, own=False)


def apart(by: Provenance, about: UUID, version: int) -> Provenance:
    """One of many decisions of a command, each with an id of its own, on what stands now."""
    command = uuid5(by.command, f"{about} {version}")
    return replace(by, command=command, asked=None, seen=None)

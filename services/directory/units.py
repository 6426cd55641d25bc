"""Which department HR means by a code. One that nobody knows yet is entered under its code."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import suppress
from uuid import UUID

from contracts.directory import DepartmentCoded, DepartmentRecorded
from services.chassis.appending import Conflict
from services.chassis.deciding import Provenance, UseCases
from services.chassis.personal import Vault
from services.chassis.store import Store
from services.directory.domain.department import Department
from services.directory.finding import apart, as_ourselves

KIND = "unit"  # of keys: the same code means the same department for ever


class Units(UseCases):
    """Codes in, departments out."""

    kinds = (Department,)

    def __init__(self, store: Store, vault: Vault) -> None:
        super().__init__(store)
        self._vault = vault
        self._known: dict[tuple[str, str], UUID] = {}

    async def known_by(self, by: Provenance, codes: Collection[str]) -> dict[str, UUID]:
        """The department of each code, entered if there was none. Raises VaultIsAway."""
        new = {code for code in codes if (by.establishment, code) not in self._known}
        if new:
            ids = await self._vault.ids_of(as_ourselves(by), KIND, new)
            there = await self._store.streams_among(by.establishment, list(ids.values()))
            await asyncio.gather(
                *(self._enter(by, code, one) for code, one in ids.items() if one not in there)
            )
            self._known |= {(by.establishment, code): one for code, one in ids.items()}
        return {code: self._known[by.establishment, code] for code in codes}

    async def _enter(self, by: Provenance, code: str, id: UUID) -> None:
        department = Department.enter(id, DepartmentRecorded(name=code))
        department.code(DepartmentCoded(code=code))
        with suppress(Conflict):  # another door named it at the same moment
            await self.save(apart(by, id, 0), department)

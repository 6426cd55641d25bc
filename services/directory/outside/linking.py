"""A partner who is employed here says so themselves; only their office may see it."""

from __future__ import annotations

from typing import Self
from uuid import UUID, uuid5

from fastapi import APIRouter, Response

from contracts.directory import StaffRecordLinked, StaffRecordUnlinked
from contracts.envelope import Fact, PersonalRef, PersonRef
from contracts.terms import Personal
from contracts.vault import Purpose
from services.chassis.deciding import Position, Provenance
from services.chassis.domain import Aggregate, NotFound
from services.chassis.http import Body, By, Words, decided
from services.chassis.personal import Vault
from services.chassis.store import Store
from services.chassis.telling import Telling
from services.directory.sources import Sources
from services.directory.stating import kind_of

WHY = Purpose.RECRUITMENT  # values of this kind are not for HR's officer
FIELD = "staff_record"


class StaffLink(Aggregate):
    """What one partner says of being employed here: under which key, whatever the source."""

    begun_by = (StaffRecordLinked,)
    loose = (StaffRecordLinked, StaffRecordUnlinked)

    partner: PersonRef | None = None
    key: PersonalRef | None = None

    @staticmethod
    def id_for(person: UUID) -> UUID:
        return uuid5(person, "staff record")

    @classmethod
    def make(cls, linked: StaffRecordLinked) -> Self:
        return cls.begin(cls.id_for(linked.partner.root), linked)

    def concerns(self, who: UUID) -> bool:
        return self.id == self.id_for(who)

    def unlink(self) -> None:
        if self.key and self.partner:
            self.record(StaffRecordUnlinked(partner=self.partner))

    def evolve(self, fact: Fact) -> None:
        match fact:
            case StaffRecordLinked():
                self.partner, self.key = fact.partner, fact.record
            case StaffRecordUnlinked():
                self.key = None


class Linking(Telling):
    kinds = (StaffLink,)

    def __init__(self, store: Store, vault: Vault) -> None:
        super().__init__(store, vault)
        self._sources = Sources(store)

    async def link(self, by: Provenance, key: str) -> Position:
        """Whether there is such an employee is not told: it is nobody's way to find out."""
        person = _who(by)
        known = await self._of(by.establishment, person)

        def linked(kept: Personal) -> StaffLink:
            fact = StaffRecordLinked(partner=PersonRef(person), record=kept[FIELD])
            if known is None:
                return StaffLink.make(fact)
            known.record(fact)
            return known

        return await self.begin_with(
            by, StaffLink.id_for(person), person, WHY, {FIELD: key}, linked
        )

    async def unlink(self, by: Provenance) -> Position:
        """Raises NotFound where there never was a link."""
        return await self.change(StaffLink, StaffLink.id_for(_who(by)), StaffLink.unlink, by)

    async def is_linked(self, by: Provenance) -> bool:
        known = await self._of(by.establishment, _who(by))
        return bool(known and known.key)

    async def employee(self, by: Provenance, person: UUID) -> UUID | None:
        """The member of staff whom this partner says to be, if that is one. Raises VaultIsAway."""
        known = await self._of(by.establishment, person)
        if known is None or known.key is None:
            return None
        ref = known.key.ref
        said = (await self._vault.resolve(by, WHY, [ref])).get(ref)
        if said is None:  # erased
            return None
        found = [
            await self._vault.ids_of(by, kind_of(source.name), [said], create=False)
            for source in await self._sources.known(by.establishment)
        ]
        staff = {ids[said] for ids in found if said in ids}
        return staff.pop() if len(staff) == 1 else None

    async def _of(self, establishment: str, person: UUID) -> StaffLink | None:
        history = await self._store.read_stream(establishment, StaffLink.id_for(person))
        return StaffLink.replay(history)


class Employed(Body):
    """One's own key, as HR's system has it: the number of an employee."""

    key: Words


def linking_routes(linking: Linking) -> APIRouter:
    api = APIRouter(prefix="/own/staff-record", tags=["partners who are employed here"])

    @api.get("")
    async def show_staff_record(by: By) -> dict[str, bool]:
        return {"linked": await linking.is_linked(by)}

    @api.post("", status_code=204, response_class=Response)
    async def link_staff_record(body: Employed, by: By) -> Response:
        return decided(await linking.link(by, body.key))

    @api.post("/end", status_code=204, response_class=Response)
    async def unlink_staff_record(by: By) -> Response:
        return decided(await linking.unlink(by))

    return api


def _who(by: Provenance) -> UUID:
    if by.person is None:
        raise NotFound
    return by.person

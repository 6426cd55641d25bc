"""What people decide about members of staff: by hand, role by role, login by login."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from contracts.access import AccessRole
from contracts.envelope import PersonalRef, StaffRef
from contracts.staff import AssignmentGiven, ContactMetAtLogin, FieldOwner, LoginLinked
from contracts.vault import Purpose
from services.chassis.deciding import Position, Provenance
from services.chassis.domain import NotFound
from services.chassis.following import local_day
from services.chassis.moments import HERE
from services.chassis.personal import Vault
from services.chassis.store import Store
from services.directory.domain.department import Department
from services.directory.domain.login import Login
from services.directory.domain.member import Scope
from services.directory.domain.ownership import WHO_WINS, aside
from services.directory.domain.saying import Words
from services.directory.domain.staff import Staff
from services.directory.finding import Finding, as_ourselves
from services.directory.remembering import Memory
from services.directory.statement import NotAField

HR, HAND = FieldOwner.HR, FieldOwner.HAND


def login_kind(provider: str) -> str:
    """The kind under which the vault has the subjects of a provider of logins."""
    return f"login.{provider.replace('-', '_')}"


class Known(NamedTuple):
    """Who somebody is, and what they may do."""

    staff: UUID
    roles: frozenset[Scope]
    new: bool = False


class Place(NamedTuple):
    """What a person says of where somebody works."""

    title: str | None = None
    since: date | None = None
    until: date | None = None
    primary: bool = False


class Staffing(Finding):
    """Contacts by hand and at login, corrections that stay, matches, roles, departures."""

    def __init__(self, store: Store, vault: Vault, memory: Memory) -> None:
        super().__init__(store, vault)
        self._memory = memory

    async def hold(self, id: UUID, fields: Mapping[str, str], by: Provenance) -> Position:
        """A correction by hand: it stays, whatever HR says. Raises NotFound, NotAField."""
        if not fields.keys() <= WHO_WINS.keys():
            raise NotAField
        who = (await self.require_staff(id, by)).id
        return await self.change_with(
            Staff, who, by, who, Purpose.STAFF, dict(fields), lambda it, kept: it.hold(kept)
        )

    async def release(self, id: UUID, fields: frozenset[str], by: Provenance) -> Position:
        """HR's word counts again; what it said last is kept anew in its place."""
        staff = await self.require_staff(id, by)
        said = {name: ref for (owner, name), ref in staff.aside.items() if owner is HR}
        words = await self._read({name: said[name] for name in fields & said.keys()}, by)
        return await self.change_with(
            Staff, staff.id, by, staff.id, Purpose.STAFF, words,
            lambda it, kept: it.release(fields, kept),
        )  # fmt: skip

    async def match(self, id: UUID, other: UUID, by: Provenance) -> Position:
        """A person says that these two are one. Raises NotFound, SomebodyElse."""

        async def match_once() -> Position:
            staff = await self.load(Staff, id, by.establishment)
            alias = await self.load(Staff, other, by.establishment)
            said = await self._said_of(alias, staff, by)
            kept_as = {n: n if staff.counts(n, HAND) else aside(HAND, n) for n in said}
            told = {kept_as[name]: value for name, value in said.items()}
            kept = await self._vault.keep(by, id, Purpose.STAFF, told, by.claim_on(id))
            counting = {name: kept[name] for name in said if kept_as[name] == name}
            lost = {name: kept[kept_as[name]] for name in said if name not in counting}
            staff.match(alias, Words(counting, lost), local_day(by))
            position = await self.save(by, staff, alias)
            await self._memory.now_is(by.establishment, other, id)
            return position

        return await self._try(by, id, match_once)

    async def depart(self, id: UUID, on: date | None, by: Provenance) -> Position:
        today = local_day(by)
        return await self._on(id, lambda it: it.depart(on or today, today), by)

    async def come_back(self, id: UUID, on: date | None, by: Provenance) -> Position:
        return await self._on(id, lambda it: it.come_back(on or local_day(by)), by)

    async def ring(self, staff: UUID, due: datetime, by: Provenance) -> Position:
        """A last day is over."""
        day = due.astimezone(HERE).date()
        by = replace(by, time=due)
        return await self.change(Staff, staff, lambda it: it.depart_as_expected(day), by)

    async def assign(
        self, id: UUID, department: UUID, place: Place, by: Provenance
    ) -> tuple[UUID, Position]:
        """A person says that they work there. Raises NotFound, AlreadyLeft."""
        await self.load(Department, department, by.establishment)
        assignment = by.id_for("assignment")

        def decide(it: Staff) -> None:
            it.assign(
                AssignmentGiven(
                    staff=it.ref,
                    assignment=assignment,
                    department=department,
                    **place._asdict(),
                )
            )

        return assignment, await self._on(id, decide, by)

    async def end_assignment(
        self, id: UUID, assignment: UUID, on: date | None, by: Provenance
    ) -> Position:
        """Raises NotFound, SaidByASource."""
        return await self._on(id, lambda it: it.end_assignment(assignment, on or local_day(by)), by)

    async def give_role(
        self, id: UUID, role: AccessRole, department: UUID | None, by: Provenance
    ) -> Position:
        return await self._on(id, lambda it: it.give_role(role, department), by)

    async def withdraw_role(
        self, id: UUID, role: AccessRole, department: UUID | None, by: Provenance
    ) -> Position:
        return await self._on(id, lambda it: it.withdraw_role(role, department), by)

    async def link(self, id: UUID, provider: str, subject: str, by: Provenance) -> Position:
        """Who logs in so is this member of staff. Raises NotFound, LinkedToAnother."""
        staff = await self.require_staff(id, by)
        login = (await self._vault.ids_of(as_ourselves(by), login_kind(provider), [subject]))[
            subject
        ]
        linked = LoginLinked(staff=staff.ref, provider=provider)

        async def link_once() -> Position:
            known = Login.replay(await self._store.read_stream(by.establishment, login))
            if known is None:
                return await self.save(by, Login.link(login, linked))
            known.link_again(linked)
            return await self.save(by, known)

        return await self._try(by, login, link_once)

    async def unlink(self, provider: str, subject: str, by: Provenance) -> Position:
        """Whoever logs in so is nobody here. Raises NotFound."""
        known = await self._vault.ids_of(
            as_ourselves(by), login_kind(provider), [subject], create=False
        )
        if subject not in known:
            raise NotFound
        return await self.change(Login, known[subject], Login.unlink, by)

    async def log_in(
        self, provider: str, subject: str, words: Mapping[str, str | None], by: Provenance
    ) -> Known:
        """Who this is. Whoever is unknown becomes a contact, where the establishment allows it.

        Raises NotFound where it does not, NoLongerHere.
        """
        establishment = await self.require_here(by)
        allowed = establishment is not None and establishment.shown.contacts_at_login
        kind = login_kind(provider)
        known = await self._vault.ids_of(as_ourselves(by), kind, [subject], create=allowed)
        if subject not in known:
            raise NotFound
        login = known[subject]
        if found := await self._whose(login, by):
            return found
        if not allowed:
            raise NotFound
        return await self._meet(login, provider, words, by)

    async def _whose(self, login: UUID, by: Provenance) -> Known | None:
        """None if nobody ever logged in so. Raises NotFound where a person unlinked it."""
        linked = Login.replay(await self._store.read_stream(by.establishment, login))
        if linked is None:
            return None
        if linked.staff is None:
            raise NotFound
        staff = await self.require_staff(linked.staff.root, by)
        return Known(staff.id, frozenset(staff.roles))

    async def _meet(
        self, login: UUID, provider: str, words: Mapping[str, str | None], by: Provenance
    ) -> Known:
        """Whoever comes second at the same moment finds what the first has made."""
        staff = by.id_for("staff")

        async def meet_once() -> Position:
            if await self._whose(login, by):
                return await self.save(by)
            kept = await self._vault.keep(by, staff, Purpose.STAFF, words, by.claim_on(staff))
            met = Staff.enter(ContactMetAtLogin(staff=StaffRef(staff), personal=kept))
            linked = LoginLinked(staff=StaffRef(staff), provider=provider)
            return await self.save(by, met, Login.link(login, linked))

        await self._try(by, login, meet_once)
        found = await self._whose(login, by)
        assert found
        return found._replace(new=found.staff == staff)

    async def _on(self, id: UUID, decide: Callable[[Staff], None], by: Provenance) -> Position:
        """Whoever this id means by now."""
        return await self.change(Staff, (await self.require_staff(id, by)).id, decide, by)

    async def _said_of(self, alias: Staff, staff: Staff, by: Provenance) -> dict[str, str]:
        """What people said of one, and what HR said of nothing but it: the other is told."""
        if alias.alias_of:
            return {}
        theirs = {
            name: ref
            for name, (owner, ref) in alias.values.items()
            if name in WHO_WINS and (owner is not HR or name not in staff.values)
        }
        return await self._read(theirs, by)

    async def _read(self, refs: Mapping[str, PersonalRef], by: Provenance) -> dict[str, str]:
        asked = {name: ref.ref for name, ref in refs.items()}
        found = await self._vault.resolve(by, Purpose.STAFF, asked.values())
        return {name: found[ref] for name, ref in asked.items() if ref in found}

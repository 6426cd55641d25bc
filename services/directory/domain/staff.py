"""Somebody who works here: what each source says of them, what they may do, whether they stay."""

from __future__ import annotations

from datetime import date
from typing import Self
from uuid import UUID

from contracts.access import AccessRole
from contracts.directory import StaffRecorded
from contracts.envelope import StaffRef
from contracts.staff import (
    BecameAlias,
    ContactMetAtLogin,
    DepartureCalledOff,
    DepartureExpected,
    FieldHeldByHand,
    FieldOwner,
    FieldReleased,
    ManagerNamed,
    RoleGiven,
    RoleWithdrawn,
    SaidOtherwise,
    SourceLetGo,
    StaffCameBack,
    StaffChanged,
    StaffJoined,
    StaffLeft,
    StaffMatched,
    StaffType,
)
from contracts.terms import Personal
from services.chassis.domain import Refusal
from services.directory.domain.member import BY_HAND
from services.directory.domain.ownership import believed
from services.directory.domain.saying import Stated, Words
from services.directory.domain.working import AlreadyLeft, Working

GIVEN_HERE = frozenset(AccessRole) - {AccessRole.PARTNER, AccessRole.OPERATOR, AccessRole.SERVICE}


class NotGivenHere(Refusal):
    """This role is not given to members of staff."""

    french = "Ce rôle ne se donne pas au personnel."


class Staff(Working):
    """What may be decided of them."""

    @classmethod
    def enter(cls, fact: StaffRecorded | StaffJoined | ContactMetAtLogin) -> Self:
        return cls.begin(fact.staff.root, fact)

    def counts(self, name: str, owner: FieldOwner) -> bool:
        """Whether this owner's word on a field would count."""
        if name in self.held:
            return owner is FieldOwner.HAND
        there = self.values.get(name)
        return believed(name, owner, there[0] if there else None)

    def hear(self, said: Stated, words: Words, today: date) -> None:
        """What a source says now. An absence is no departure; what is so already is not told."""
        self._require_own()
        if not said.at_work:
            self.let_go(said.source, min(said.ends or today, today))
            return
        if said.source not in self.sources:
            self._welcome(said, today)
        self.change(FieldOwner.HR, words, said.staff_type)
        if not self.left:  # a person said so, who knows better than a file
            self._hear_of_work(said, today)

    def _hear_of_work(self, said: Stated, today: date) -> None:
        self._place(said, today)
        if said.manager and said.manager != self.manager:
            self.record(ManagerNamed(staff=self.ref, manager=said.manager))
        self._note_absence(said)
        if said.ends:
            self.expect_departure(said.ends, said.source)
        elif said.source in self.expected:
            self.record(DepartureCalledOff(staff=self.ref, source=said.source))

    def change(self, owner: FieldOwner, words: Words, staff_type: StaffType | None = None) -> None:
        kind = staff_type if staff_type != self.staff_type else None  # none: it says nothing
        if words.counting or kind:
            personal = words.counting
            self.record(
                StaffChanged(staff=self.ref, owner=owner, staff_type=kind, personal=personal)
            )
        if words.aside:
            self.record(SaidOtherwise(staff=self.ref, owner=owner, personal=words.aside))

    def hold(self, personal: Personal) -> None:
        """A person's correction, which stays whatever HR says."""
        self._require_own()
        if personal:
            self.record(FieldHeldByHand(staff=self.ref, personal=personal))

    def release(self, fields: frozenset[str], personal: Personal) -> None:
        """HR's word counts again; `personal` is what it said last."""
        if free := self.held & fields:
            kept = {name: ref for name, ref in personal.items() if name in free}
            self.record(FieldReleased(staff=self.ref, fields=tuple(sorted(free)), personal=kept))

    def let_go(self, source: str, on: date) -> None:
        """A source no longer says that they work here; with the last one they leave."""
        if source not in self.sources:
            return
        if self.left or self.sources - {source}:
            self.record(SourceLetGo(staff=self.ref, source=source, on=on))
        else:
            self._leave(on, source)

    def depart(self, on: date, today: date) -> None:
        """A person says that they leave, or have left."""
        self._require_own()
        if self.left:
            return
        if on < today:
            self._leave(on, None)
        else:
            self.expect_departure(on, None)

    def expect_departure(self, on: date, source: str | None) -> None:
        if not self.left and self.expected.get(source or BY_HAND) != on:
            self.record(DepartureExpected(staff=self.ref, on=on, source=source))

    def depart_as_expected(self, today: date) -> None:
        """Those last days that are over; then the next that is told of is waited for."""
        for source, on in sorted(self.expected.items(), key=lambda one: one[1]):
            if self.left:
                return
            if on >= today:
                again = DepartureExpected(staff=self.ref, on=on, source=source or None)
                self.record(again)
                return
            if source:
                self.let_go(source, on)
            else:
                self._leave(on, None)

    def come_back(self, on: date) -> None:
        """A person says so."""
        self._require_own()
        if self.left:
            self.record(StaffCameBack(staff=self.ref, on=on))
        elif BY_HAND in self.expected:
            self.record(DepartureCalledOff(staff=self.ref))

    def match(self, other: Staff, words: Words, today: date) -> None:
        """The other is this one too: its id is an alias from now on."""
        if other.alias_of == self.id:
            return
        self._require_own()
        other._require_own()
        if self.left and not other.left:
            self.record(StaffCameBack(staff=self.ref, on=today))
        sources = tuple(sorted(other.sources - self.sources))
        self.record(StaffMatched(staff=self.ref, other=other.ref, sources=sources))
        for one in sorted(other.also):
            self.record(StaffMatched(staff=self.ref, other=StaffRef(one)))
        self.change(FieldOwner.HAND, words)
        for role, department in sorted(other.roles - self.roles, key=str):
            self.record(RoleGiven(staff=self.ref, role=role, department=department))
        other.record(BecameAlias(staff=other.ref, of=self.ref))

    def give_role(self, role: AccessRole, department: UUID | None) -> None:
        self._require_own()
        if self.left:
            raise AlreadyLeft
        if role not in GIVEN_HERE:
            raise NotGivenHere
        if (role, department) not in self.roles:
            self.record(RoleGiven(staff=self.ref, role=role, department=department))

    def withdraw_role(self, role: AccessRole, department: UUID | None) -> None:
        if (role, department) in self.roles:
            self.record(RoleWithdrawn(staff=self.ref, role=role, department=department))

    def _welcome(self, said: Stated, today: date) -> None:
        if self.left:
            self.record(StaffCameBack(staff=self.ref, on=today, source=said.source))
        else:
            kind = said.staff_type
            self.record(StaffJoined(staff=self.ref, source=said.source, staff_type=kind))

    def _leave(self, on: date, source: str | None) -> None:
        self.record(
            StaffLeft(
                staff=self.ref,
                on=on,
                announced=(source or BY_HAND) in self.expected,
                source=source,
                also=tuple(StaffRef(one) for one in sorted(self.also)),
            )
        )

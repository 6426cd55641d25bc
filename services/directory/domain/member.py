"""What the facts say of somebody who works here, or did."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from uuid import UUID

from contracts.access import AccessRole
from contracts.directory import StaffRecorded
from contracts.envelope import Fact, PersonalRef, StaffRef
from contracts.staff import (
    AbsenceEnded,
    AbsenceStated,
    AssignmentEnded,
    AssignmentGiven,
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
from services.chassis.domain import Aggregate

BY_HAND = ""  # among last days: a person said so

type Scope = tuple[AccessRole, UUID | None]


class Member(Aggregate):
    """Somebody who works there, or a contact of whom no source has told."""

    begun_by = (StaffRecorded, StaffJoined, ContactMetAtLogin)
    loose = (SaidOtherwise, StaffChanged, ManagerNamed, AssignmentGiven, AssignmentEnded,
             AbsenceStated, AbsenceEnded, StaffMatched, BecameAlias)  # fmt: skip

    staff_type: StaffType | None = None
    sources: set[str] = field(default_factory=set)  # those that say they work here
    values: dict[str, tuple[FieldOwner, PersonalRef]] = field(default_factory=dict)
    aside: dict[tuple[FieldOwner, str], PersonalRef] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    assignments: dict[UUID, AssignmentGiven] = field(default_factory=dict)
    manager: StaffRef | None = None
    absence: AbsenceStated | None = None
    expected: dict[str, date] = field(default_factory=dict)  # last days, by who says so
    left: date | None = None
    roles: set[Scope] = field(default_factory=set)
    also: set[UUID] = field(default_factory=set)
    alias_of: UUID | None = None

    @property
    def ref(self) -> StaffRef:
        return StaffRef(self.id)

    def evolve(self, fact: Fact) -> None:
        match fact:
            case StaffRecorded(name=name, personal=personal):
                self._take(FieldOwner.HAND, {"name": name, **personal})
            case ContactMetAtLogin(personal=personal):
                self._take(FieldOwner.LOGIN, personal)
            case StaffJoined(source=source, staff_type=kind, personal=personal):
                self.sources.add(source)
                self.staff_type = kind
                self._take(FieldOwner.HR, personal)
            case StaffMatched(other=other, sources=sources):
                self.also.add(other.root)
                self.sources |= set(sources)
            case BecameAlias(of=of):
                self.alias_of = of.root
            case RoleGiven(role=role, department=department):
                self.roles.add((role, department))
            case RoleWithdrawn(role=role, department=department):
                self.roles.discard((role, department))
            case _:
                self._evolve_fields(fact)
                self._evolve_work(fact)

    def _evolve_fields(self, fact: Fact) -> None:
        match fact:
            case StaffChanged(owner=owner, staff_type=kind, personal=personal):
                self.staff_type = kind or self.staff_type
                self._take(owner, personal)
            case SaidOtherwise(owner=owner, personal=personal):
                self.aside |= {(owner, name): ref for name, ref in personal.items()}
            case FieldHeldByHand(personal=personal):
                self._take(FieldOwner.HAND, personal)
                self.held |= personal.keys()
            case FieldReleased(fields=fields, personal=personal):
                self.held -= set(fields)
                self._take(FieldOwner.HR, personal)

    def _evolve_work(self, fact: Fact) -> None:
        match fact:
            case AssignmentGiven(assignment=assignment):
                self.assignments[assignment] = fact
            case AssignmentEnded(assignment=assignment):
                self.assignments.pop(assignment, None)
            case ManagerNamed(manager=manager):
                self.manager = manager
            case AbsenceStated():
                self.absence = fact
            case AbsenceEnded():
                self.absence = None
            case DepartureExpected(on=on, source=source):
                self.expected[source or BY_HAND] = on
            case DepartureCalledOff(source=source):
                self.expected.pop(source or BY_HAND, None)
            case SourceLetGo(source=source):
                self._forget(source)
            case StaffLeft(on=on, source=source):
                self._leave_all(on, source)
            case StaffCameBack(source=source):
                self.left = None
                self.sources |= {source} if source else set()

    def _take(self, owner: FieldOwner, personal: Personal) -> None:
        """What is not believed any more is kept beside."""
        for name, ref in personal.items():
            there = self.values.get(name)
            if there and there[0] is not owner:
                self.aside[there[0], name] = there[1]
            self.aside.pop((owner, name), None)
            self.values[name] = owner, ref

    def _leave_all(self, on: date, source: str | None) -> None:
        """Who comes back is given roles anew. A source that still names them is remembered."""
        self.left, self.absence, self.manager = on, None, None
        self.sources.discard(source or BY_HAND)
        self.assignments, self.expected, self.roles = {}, {}, set()

    def _forget(self, source: str) -> None:
        self.sources.discard(source)
        self.expected.pop(source, None)
        others = [one for one in self.assignments.values() if one.source != source]
        self.assignments = {one.assignment: one for one in others}

"""What a source says by SCIM of its users and groups, as facts that name nobody."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import field
from itertools import batched
from typing import Self
from uuid import UUID

from contracts.directory import (
    ScimGroupStated,
    ScimMembersChanged,
    ScimResourceDeleted,
    ScimUserStated,
)
from contracts.envelope import Fact, PersonalRef, StaffRef
from services.chassis.domain import Aggregate

MEMBERS_AT_ONCE = 500  # what fits into one fact


class ScimUser(Aggregate):
    """A user as one source has it; the vault keeps what was sent, under the member of staff."""

    begun_by = (ScimUserStated,)

    source: UUID = field(init=False)
    staff: StaffRef = field(init=False)
    resource: PersonalRef = field(init=False)
    deleted: bool = field(init=False, default=False)

    @classmethod
    def enter(cls, id: UUID, said: ScimUserStated) -> Self:
        return cls.begin(id, said)

    def say(self, said: ScimUserStated) -> None:
        self.record(said)

    def delete(self) -> None:
        self.record(ScimResourceDeleted())

    def evolve(self, fact: Fact) -> None:
        match fact:
            case ScimUserStated():
                self.source, self.staff, self.resource = fact.source, fact.staff, fact.resource
            case ScimResourceDeleted():
                self.deleted = True


class ScimGroup(Aggregate):
    """A group as one source has it, and which of its users and groups are in it."""

    begun_by = (ScimGroupStated,)

    source: UUID = field(init=False)
    resource: PersonalRef = field(init=False)
    members: dict[UUID, None] = field(init=False, default_factory=dict)  # in the order they came
    deleted: bool = field(init=False, default=False)

    @classmethod
    def enter(cls, id: UUID, said: ScimGroupStated) -> Self:
        return cls.begin(id, said)

    def say(self, said: ScimGroupStated) -> None:
        self.record(said)

    def hold(self, members: Set[UUID]) -> None:
        """These are its members now, and no others."""
        joined = [one for one in sorted(members) if one not in self.members]
        left = [one for one in self.members if one not in members]
        for some in _in_parts(left):
            self.record(ScimMembersChanged(left=some))
        for some in _in_parts(joined):
            self.record(ScimMembersChanged(joined=some))

    def delete(self) -> None:
        self.record(ScimResourceDeleted())

    def evolve(self, fact: Fact) -> None:
        match fact:
            case ScimGroupStated():
                self.source, self.resource = fact.source, fact.resource
            case ScimMembersChanged():
                for one in fact.left:
                    self.members.pop(one, None)
                self.members.update(dict.fromkeys(fact.joined))
            case ScimResourceDeleted():
                self.deleted = True


def _in_parts(members: list[UUID]) -> Iterator[tuple[UUID, ...]]:
    return batched(members, MEMBERS_AT_ONCE, strict=False)

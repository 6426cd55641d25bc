"""A file of all the staff: applied, or held back until somebody has looked at it."""

from __future__ import annotations

from dataclasses import field
from typing import Self
from uuid import UUID

from contracts.directory import (
    SnapshotApplied,
    SnapshotQuarantined,
    SnapshotRefused,
    SnapshotReleased,
)
from contracts.envelope import Fact
from services.chassis.domain import Aggregate, Refusal

ALWAYS = 10  # people may leave at once, however few there are


class NotInQuarantine(Refusal):
    """Nobody has to decide about this file."""

    french = "Personne n’a à décider de ce fichier."


class FileWasRefused(Refusal):
    """Somebody has looked at this very file and refused it. Bring another."""

    french = "Quelqu’un a examiné ce fichier même et l’a refusé. Apportez-en un autre."


def ends_too_many(people: int, leaving: int, share: int) -> bool:
    """More than the source's share of its people, in percent, and more than happens by chance."""
    return leaving > max(ALWAYS, people * share // 100)


class Snapshot(Aggregate):
    """One file of one source."""

    begun_by = (SnapshotQuarantined, SnapshotApplied)

    held: bool = field(init=False, default=False)
    released: bool = field(init=False, default=False)
    refused: bool = field(init=False, default=False)
    applied: bool = field(init=False, default=False)

    @classmethod
    def hold(cls, id: UUID, said: SnapshotQuarantined) -> Self:
        return cls.begin(id, said)

    @classmethod
    def apply_at_once(cls, id: UUID, said: SnapshotApplied) -> Self:
        return cls.begin(id, said)

    def release(self) -> None:
        if self.refused or self.applied or not self.held:
            raise NotInQuarantine
        if not self.released:
            self.record(SnapshotReleased())

    def refuse(self) -> None:
        if self.released or self.applied or not self.held:
            raise NotInQuarantine
        if not self.refused:
            self.record(SnapshotRefused())

    def apply(self, said: SnapshotApplied) -> None:
        if not self.released:
            raise NotInQuarantine
        if not self.applied:
            self.record(said)

    def evolve(self, fact: Fact) -> None:
        match fact:
            case SnapshotQuarantined():
                self.held = True
            case SnapshotReleased():
                self.released = True
            case SnapshotRefused():
                self.refused = True
            case SnapshotApplied():
                self.applied = True

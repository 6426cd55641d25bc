"""An establishment, its departments and its staff."""

from __future__ import annotations

from dataclasses import field
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.directory import DepartmentRecorded, EstablishmentOpened, StaffRecorded
from contracts.envelope import Fact
from services.chassis.domain import Aggregate, Refusal


class AlreadyOpen(Refusal):
    """This establishment is here already, under another name. Correct the name instead."""

    french = "Cet établissement est déjà ici, sous un autre nom. Corrigez plutôt le nom."


class Establishment(Aggregate):
    """Who uses Tandem: one tenant."""

    begun_by = (EstablishmentOpened,)

    opening: EstablishmentOpened = field(init=False)

    @staticmethod
    def id_for(key: str) -> UUID:
        """The id of the establishment with this key, `[a-z0-9-]{2,40}`."""
        return uuid5(NAMESPACE_URL, f"tandem:{key}")

    @classmethod
    def open(cls, key: str, opening: EstablishmentOpened) -> Self:
        return cls.begin(cls.id_for(key), opening)

    def require_opened_as(self, opening: EstablishmentOpened) -> None:
        if self.opening != opening:
            raise AlreadyOpen

    def evolve(self, fact: Fact) -> None:
        match fact:
            case EstablishmentOpened():
                self.opening = fact


class Department(Aggregate):
    """A part of the establishment that may ask for partners."""

    begun_by = (DepartmentRecorded,)

    @classmethod
    def enter(cls, id: UUID, department: DepartmentRecorded) -> Self:
        return cls.begin(id, department)

    def evolve(self, fact: Fact) -> None:
        """What was entered is corrected, never decided again."""


class Staff(Aggregate):
    """Somebody who works there."""

    begun_by = (StaffRecorded,)

    @classmethod
    def enter(cls, staff: StaffRecorded) -> Self:
        return cls.begin(staff.staff.root, staff)

    def evolve(self, fact: Fact) -> None:
        """What was entered is corrected, never decided again."""

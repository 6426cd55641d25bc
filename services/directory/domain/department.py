"""A part of an establishment: its code, its validity, and who carries on after it."""

from __future__ import annotations

from dataclasses import field
from datetime import date
from typing import Self
from uuid import UUID

from contracts.directory import (
    DepartmentClosed,
    DepartmentCoded,
    DepartmentRecorded,
    DepartmentRenamed,
    DepartmentSucceeded,
)
from contracts.envelope import Fact
from services.chassis.domain import Aggregate, Refusal


class AlreadyClosed(Refusal):
    """This department is no more. Decide about the one that carries on."""

    french = "Cette direction n’existe plus. Décidez pour celle qui lui succède."


class SucceedsItself(Refusal):
    """A department cannot carry on after itself."""

    french = "Une direction ne peut pas se succéder à elle-même."


class Department(Aggregate):
    """A part of the establishment that may ask for partners: a department, a service, a site."""

    begun_by = (DepartmentRecorded,)
    loose = (DepartmentCoded, DepartmentRenamed)

    name: str = ""
    abbreviation: str | None = None
    codes: dict[str, DepartmentCoded] = field(default_factory=dict)
    successors: tuple[UUID, ...] = ()
    ended: date | None = None

    @classmethod
    def enter(cls, id: UUID, department: DepartmentRecorded) -> Self:
        return cls.begin(id, department)

    def code(self, coded: DepartmentCoded) -> None:
        if self.codes.get(coded.code) != coded:
            self.record(coded)

    def rename(self, name: str, abbreviation: str | None) -> None:
        if (name, abbreviation) != (self.name, self.abbreviation):
            self.record(DepartmentRenamed(name=name, abbreviation=abbreviation))

    def be_succeeded(self, successors: tuple[UUID, ...], on: date) -> None:
        """Several where it is divided; several that name the same one where they are merged."""
        if self.id in successors:
            raise SucceedsItself
        if set(self.successors) == set(successors):
            return
        self._require_open()
        self.record(DepartmentSucceeded(department=self.id, successors=successors, on=on))

    def close(self, on: date) -> None:
        if self.ended and not self.successors:
            return
        self._require_open()
        self.record(DepartmentClosed(on=on))

    def _require_open(self) -> None:
        if self.ended:
            raise AlreadyClosed

    def evolve(self, fact: Fact) -> None:
        match fact:
            case DepartmentRecorded() | DepartmentRenamed():
                self.name, self.abbreviation = fact.name, fact.abbreviation
            case DepartmentCoded(code=code):
                self.codes[code] = fact
            case DepartmentSucceeded(successors=successors, on=on):
                self.successors, self.ended = successors, on
            case DepartmentClosed(on=on):
                self.ended = on

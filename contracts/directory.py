"""What the directory announces: establishments, their departments and their staff."""

from __future__ import annotations

from uuid import UUID

from contracts.envelope import Annulment, Correction, Fact, PersonalRef, StaffRef
from contracts.terms import Label, Personal, RegisterLine, Title


class EstablishmentOpened(Fact, type="directory.EstablishmentOpened.v1"):
    """An establishment uses Tandem. What is marked as a demonstration is invented."""

    name: Title
    demonstration: bool = False


class DepartmentRecorded(Fact, type="directory.DepartmentRecorded.v1"):
    name: Title
    abbreviation: Label | None = None
    service: Label | None = None
    site: Label | None = None
    personal: Personal = {}
    line: RegisterLine | None = None


class StaffRecorded(Fact, type="directory.StaffRecorded.v1"):
    """Somebody works here. Who it is, the vault knows."""

    staff: StaffRef
    department: UUID | None = None
    abbreviation: Label | None = None
    service: Label | None = None
    site: Label | None = None
    name: PersonalRef
    personal: Personal = {}
    line: RegisterLine | None = None


class FactAnnulled(Annulment, type="directory.FactAnnulled.v1"): ...


class FactCorrected(Correction, type="directory.FactCorrected.v1"): ...

"""Who uses Tandem: one tenant, how it presents itself, and where it went."""

from __future__ import annotations

from dataclasses import field
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.directory import (
    EstablishmentConfigured,
    EstablishmentLeft,
    EstablishmentMerged,
    EstablishmentOpened,
    EstablishmentRenamed,
    FirstLeadNamed,
    MinorsSigningDecided,
)
from contracts.envelope import Fact, StaffRef
from services.chassis.domain import Aggregate, Refusal


class AlreadyOpen(Refusal):
    """This establishment is here already, under another name. Correct the name instead."""

    french = "Cet établissement est déjà ici, sous un autre nom. Corrigez plutôt le nom."


class NoLongerHere(Refusal):
    """This establishment has left, or become part of another."""

    french = "Cet établissement est parti, ou fait maintenant partie d’un autre."


class IntoItself(Refusal):
    """An establishment cannot become part of itself."""

    french = "Un établissement ne peut pas être réuni à lui-même."


class AlreadyLed(Refusal):
    """This office has a first lead already: leads give the other roles."""

    french = "Ce Bureau a déjà une première responsable : les responsables donnent les rôles."


class Establishment(Aggregate):
    """Who uses Tandem: one tenant."""

    begun_by = (EstablishmentOpened,)

    opening: EstablishmentOpened = field(init=False)
    name: str = ""
    shown: EstablishmentConfigured = EstablishmentConfigured()
    lead: StaffRef | None = None
    minors_signing: MinorsSigningDecided | None = None
    into: str | None = None
    gone: bool = False

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

    def rename(self, name: str) -> None:
        self.require_here()
        if name != self.name:
            self.record(EstablishmentRenamed(name=name))

    def configure(self, shown: EstablishmentConfigured) -> None:
        self.require_here()
        if shown != self.shown:
            self.record(shown)

    def decide_minors_signing(self, decided: MinorsSigningDecided) -> None:
        self.require_here()
        if decided != self.minors_signing:
            self.record(decided)

    def name_first_lead(self, staff: StaffRef) -> None:
        self.require_here()
        if self.lead and self.lead != staff:
            raise AlreadyLed
        if not self.lead:
            self.record(FirstLeadNamed(staff=staff))

    def merge_into(self, other: str) -> None:
        """Its staff and departments stay its own; nothing new is decided here."""
        if self.into == other:
            return
        self.require_here()
        if self.id == self.id_for(other):
            raise IntoItself
        self.record(EstablishmentMerged(into=other))

    def leave(self) -> None:
        """Also one that has become part of another may have its values destroyed."""
        if not self.gone:
            self.record(EstablishmentLeft())

    def require_here(self) -> None:
        """Raises NoLongerHere."""
        if self.gone or self.into:
            raise NoLongerHere

    def evolve(self, fact: Fact) -> None:
        match fact:
            case EstablishmentOpened():
                self.opening, self.name = fact, fact.name
            case EstablishmentRenamed(name=name):
                self.name = name
            case EstablishmentConfigured():
                self.shown = fact
            case MinorsSigningDecided():
                self.minors_signing = fact
            case FirstLeadNamed(staff=staff):
                self.lead = staff
            case EstablishmentMerged(into=into):
                self.into = into
            case EstablishmentLeft():
                self.gone = True

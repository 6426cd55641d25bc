"""Calls, meetings and letters, and assessments of practice: each in its own stream."""

from __future__ import annotations

from contracts.envelope import Fact
from contracts.evaluation import ContactLogged, OrganizationAssessed
from services.chassis.domain import Aggregate


class Contact(Aggregate):
    """It happened; what was said is in the vault."""

    begun_by = (ContactLogged,)

    def evolve(self, fact: Fact) -> None:
        pass


class Assessment(Aggregate):
    """Where the organisation stands with partnership, on one day."""

    begun_by = (OrganizationAssessed,)

    def evolve(self, fact: Fact) -> None:
        pass

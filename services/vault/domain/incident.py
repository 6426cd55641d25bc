"""A confidentiality incident, with what the register of incidents has to hold."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from contracts.envelope import Fact, PersonalRef
from contracts.rights import (
    IncidentKnown,
    IncidentNotified,
    IncidentRecorded,
    IncidentRevised,
    Notified,
)
from services.chassis.domain import Aggregate, Refusal
from services.chassis.moments import last_instant

KEPT = timedelta(days=5 * 366)  # r. 3.1, art. 8: five years at least after it became known


class KnownBeforeItHappened(Refusal):
    """An incident becomes known once it has happened."""

    french = "On prend connaissance d’un incident une fois qu’il a eu lieu."


class Incident(Aggregate):
    """What happened to information about people, whom it touched, and who was told."""

    begun_by = (IncidentRecorded,)

    known: IncidentKnown | None = None
    told: frozenset[tuple[Notified, str]] = frozenset()

    @classmethod
    def recorded_as(cls, id: UUID, incident: IncidentRecorded) -> Incident:
        """Raises KnownBeforeItHappened."""
        require_in_order(incident)
        return cls.begin(id, incident)

    @property
    def kept_until(self) -> date | None:
        return last_instant(self.known.aware).date() + KEPT if self.known else None

    def revise(self, revised: IncidentRevised) -> None:
        """Raises KnownBeforeItHappened."""
        require_in_order(revised)
        if self.known is None or revised != IncidentRevised(**dict(self.known)):
            self.record(revised)

    def notify(self, to: Notified, on: str, reason: PersonalRef | None = None) -> None:
        if (to, on) not in self.told:
            self.record(IncidentNotified(to=to, date=on, reason=reason))

    def evolve(self, fact: Fact) -> None:
        match fact:
            case IncidentKnown():
                self.known = fact
            case IncidentNotified(to=to, date=on):
                self.told |= {(to, on)}


def require_in_order(incident: IncidentKnown) -> None:
    if last_instant(incident.aware) < last_instant(incident.occurred):
        raise KnownBeforeItHappened

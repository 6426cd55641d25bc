"""When a last day is over: what was expected becomes a departure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from contracts.directory import FactAnnulled
from contracts.envelope import Envelope
from contracts.staff import DepartureCalledOff, DepartureExpected, StaffLeft
from services.chassis.appending import Alarm, Cancel
from services.chassis.moments import HERE

DEPARTURE = "departure"
OVER = (DepartureCalledOff.type, StaffLeft.type)


def alarms_of(fact: Envelope) -> Iterable[Alarm | Cancel]:
    """What a fact sets or calls off. A last day is over at midnight, in Québec."""
    if fact.type == DepartureExpected.type:
        yield Alarm(_over(date.fromisoformat(fact.data["on"])), fact.subject, DEPARTURE)
    elif fact.type in OVER or (
        fact.type == FactAnnulled.type and fact.data["of"] == DepartureExpected.type
    ):
        yield Cancel(fact.subject, DEPARTURE)


def _over(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), HERE)

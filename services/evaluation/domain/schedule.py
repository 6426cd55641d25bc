"""When each side is asked how it goes."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid5

from contracts.evaluation import Appointment, Occasion
from contracts.terms import Side
from services.chassis.moments import last_instant
from services.evaluation.domain.instruments import instrument_for

# Days after the start, and what is then asked of both sides.
ASKED = (
    (30, Occasion.CHECK_IN),
    (90, Occasion.CHECK_IN),
    (90, Occasion.SURVEY),
)


def appointments(follow_up: UUID, since: date, ends: str | None) -> tuple[Appointment, ...]:
    """What is due after a start on that day; nothing but the last survey from the end on."""
    last = last_instant(ends).date() if ends else None
    due = [(since + timedelta(days), occasion, f"{days}d") for days, occasion in ASKED]
    due = [one for one in due if last is None or one[0] < last]
    if last:
        due.append((last, Occasion.SURVEY, "end"))
    return tuple(
        Appointment(
            id=uuid5(follow_up, f"{occasion} {side} {moment}"),
            occasion=occasion,
            side=side,
            due=day.isoformat(),
            instrument=instrument_for(side, moment) if occasion is Occasion.SURVEY else None,
        )
        for day, occasion, moment in due
        for side in Side
    )

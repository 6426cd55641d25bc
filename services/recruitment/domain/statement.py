"""What the register says beside a person's own line."""

from __future__ import annotations

from contracts.envelope import Fact
from contracts.recruitment import ClearanceRecorded, ConsentRecorded, PauseRecorded
from services.chassis.domain import Aggregate


class Statement(Aggregate):
    """A pause, a consent, a clearance: nothing is decided about it any more."""

    begun_by = (PauseRecorded, ConsentRecorded, ClearanceRecorded)

    said: Fact | None = None

    def evolve(self, fact: Fact) -> None:
        self.said = fact

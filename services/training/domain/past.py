"""Trainings that the office's register tells of."""

from __future__ import annotations

from contracts.envelope import Fact
from contracts.training import TrainingRecorded
from services.chassis.domain import Aggregate


class PastTraining(Aggregate):
    """One line of the register: it happened, and nothing follows."""

    begun_by = (TrainingRecorded,)

    def evolve(self, fact: Fact) -> None:
        pass

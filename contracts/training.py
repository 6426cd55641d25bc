"""What training announces: the plans of partners and teams, and what was completed."""

from __future__ import annotations

from enum import StrEnum
from uuid import UUID

from contracts.envelope import (
    Annulment,
    Correction,
    Fact,
    Loss,
    PartialDate,
    PersonalRef,
    PersonRef,
    StaffRef,
)
from contracts.terms import Label, Minutes, Personal, RegisterLine, Side, Title


class PlanPrepared(Fact, type="training.PlanPrepared.v1"):
    """What one side of an involvement is to learn before it starts, and no more than that.

    The team has one plan a request: it is prepared once for each match, and what was completed
    for one match counts for the next.
    """

    match: UUID
    request: UUID
    audience: Side
    partner: PersonRef | None = None  # of a partner's plan; a team's plan names nobody
    modules: tuple[Label, ...]


class Completion(StrEnum):
    COMPLETED = "completed"
    RECOGNIZED = "recognized"  # prior learning counts


class ModuleCompleted(Fact, type="training.ModuleCompleted.v1"):
    partner: PersonRef | None = None
    module: Label
    completion: Completion
    minutes: Minutes | None = None


class PlanCompleted(Fact, type="training.PlanCompleted.v1"):
    """Nothing is left to learn on this side for this match."""

    match: UUID
    request: UUID
    audience: Side
    partner: PersonRef | None = None


class PlanCancelled(Fact, type="training.PlanCancelled.v1"):
    """What the plan was for will not happen, or its person has left."""

    match: UUID
    partner: PersonRef | None = None
    reason: PersonalRef | None = None


class TrainingResult(StrEnum):
    COMPLETED = "completed"
    ENROLLED = "enrolled"
    RECOGNIZED = "recognized"


class TrainingRecorded(Fact, type="training.TrainingRecorded.v1"):
    """A training from the office's register, in a stream of its own."""

    audience: Side
    partner: PersonRef | None = None
    staff: StaffRef | None = None
    title: Title
    date: PartialDate
    minutes: Minutes | None = None
    result: TrainingResult
    valid_until: PartialDate | None = None
    personal: Personal = {}
    line: RegisterLine | None = None


class FactAnnulled(Annulment, type="training.FactAnnulled.v1"): ...


class FactCorrected(Correction, type="training.FactCorrected.v1"): ...


class FactsLost(Loss, type="training.FactsLost.v1"): ...

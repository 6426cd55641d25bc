"""What is said of a member of staff, once its codes are read and the vault has its words."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from contracts.envelope import StaffRef
from contracts.staff import AssignmentGiven, StaffType
from contracts.terms import Personal


class Stated(NamedTuple):
    """What a source says of somebody, its codes and keys read."""

    source: str
    staff_type: StaffType
    at_work: bool
    ends: date | None
    away: tuple[date, date | None] | None
    assignments: tuple[AssignmentGiven, ...] | None  # none: nothing is said of them
    manager: StaffRef | None  # none: nothing is said


class Words(NamedTuple):
    """What the vault keeps of what was said: what counts, and what does not."""

    counting: Personal
    aside: Personal = {}

"""What the directory announces of the people who work there, whoever said so: HR, hand or login."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints

from contracts.access import AccessRole
from contracts.envelope import Fact, StaffRef
from contracts.terms import Label, Personal

# An establishment's own short name of a source of HR, or of a provider of logins.
type Source = Annotated[str, StringConstraints(pattern="^[a-z][a-z0-9-]{0,29}$")]
type Fields = tuple[Label, ...]


class StaffType(StrEnum):
    """In what way somebody works here."""

    EMPLOYEE = "employee"
    PHYSICIAN = "physician"
    STUDENT = "student"
    VOLUNTEER = "volunteer"
    OTHER = "other"


class FieldOwner(StrEnum):
    """Who said what a field says."""

    HR = "hr"
    HAND = "hand"
    LOGIN = "login"


class OfStaff(Fact):
    """Whom it is about: the stream's own member of staff."""

    staff: StaffRef


class StaffJoined(OfStaff, type="directory.StaffJoined.v1"):
    """A source of HR says for the first time that somebody works here."""

    source: Source
    staff_type: StaffType
    personal: Personal = {}


class ContactMetAtLogin(OfStaff, type="directory.ContactMetAtLogin.v1"):
    """Somebody logged in of whom nobody had told. They may do nothing yet."""

    personal: Personal = {}


class StaffChanged(OfStaff, type="directory.StaffChanged.v1"):
    """These fields now say what their owner says; the vault has the words."""

    owner: FieldOwner
    staff_type: StaffType | None = None  # where it has changed
    personal: Personal = {}


class SaidOtherwise(OfStaff, type="directory.SaidOtherwise.v1"):
    """Somebody says of these fields what does not count, since another’s word does: it is kept."""

    owner: FieldOwner
    personal: Personal


class FieldHeldByHand(OfStaff, type="directory.FieldHeldByHand.v1"):
    """A person put these fields right: so they stay, whatever HR says, until they are released."""

    personal: Personal


class FieldReleased(OfStaff, type="directory.FieldReleased.v1"):
    """These fields say again what HR says; `personal` is what it said last."""

    fields: Fields
    personal: Personal = {}


class AssignmentGiven(OfStaff, type="directory.AssignmentGiven.v1"):
    """Where somebody works, as it is said now; `since` may be in the future."""

    assignment: UUID
    department: UUID
    title: Label | None = None  # a code
    since: date | None = None
    until: date | None = None
    primary: bool = False
    source: Source | None = None  # who says so; without one, a person


class AssignmentEnded(OfStaff, type="directory.AssignmentEnded.v1"):
    """They no longer work there."""

    assignment: UUID
    department: UUID
    on: date


class ManagerNamed(OfStaff, type="directory.ManagerNamed.v1"):
    """Whom somebody answers to; nobody, where none is named."""

    manager: StaffRef | None


class AbsenceStated(OfStaff, type="directory.AbsenceStated.v1"):
    """Away for a while. An absence is no departure, and why is not said."""

    since: date
    until: date | None = None
    source: Source


class AbsenceEnded(OfStaff, type="directory.AbsenceEnded.v1"):
    """Nothing is said any more of their being away."""


class DepartureExpected(OfStaff, type="directory.DepartureExpected.v1"):
    """The last day is known, and is not over yet. Without a source, a person said so."""

    on: date
    source: Source | None = None


class DepartureCalledOff(OfStaff, type="directory.DepartureCalledOff.v1"):
    """They stay."""

    source: Source | None = None


class SourceLetGo(OfStaff, type="directory.SourceLetGo.v1"):
    """One source no longer says that they work here; another still does."""

    source: Source
    on: date


class StaffLeft(OfStaff, type="directory.StaffLeft.v1"):
    """They work here no more. Whoever named them as a contact asks for another."""

    on: date  # the last day
    announced: bool = False  # the last day was known beforehand
    source: Source | None = None  # who said so; without one, a person did
    also: tuple[StaffRef, ...] = ()  # the other ids under which they were known


def known_as(left: StaffLeft) -> frozenset[UUID]:
    """Every id under which whoever left may have been named."""
    return frozenset(one.root for one in (left.staff, *left.also))


class StaffCameBack(OfStaff, type="directory.StaffCameBack.v1"):
    """They work here again."""

    on: date
    source: Source | None = None


class StaffMatched(OfStaff, type="directory.StaffMatched.v1"):
    """A person decided that these two are one; what was known of the other counts here too."""

    other: StaffRef
    sources: tuple[Source, ...] = ()  # those that speak of the other


class BecameAlias(OfStaff, type="directory.BecameAlias.v1"):
    """This id is another's from now on: whoever uses it means them."""

    of: StaffRef


class RoleGiven(OfStaff, type="directory.RoleGiven.v1"):
    """They may act in this role; of one department alone, where one is named."""

    role: AccessRole
    department: UUID | None = None


class RoleWithdrawn(OfStaff, type="directory.RoleWithdrawn.v1"):
    role: AccessRole
    department: UUID | None = None


class LoginLinked(OfStaff, type="directory.LoginLinked.v1"):
    """Who logs in so is this member of staff. Under which name, the vault knows."""

    provider: Source


class LoginUnlinked(OfStaff, type="directory.LoginUnlinked.v1"):
    provider: Source

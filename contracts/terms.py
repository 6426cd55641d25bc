"""The terms of the field that several services share. Labels may be changed; these stay."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from contracts.envelope import PersonalRef

# What a form says is not the place to name anybody: a title, the name of a department.
type Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300)]
type Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120)]
type Minutes = Annotated[int, Field(ge=0, le=60 * 24 * 366)]
type Cents = Annotated[int, Field(ge=0, le=100_000_00)]
type Satisfaction = Annotated[int, Field(ge=1, le=5)]

# Personal values by the name of their field; the values themselves are in the vault.
type Personal = dict[str, PersonalRef]


class RegisterLine(BaseModel):
    """Where an imported fact was read: a digest of the file, the sheet, the line."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    sheet: Label
    line: Annotated[int, Field(ge=1)]


class Level(StrEnum):
    """How far a partner takes part: four neutral levels."""

    INFORMATION = "information"
    CONSULTATION = "consultation"
    COLLABORATION = "collaboration"
    PARTNERSHIP = "partnership"


class SystemLevel(StrEnum):
    CARE = "care"
    SERVICES = "services"
    GOVERNANCE = "governance"


class ProjectKind(StrEnum):
    PROJECT = "project"
    OPERATIONS = "operations"
    SAFETY = "safety"
    GOVERNANCE = "governance"
    STRATEGY = "strategy"
    RESEARCH = "research"


class Role(StrEnum):
    """What a partner of the pool does. `care` is information and training only."""

    CARE = "care"
    ORGANIZATION = "organization"
    PEER_SUPPORTER = "peer_supporter"


class Capacity(StrEnum):
    PATIENT = "patient"
    RELATIVE = "relative"
    CAREGIVER = "caregiver"
    CITIZEN = "citizen"
    YOUTH = "youth"


class Side(StrEnum):
    PARTNER = "partner"
    TEAM = "team"


class Mode(StrEnum):
    ON_SITE = "on_site"
    REMOTE = "remote"
    HYBRID = "hybrid"


class Compensation(StrEnum):
    NOT_OFFERED = "not_offered"
    REFUSED = "refused"
    EXPENSES_ONLY = "expenses_only"
    PAID = "paid"


class ProfileField(StrEnum):
    """What the vault may know of a person of the pool; each one of them may stay unsaid."""

    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    EMAIL = "email"
    PHONE = "phone"
    PHONE2 = "phone2"
    ADDRESS = "address"
    CITY = "city"
    POSTAL_CODE = "postal_code"
    BEST_TIME = "best_time"
    REACH_BY = "reach_by"
    NEEDS = "needs"
    EMERGENCY_CONTACT = "emergency_contact"
    AGE_GROUP = "age_group"
    BIRTH_DATE = "birth_date"
    GUARDIAN = "guardian"
    SERVICES_USED = "services_used"
    LAST_SERVICE = "last_service"
    EXPERIENCE = "experience"
    INTERESTS = "interests"
    MOTIVATION = "motivation"
    AVAILABILITY = "availability"
    EMPLOYEE = "employee"
    USERS_COMMITTEE = "users_committee"
    FAMILY = "family"
    NOTES = "notes"
    TECHNOLOGY = "technology"
    HOW_HEARD = "how_heard"

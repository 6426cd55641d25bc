"""What the directory announces: establishments, their departments and their staff."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, Field, StringConstraints

from contracts.envelope import Annulment, Correction, Fact, Loss, PersonalRef, PersonRef, StaffRef
from contracts.terms import Label, Personal, RegisterLine, Title


class EstablishmentOpened(Fact, type="directory.EstablishmentOpened.v1"):
    """An establishment uses Tandem. What is marked as a demonstration is invented."""

    name: Title
    demonstration: bool = False


class DepartmentRecorded(Fact, type="directory.DepartmentRecorded.v1"):
    name: Title
    abbreviation: Label | None = None
    service: Label | None = None
    site: Label | None = None
    personal: Personal = {}
    line: RegisterLine | None = None


class StaffRecorded(Fact, type="directory.StaffRecorded.v1"):
    """Somebody works here. Who it is, the vault knows."""

    staff: StaffRef
    department: UUID | None = None
    abbreviation: Label | None = None
    service: Label | None = None
    site: Label | None = None
    name: PersonalRef
    personal: Personal = {}
    line: RegisterLine | None = None


class UnitKind(StrEnum):
    """What a part of the establishment is to those who number it."""

    DEPARTMENT = "department"
    SERVICE = "service"
    SITE = "site"


class DepartmentCoded(Fact, type="directory.DepartmentCoded.v1"):
    """The code by which HR knows a department, a service or a site, and from when until when."""

    code: Label
    kind: UnitKind = UnitKind.DEPARTMENT
    since: date | None = None
    until: date | None = None


class DepartmentRenamed(Fact, type="directory.DepartmentRenamed.v1"):
    """It is called otherwise from now on; before, it was called as it was."""

    name: Title
    abbreviation: Label | None = None


class DepartmentSucceeded(Fact, type="directory.DepartmentSucceeded.v1"):
    """Others carry on what it did. Its history stays its own, and adds up under theirs."""

    department: UUID
    successors: tuple[UUID, ...]
    on: date


class DepartmentClosed(Fact, type="directory.DepartmentClosed.v1"):
    """It is no more, and nobody carries on."""

    on: date


class EstablishmentRenamed(Fact, type="directory.EstablishmentRenamed.v1"):
    name: Title


class EstablishmentConfigured(Fact, type="directory.EstablishmentConfigured.v1"):
    """How an establishment presents itself, in its own words; nobody is named in them."""

    vision: Annotated[str, StringConstraints(max_length=2_000)] | None = None
    logo: Sha256 | None = None
    words: dict[Label, Label] = {}  # what it calls a status, by the status
    contacts_at_login: bool = False  # whoever logs in and is unknown becomes a contact


class MinorsSigningDecided(Fact, type="directory.MinorsSigningDecided.v1"):
    """Whether a parent also signs the mandate of somebody of 14 to 17, or they do alone."""

    parent_signs_too: bool


class FirstLeadNamed(Fact, type="directory.FirstLeadNamed.v1"):
    """Who leads the office first, and gives the others their roles."""

    staff: StaffRef


class EstablishmentMerged(Fact, type="directory.EstablishmentMerged.v1"):
    """It has become part of another. What it did stays its own."""

    into: Annotated[str, StringConstraints(pattern="^[a-z0-9-]{2,40}$")]


class EstablishmentLeft(Fact, type="directory.EstablishmentLeft.v1"):
    """It uses Tandem no more: it took its data, and its personal values are destroyed."""


class SubscriptionMade(Fact, type="directory.SubscriptionMade.v1"):
    """A receiver outside hears these messages from now on. Its address and secret stay apart."""

    name: Title
    host: Title
    messages: tuple[Label, ...]
    source: Label | None = None  # whose keys of employees it knows


class SubscriptionSecretRotated(Fact, type="directory.SubscriptionSecretRotated.v1"):
    """It is signed with a new secret; until then with the one before, too."""

    until: AwareDatetime


class SubscriptionPaused(Fact, type="directory.SubscriptionPaused.v1"):
    """Nothing is sent until it goes on. `unreachable`: it has not answered for days."""

    unreachable: bool = False


class SubscriptionResumed(Fact, type="directory.SubscriptionResumed.v1"):
    """What waited is sent, in order."""


class SubscriptionEnded(Fact, type="directory.SubscriptionEnded.v1"):
    """Nothing is sent any more. `gone`: the receiver itself said so (410)."""

    gone: bool = False


class StaffRecordLinked(Fact, type="directory.StaffRecordLinked.v1"):
    """A partner says themselves by which key HR knows them as an employee. HR hears nothing."""

    partner: PersonRef
    record: PersonalRef


class StaffRecordUnlinked(Fact, type="directory.StaffRecordUnlinked.v1"):
    """They say so no more."""

    partner: PersonRef


class HookDoorSet(Fact, type="directory.HookDoorSet.v1"):
    """A source of HR speaks by signed webhooks, proved in this way, with a new secret.

    For some hours the secret before counts too.
    """

    source: UUID
    verifier: Label
    hours: Annotated[int, Field(ge=0)] = 0


class HookSetAside(Fact, type="directory.HookSetAside.v1"):
    """What a source said cannot be understood: it changed nothing, and is kept to be looked at."""

    source: UUID
    cause: Label  # a code
    body: PersonalRef


class HookTakenUp(Fact, type="directory.HookTakenUp.v1"):
    """Tried again, it was understood."""


class HookDismissed(Fact, type="directory.HookDismissed.v1"):
    """Somebody looked at it: it is not to be taken up."""


class FactAnnulled(Annulment, type="directory.FactAnnulled.v1"): ...


class FactCorrected(Correction, type="directory.FactCorrected.v1"): ...


class FactsLost(Loss, type="directory.FactsLost.v1"): ...


class SourceKind(StrEnum):
    """The door by which a source of HR speaks."""

    SCIM = "scim"
    FILE = "file"
    WEBHOOK = "webhook"


class Tolerance(StrEnum):
    """How far what a source sends by SCIM may depart from the letter of RFC 7643 and 7644."""

    STRICT = "strict"
    ENTRA = "entra"
    OKTA = "okta"


class StaffColumn(StrEnum):
    """What a line of a file says of one member of staff; headings differ by source."""

    KEY = "key"  # the source's own id of the person
    NAME = "name"
    GIVEN_NAME = "given_name"
    FAMILY_NAME = "family_name"
    EMAIL = "email"
    PHONE = "phone"
    TITLE = "title"
    TITLE_CODE = "title_code"
    LANGUAGE = "language"
    UNIT = "unit"  # the code of a unit; several lines of one person are several assignments
    PRIMARY = "primary"
    SINCE = "since"
    UNTIL = "until"
    ACTIVE = "active"
    ENDS = "ends"
    ABSENT_SINCE = "absent_since"
    ABSENT_UNTIL = "absent_until"
    MANAGER = "manager"
    STAFF_TYPE = "staff_type"


type SourceName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,29}$")]
type Share = Annotated[int, Field(ge=0, le=100)]  # percent
type Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
type Count = Annotated[int, Field(ge=0, le=10_000_000)]


class SourceOpened(Fact, type="directory.SourceOpened.v1"):
    """HR speaks to the directory by one more door; `share` is who may leave at once, in percent."""

    name: SourceName
    kind: SourceKind
    tolerance: Tolerance = Tolerance.STRICT
    share: Share = 5
    columns: dict[StaffColumn, Label] = {}


class SourceAdjusted(Fact, type="directory.SourceAdjusted.v1"):
    """What is expected of a source is otherwise from now on."""

    tolerance: Tolerance
    share: Share
    columns: dict[StaffColumn, Label]


class SourceTokenGiven(Fact, type="directory.SourceTokenGiven.v1"):
    """A source has a new token; the one before it lives on for some hours."""

    hours: Count


class SourceClosed(Fact, type="directory.SourceClosed.v1"):
    """HR no longer speaks by this door: its tokens are worth nothing."""


class ScimUserStated(Fact, type="directory.ScimUserStated.v1"):
    """A source said by SCIM who somebody is. What it said, the vault knows."""

    source: UUID
    staff: StaffRef
    active: bool
    resource: PersonalRef


class ScimGroupStated(Fact, type="directory.ScimGroupStated.v1"):
    """A source said by SCIM what a group is called: a value of the vault, it may name somebody."""

    source: UUID
    resource: PersonalRef


class ScimMembersChanged(Fact, type="directory.ScimMembersChanged.v1"):
    """Who came into a group and who went out of it, by the ids of their SCIM resources."""

    joined: tuple[UUID, ...] = ()
    left: tuple[UUID, ...] = ()


class ScimResourceDeleted(Fact, type="directory.ScimResourceDeleted.v1"):
    """A source no longer speaks of this user or group."""


class SnapshotQuarantined(Fact, type="directory.SnapshotQuarantined.v1"):
    """A file would end too many people at once: it changed nothing and waits for somebody."""

    source: UUID
    sha256: Sha256
    rows: Count
    people: Count  # whom the source knew until then
    leaving: Count


class SnapshotReleased(Fact, type="directory.SnapshotReleased.v1"):
    """Somebody looked at a quarantined file: it is right."""


class SnapshotRefused(Fact, type="directory.SnapshotRefused.v1"):
    """Somebody looked at a quarantined file: it is wrong, and will not be applied."""


class SnapshotApplied(Fact, type="directory.SnapshotApplied.v1"):
    """What a nightly file says is so now; lines that could not be read changed nothing."""

    source: UUID
    sha256: Sha256
    rows: Count
    unreadable: Count
    joined: Count
    changed: Count
    left: Count
    refused: Count

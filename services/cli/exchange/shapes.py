"""Where each column of the register has its place: in a field of a fact, or among its words."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from contracts.accompaniment import (
    ContributionRecorded,
    HoursLogged,
    InvolvementPauseRecorded,
    InvolvementRecorded,
)
from contracts.directory import DepartmentRecorded, StaffRecorded
from contracts.envelope import Fact, PersonalRef
from contracts.evaluation import ContactLogged
from contracts.intake import ProjectRecorded, RequestRecorded, SeatRecorded
from contracts.recruitment import (
    ClearanceRecorded,
    ConsentRecorded,
    PartnerRecorded,
    PauseRecorded,
)
from contracts.training import TrainingRecorded
from services.cli.register.columns import Row, columns_of
from services.cli.register.consents import Clearance, Consent, Contact
from services.cli.register.people import Department, Partner, Pause
from services.cli.register.work import (
    Contribution,
    Hours,
    Involvement,
    Project,
    Request,
    Seat,
    Training,
)


@dataclass(frozen=True)
class Shape:
    """How a row and a fact say the same.

    `fields`: columns kept in the fact, by their field where that has another name; `staff`: the
    columns that name somebody of the establishment, and the field that refers to them; `words`:
    what the vault calls a column, where it is not called by its own key. `when`: the column of
    the date by which the row happened. All other columns are words.
    """

    model: type[Row]
    fact: type[Fact]
    when: str
    fields: tuple[str, ...]
    renamed: dict[str, str] = field(default_factory=dict)
    staff: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    @property
    def service(self) -> str:
        return self.fact.type.partition(".")[0]

    def field_of(self, column: str) -> str:
        return self.renamed.get(column, column)

    def word_of(self, column: str) -> str:
        return self.words.get(column, column)

    def header_of(self, name: str) -> str:
        """The French header of the column that is kept in this field, or as this word."""
        for key, column in columns_of(self.model).items():
            if name in (self.field_of(key), self.word_of(key)):
                return column.french
        return name


# What the vault knows beside the columns: the establishment's own ones, those that are known to
# be unknown, and those that are blank though the fact says something.
OWN, UNKNOWNS, BLANKS = "own", "unknown", "blank"
# The columns in which a fact says something where the register need not.
FILLED_IN = ("title", "reserved_for", "attendance", "person")

PARTNER = Shape(
    Partner,
    PartnerRecorded,
    "entered",
    (
        "local_status", "state", "role", "entered", "paused_until", "left", "origin", "languages",
        "monthly_minutes", "mode",
    ),
    {"local_status": "status_label"},
    {"advisor": "advisor"},
    {
        "first_name": "given_name", "last_name": "family_name", "phone_2": "phone2",
        "municipality": "city", "born": "birth_date", "services": "services_used",
    },
)  # fmt: skip
PROJECT = Shape(
    Project,
    ProjectRecorded,
    "starts",
    (
        "title", "kind", "system_level", "level", "department", "service", "site", "starts",
        "ends", "state", "user_seats", "participants_without_file", "themes",
    ),
    staff={"lead": "lead"},
)  # fmt: skip
REQUEST = Shape(
    Request,
    RequestRecorded,
    "received",
    (
        "received", "received_by", "project", "title", "department", "partners_sought", "state",
        "decided", "filled",
    ),
    staff={"requester": "contact", "approving_manager": "approver", "advisor": "advisor"},
    words={"profile_sought": "profile", "commitment": "schedule"},
)  # fmt: skip
INVOLVEMENT = Shape(
    Involvement,
    InvolvementRecorded,
    "starts",
    (
        "partner", "project", "request", "starts", "ends", "state", "partner_signed",
        "team_signed", "planned_end", "known_minutes", "compensation",
    ),
    staff={"contact_person": "contact"},
)  # fmt: skip
PAUSE = Shape(Pause, PauseRecorded, "since", ("partner", "since", "until"))
INVOLVEMENT_PAUSE = Shape(
    Pause, InvolvementPauseRecorded, "since", ("involvement", "partner", "since", "until")
)
HOURS = Shape(
    Hours,
    HoursLogged,
    "date",
    (
        "date", "partner", "involvement", "project", "minutes", "attendance", "mode", "expenses",
        "compensation",
    ),
)  # fmt: skip
TRAINING = Shape(
    Training,
    TrainingRecorded,
    "date",
    ("date", "audience", "partner", "training", "minutes", "result", "valid_until"),
    {"training": "title"},
    # Not `email`: these words are about the partner, whose own address that is.
    words={"email": "learner_email"},
)
CONSENT = Shape(
    Consent,
    ConsentRecorded,
    "given",
    ("partner", "purpose", "answer", "given", "form", "text_version", "expires", "withdrawn"),
    staff={"collected_by": "collected_by"},
)
CONTACT = Shape(
    Contact,
    ContactLogged,
    "date",
    ("date", "partner", "kind", "side", "satisfaction", "call_back"),
    staff={"by": "staff"},
)
CONTRIBUTION = Shape(
    Contribution,
    ContributionRecorded,
    "date",
    ("date", "project", "partner", "decision", "answered"),
)
SEAT = Shape(
    Seat,
    SeatRecorded,
    "since",
    ("project", "seat", "reserved_for", "partner", "since", "until"),
    {"seat": "title"},
)
CLEARANCE = Shape(
    Clearance, ClearanceRecorded, "issued", ("partner", "kind", "outcome", "issued", "expires")
)
DEPARTMENT = Shape(
    Department,
    DepartmentRecorded,
    "",
    ("department", "acronym", "service", "site"),
    {"department": "name", "acronym": "abbreviation"},
)
STAFF = Shape(
    Department,
    StaffRecorded,
    "",
    ("department", "acronym", "service", "site"),
    {"acronym": "abbreviation"},
    words={"person": "name"},
)
SHAPES = (
    DEPARTMENT, STAFF, PARTNER, PROJECT, REQUEST, INVOLVEMENT, PAUSE, INVOLVEMENT_PAUSE, HOURS,
    TRAINING, CONSENT, CONTACT, CONTRIBUTION, SEAT, CLEARANCE,
)  # fmt: skip
OF_FACT = {shape.fact.type: shape for shape in SHAPES}
_OF_MODEL = {shape.model: shape for shape in reversed(SHAPES)}


def shape_of(row: Row) -> Shape:
    """The fact that a row becomes."""
    match row:
        case Pause(involvement=str()):
            return INVOLVEMENT_PAUSE
        case Department(person=None, title=None, email=None, employee_number=None):
            return DEPARTMENT
        case Department():
            return STAFF
    return _OF_MODEL[type(row)]


@cache
def fields_of_words(fact: type[Fact]) -> frozenset[str]:
    """The fields of a fact that refer to words of the vault themselves."""
    return frozenset(
        name
        for name, field in fact.model_fields.items()
        if field.annotation in (PersonalRef, PersonalRef | None)
    )

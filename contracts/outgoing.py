"""What the outside hears: messages in CloudEvents 1.0, under names of their own.

They are not facts: HR hears what concerns HR, and of a partner nothing at all unless that person
consented to exactly that message.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from contracts.envelope import PartialDate
from contracts.terms import Minutes

MESSAGES: dict[str, type[Message]] = {}

type MessageName = Annotated[
    str, StringConstraints(pattern=r"^tandem(\.[a-z_]+){2}\.v[1-9]\d{0,2}$")
]
type EmployeeKey = Annotated[str, Field(max_length=200)]


class Message(BaseModel):
    """What one message says. Its shape is frozen: another shape is another version.

    `of_a_partner`: it tells of somebody's own partnership, and goes out with their consent only.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]
    of_a_partner: ClassVar[bool] = False

    def __init_subclass__(cls, *, name: str | None = None, of_a_partner: bool = False) -> None:
        super().__init_subclass__()
        cls.of_a_partner = of_a_partner
        if name:
            cls.name = name
            MESSAGES[name] = cls


class OfStaff(Message):
    """About somebody whom HR employs.

    `employee` is the receiver's own key of them, read as the message leaves; it is kept nowhere.
    """

    staff: UUID
    employee: EmployeeKey | None = None


class TeamTrainingCompleted(Message, name="tandem.training.team_training_completed.v1"):
    """The team of a request has learned what it needs to work with partners."""

    request: UUID
    department: UUID | None = None


class StaffHoursLogged(OfStaff, name="tandem.accompaniment.staff_hours_logged.v1"):
    """Somebody of the establishment worked in partnership, on that day, for so long."""

    date: PartialDate
    minutes: Minutes


class ContactLeft(OfStaff, name="tandem.directory.contact_left.v1"):
    """Who left was the contact person of a request or an involvement: it needs another one."""

    on: PartialDate  # the last day
    request: UUID | None = None
    involvement: UUID | None = None


class EmployeeInvolvementStarted(
    OfStaff, name="tandem.accompaniment.employee_involvement_started.v1", of_a_partner=True
):
    """An employee began an involvement as a partner, and wants their employer to know."""


class EmployeeInvolvementEnded(
    OfStaff, name="tandem.accompaniment.employee_involvement_ended.v1", of_a_partner=True
):
    """That involvement is over. Why is nobody's business."""


class Outgoing(BaseModel):
    """A message as it leaves: a CloudEvent in structured mode, signed by Standard Webhooks."""

    model_config = ConfigDict(frozen=True)

    specversion: Literal["1.0"] = "1.0"
    id: UUID  # the same wherever and however often it is sent
    source: str  # `/tandem/<establishment>`
    type: MessageName
    subject: UUID
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    position: Annotated[int, Field(ge=1)]  # in the establishment's feed, without gaps
    data: dict[str, object]

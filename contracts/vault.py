"""What is said at the vault's door: personal values in, references and commitments out."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import (
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from contracts.envelope import PersonalRef

PLAIN = r"^[^\x00]+$"  # no database takes a NUL

type FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]{0,59}$")]
type Value = Annotated[
    str, StringConstraints(min_length=1, max_length=20_000, pattern=r"^[^\x00]+$")
]
type Key = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00]+$")]


class Purpose(StrEnum):
    """Why a personal value is kept, and why it is read."""

    RECRUITMENT = "recruitment"  # knowing who could become a partner
    INVOLVEMENT = "involvement"  # carrying an involvement through
    REQUEST = "request"  # answering a team
    EVALUATION = "evaluation"  # knowing how it went
    CONTACT = "contact"  # reaching somebody
    STAFF = "staff"  # knowing whom to work with
    REGISTER = "register"  # bringing in or giving back the office's own register
    AUDIT = "audit"  # verifying what was done
    RIGHTS = "rights"  # answering a person about what is kept of them
    SOURCE = "source"  # serving back to a source of HR what it sent, as it sent it


class _Closed(BaseModel):
    """Its errors do not repeat what was said: they end up in logs."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Reservation(_Closed):
    """One personal value, kept for a fact that is about to be written."""

    claim: UUID  # the id of that fact
    subject: UUID  # whom or what it is about: with the subject it is erased
    field: FieldName
    value: Value
    purpose: Purpose


class Reservations(_Closed):
    """`service`: whose facts they are for. It is asked, later, whether it wrote them."""

    values: Annotated[tuple[Reservation, ...], Field(max_length=10_000)]
    service: Annotated[str, StringConstraints(pattern=r"^[a-z]{1,40}$")] | None = None


class Kept(_Closed):
    """The answers, in the order of what was asked."""

    refs: tuple[PersonalRef, ...]


class Resolution(_Closed):
    """These values, please, and why. Refs that are not ours, or erased, are left out."""

    purpose: Purpose
    refs: Annotated[tuple[UUID, ...], Field(max_length=10_000)]


class Resolved(_Closed):
    values: dict[UUID, str]


class Unneeded(_Closed):
    """These values are to be destroyed; what is not ours, or gone already, is passed over."""

    purpose: Purpose
    refs: Annotated[tuple[UUID, ...], Field(max_length=10_000)]


class Forgotten(_Closed):
    values: int  # how many were here


class Subjects(_Closed):
    """Opaque ids alone."""

    subjects: Annotated[tuple[UUID, ...], Field(max_length=10_000)]


class PersonsAsked(_Closed):
    """Of these persons (or staff, or records), the latest value of each field."""

    purpose: Purpose
    subjects: Annotated[tuple[UUID, ...], Field(max_length=10_000)]
    fields: tuple[FieldName, ...] = ()  # none: all


class PersonsKnown(_Closed):
    subjects: dict[UUID, dict[str, str]]


class NamesAsked(_Closed):
    """Who has names with words that begin like these? Accents, capitals and order aside."""

    purpose: Purpose
    text: Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
    limit: Annotated[int, Field(ge=1, le=100)] = 20


class SubjectsNamed(_Closed):
    subjects: tuple[UUID, ...]  # in the order of their names


class ContactAsked(_Closed):
    """Who is reached at exactly this address, or at this number however it is written?"""

    purpose: Purpose
    email: Annotated[str, StringConstraints(min_length=3, max_length=254, pattern=PLAIN)] | None = (
        None
    )
    phone: Annotated[str, StringConstraints(min_length=3, max_length=40, pattern=PLAIN)] | None = (
        None
    )


class Kind(StrEnum):
    """Whom the vault can list by itself: it knows them by the names they have."""

    PERSON = "person"  # with a given name and a family name
    STAFF = "staff"  # with one name


class Only(_Closed):
    """Those alone whose value begins so, or is so; accents, capitals and hyphens aside."""

    field: FieldName
    begins: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)] | None = None
    equals: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)] | None = None


class SortedAsked(_Closed):
    """A page of these subjects, or of all of a kind, as French sorts them by one field.

    `name` is the family name and then the given name. Who has no such value comes last.
    """

    purpose: Purpose
    kind: Kind = Kind.PERSON
    subjects: Annotated[tuple[UUID, ...], Field(max_length=200_000)] | None = None
    field: FieldName = "name"
    descending: bool = False
    after: UUID | None = None  # the last subject of the page before
    limit: Annotated[int, Field(ge=1, le=500)] = 50
    only: tuple[Only, ...] = ()


class SubjectsSorted(_Closed):
    subjects: tuple[UUID, ...]
    next: UUID | None


class VersionsAsked(_Closed):
    """All that was ever kept of somebody under one field, or under all."""

    purpose: Purpose
    subject: UUID
    field: FieldName | None = None


class Version(_Closed):
    """One value, who said so and when; `number` counts those of its field."""

    ref: UUID
    field: str
    value: str
    number: int
    kept_at: AwareDatetime
    kept_by: str | None
    kept_for: str | None
    kept_as: str | None  # the role they acted in
    claim: UUID  # the fact it was kept for
    purpose: Purpose
    rule: str
    current: bool


class Versions(_Closed):
    versions: tuple[Version, ...]


class Likeness(_Closed):
    """Two references that may be one person; `score`: how alike the names are, of 100."""

    id: UUID
    one: UUID
    other: UUID
    score: int
    why: tuple[str, ...]  # `name`, `email`, `phone`, `birth_date`
    found_at: AwareDatetime
    same: bool | None  # as somebody decided
    kept: UUID | None
    decided_by: str | None
    decided_at: AwareDatetime | None


class Likenesses(_Closed):
    items: tuple[Likeness, ...]
    next: UUID | None = None  # the pair to go on after
    waiting: int = 0  # how many nobody has decided on


class Sought(_Closed):
    """What a search for duplicates found that nobody had seen, and how many pairs wait in all."""

    people: int
    found: int
    waiting: int = 0
    seconds: float


class LikenessDecided(_Closed):
    """Two persons. One person they become by recruitment's decision, which the vault hears."""

    same: Literal[False]


class KeysAsked(_Closed):
    """Ids for the office's own keys: the same key has the same id for ever."""

    kind: FieldName
    keys: Annotated[tuple[Key, ...], Field(max_length=20_000)]
    create: bool = True  # else only those that are known


class KeysKnown(_Closed):
    """`erased`: those keys whose person was erased. They get no id, and nothing is made of them."""

    ids: dict[str, UUID]
    erased: tuple[str, ...] = ()


class KeysSought(_Closed):
    """The office's own keys for these ids, to give its register back to it."""

    kind: FieldName
    purpose: Purpose
    ids: Annotated[tuple[UUID, ...], Field(max_length=20_000)]


class KeysFound(_Closed):
    keys: dict[UUID, str]


def _without_repeating_keys(keys: Any, read: ValidatorFunctionWrapHandler) -> Any:
    """A bad field is named by its path, and here the path would be somebody's key."""
    try:
        return read(keys)
    except ValidationError:
        raise ValueError("each key must be 1 to 200 characters and stand for an id") from None


class KeysStated(_Closed):
    """Keys for things that were born here, so that they can be given back and recognised."""

    kind: FieldName
    keys: Annotated[
        dict[Key, UUID], Field(max_length=20_000), WrapValidator(_without_repeating_keys)
    ]

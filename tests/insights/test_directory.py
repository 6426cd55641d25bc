"""What the directory's facts add up to: who works here, and which department carries on which."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.access import AccessRole
from contracts.directory import (
    DepartmentCoded,
    DepartmentRecorded,
    DepartmentSucceeded,
    EstablishmentMerged,
    EstablishmentOpened,
    EstablishmentRenamed,
    StaffRecorded,
)
from contracts.envelope import Fact, PersonalRef, StaffRef
from contracts.staff import (
    AssignmentGiven,
    BecameAlias,
    FieldHeldByHand,
    FieldOwner,
    FieldReleased,
    RoleGiven,
    SaidOtherwise,
    StaffCameBack,
    StaffChanged,
    StaffJoined,
    StaffLeft,
    StaffMatched,
    StaffType,
)
from services.chassis.folding import ReadModel, counted
from services.insights.directory import Department, departments, establishments, lineage
from services.insights.models import MODELS
from services.insights.staff import Staff, staff
from services.ledger.book import Book
from tests.insights.chronicle import Chronicle
from tests.patience import eventually

pytestmark = pytest.mark.anyio

LISE, OTHER, NURSING = uuid4(), uuid4(), uuid4()
REF = StaffRef(LISE)
ON = date(2026, 4, 1)


def a_ref(number: int) -> PersonalRef:
    return PersonalRef(ref=UUID(int=number), commitment=f"{number:064x}")


def folded[D](model: ReadModel[D], stream: UUID, *facts: Fact) -> D:  # type: ignore[type-var]
    """What these facts of one stream make of their document."""
    history = Chronicle().tell(stream, *facts).bodies
    document = model.refold(str(stream), counted(history))
    assert document
    return document


def someone(*facts: Fact) -> Staff:
    joined = StaffJoined(
        staff=REF,
        source="hr-main",
        staff_type=StaffType.EMPLOYEE,
        personal={"name": a_ref(1), "email": a_ref(2)},
    )
    return folded(staff, LISE, joined, *facts)


def test_a_hand_correction_counts_and_what_hr_says_stands_beside_it() -> None:
    held = FieldHeldByHand(staff=REF, personal={"email": a_ref(3)})
    otherwise = SaidOtherwise(staff=REF, owner=FieldOwner.HR, personal={"email": a_ref(4)})

    document = someone(held, otherwise)

    assert document.personal["email"] == str(UUID(int=3))
    assert (document.owners["email"], document.held) == ("hand", ("email",))
    assert document.otherwise == {"hr.email": str(UUID(int=4))}


def test_what_is_released_says_what_hr_says() -> None:
    held = FieldHeldByHand(staff=REF, personal={"email": a_ref(3)})
    released = FieldReleased(staff=REF, fields=("email",), personal={"email": a_ref(5)})

    document = someone(held, released)

    assert (document.personal["email"], document.held) == (str(UUID(int=5)), ())
    assert document.otherwise == {"hand.email": str(UUID(int=3))}


def test_whoever_left_has_neither_roles_nor_places_and_is_there_again_when_back() -> None:
    given = AssignmentGiven(staff=REF, assignment=uuid4(), department=NURSING, source="hr-main")
    role = RoleGiven(staff=REF, role=AccessRole.ADVISOR)
    left = StaffLeft(staff=REF, on=ON, source="hr-main")

    here, gone = someone(given, role), someone(given, role, left)
    back = someone(given, left, StaffCameBack(staff=REF, on=ON, source="hr-main"))

    assert f"department:{NURSING}" in here.listed().facets
    assert "role:advisor" in here.listed().facets
    assert (gone.state, gone.left, gone.roles, gone.assignments) == ("left", str(ON), (), ())
    assert (back.state, back.left, back.sources) == ("known", None, ("hr-main",))


def test_an_alias_points_to_whom_it_means() -> None:
    matched = StaffMatched(staff=REF, other=StaffRef(OTHER))
    recorded = StaffRecorded(staff=StaffRef(OTHER), name=a_ref(6))

    document = someone(matched)
    alias = folded(staff, OTHER, recorded, BecameAlias(staff=StaffRef(OTHER), of=REF))

    assert document.also == (str(OTHER),)
    assert (alias.state, alias.alias_of) == ("alias", str(LISE))


def test_a_change_says_whose_word_it_is() -> None:
    document = someone(StaffChanged(staff=REF, owner=FieldOwner.HAND, personal={"phone": a_ref(7)}))

    assert document.owners == {"name": "hr", "email": "hr", "phone": "hand"}


def test_an_establishment_is_known_by_its_name_of_today() -> None:
    stream, opened = uuid4(), EstablishmentOpened(name="Institut")

    document = folded(
        establishments, stream, opened, EstablishmentRenamed(name="Institut du Nord"),
        EstablishmentMerged(into="sud"),
    )  # fmt: skip

    assert (document.name, document.state, document.into) == ("Institut du Nord", "merged", "sud")


async def test_what_was_merged_adds_up_under_the_new_department_near_or_far() -> None:
    def before(one: str, *others: str) -> Department:
        return Department(id=one, establishment="north", before=others)

    known = {one.id: one for one in (before("c", "a", "b"), before("d", "c"), before("a", "d"))}

    async def read(ids: Sequence[str]) -> list[Department]:
        return [known[one] for one in ids if one in known]

    assert await lineage("d", read) == ["d", "c", "a", "b"]
    assert await lineage("b", read) == ["b"]


async def test_a_merged_department_keeps_its_name_and_is_found_under_the_new(
    book: Book, reader: httpx2.AsyncClient
) -> None:
    old, new, told = uuid4(), uuid4(), Chronicle()
    told.tell(old, DepartmentRecorded(name="DSI"), DepartmentCoded(code="6051"))
    told.tell(new, DepartmentRecorded(name="DSIM"))
    told.tell(old, DepartmentSucceeded(department=old, successors=(new,), on=ON))

    await told.enter(book)

    async def merged() -> bool:
        answer = await reader.get(f"/departments/{new}/lineage")
        return answer.is_success and answer.json() == {"departments": [str(new), str(old)]}

    await eventually(merged)
    document = (await reader.get(f"/departments/{old}")).json()
    assert (document["name"], document["state"], document["codes"]) == ("DSI", "closed", ["6051"])
    assert document["after"] == [str(new)]


def test_all_that_is_told_of_staff_is_folded() -> None:
    from contracts import staff as told

    facts = {
        kind.type
        for kind in vars(told).values()
        if isinstance(kind, type) and issubclass(kind, told.OfStaff) and kind is not told.OfStaff
    }

    assert facts <= MODELS["staff"].rules.keys()
    assert departments.rules

import asyncio
from collections.abc import AsyncIterator
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from pydantic import TypeAdapter

from contracts.directory import DepartmentCoded, DepartmentRecorded
from contracts.envelope import StaffRef
from contracts.staff import (
    AbsenceStated,
    AssignmentGiven,
    DepartureExpected,
    FieldOwner,
    SaidOtherwise,
    StaffCameBack,
    StaffChanged,
    StaffJoined,
    StaffLeft,
)
from contracts.terms import Label
from services.chassis.alarms import Alarms
from services.chassis.appending import Unfit
from services.chassis.database import connect
from services.chassis.moments import HERE
from services.chassis.settings import Installation, Settings
from services.directory.alarms import DEPARTURE
from services.directory.domain.staff import Staff
from services.directory.domain.working import SaidByASource
from services.directory.staffing import Staffing
from services.directory.stating import Absence, Assignment, Did, NotAField, Statement
from tests.directory.staffing import (
    LISE,
    NURSING,
    Desk,
    an_hr_door,
    run,
    saying,
    today,
    tomorrow,
    yesterday,
)

pytestmark = pytest.mark.anyio

# As a process that is killed between the append and the remembering.
KILLED = """
create function killed() returns trigger language plpgsql as $$ begin raise 'killed'; end $$;
create trigger killed before update of said on stated for each row execute function killed();
"""


@pytest.fixture
async def desk(installation: Installation) -> AsyncIterator[Desk]:
    async with an_hr_door(installation) as desk:
        yield desk


async def test_whom_a_source_states_joins_and_the_facts_hold_no_name(desk: Desk) -> None:
    outcome = await desk.stating.state(run(), LISE)

    assert (outcome.did, set(outcome.changed)) == (Did.JOINED, {"name", "email", "title"})
    joined, given = await desk.facts(outcome.staff)
    assert isinstance(joined, StaffJoined)
    assert isinstance(given, AssignmentGiven)
    assert (joined.staff, joined.source) == (StaffRef(outcome.staff), "hr-main")
    assert (given.title, given.primary) == ("2471", True)
    assert await desk.known(outcome.staff) == LISE.fields
    for envelope in await desk.store.read_stream("north", outcome.staff):
        body = envelope.write().decode()
        assert not any(word in body for word in ("Lise", "example.org", "004217"))


async def test_saying_the_same_again_writes_nothing(desk: Desk) -> None:
    first = await desk.stating.state(run(), LISE)
    before = await desk.store.position()

    said = saying(LISE, fields=dict(sorted(LISE.fields.items(), reverse=True)))
    again = await desk.stating.state(run(), said)

    assert (again.did, again.staff) == (Did.NOTHING, first.staff)
    assert await desk.store.position() == before


async def test_only_what_changed_is_told(desk: Desk) -> None:
    joined = await desk.stating.state(run(), LISE)
    fields = {**LISE.fields, "email": "l.morin@example.org"}

    changed = await desk.stating.state(run(), saying(LISE, fields=fields))

    assert (changed.did, changed.changed) == (Did.CHANGED, ("email",))
    *_, last = await desk.facts(joined.staff)
    assert isinstance(last, StaffChanged)
    assert set(last.personal) == {"email"}
    assert (await desk.known(joined.staff))["email"] == "l.morin@example.org"


async def test_a_source_that_leaves_a_field_out_does_not_deny_it(desk: Desk) -> None:
    joined = await desk.stating.state(run(), LISE)

    silent = await desk.stating.state(run(), saying(LISE, fields={"name": "Lise Morin"}))

    assert silent.did is Did.NOTHING
    assert (await desk.known(joined.staff))["email"] == "lise.morin@example.org"


async def test_a_member_of_staff_may_work_in_several_units_and_move(desk: Desk) -> None:
    second = Assignment(unit_code="7304", since=date(2025, 1, 6))
    joined = await desk.stating.state(run(), saying(LISE, assignments=(NURSING, second)))
    moved = Assignment(unit_code="6390", since=today())

    await desk.stating.state(run(), saying(LISE, assignments=(moved, NURSING)))

    kinds = await desk.kinds(joined.staff)
    assert kinds == [
        "StaffJoined", "AssignmentGiven", "AssignmentGiven", "AssignmentEnded", "AssignmentGiven",
    ]  # fmt: skip


async def test_a_unit_that_nobody_knows_is_entered_under_its_code(desk: Desk) -> None:
    joined = await desk.stating.state(run(), LISE)

    other = await desk.stating.state(run(), saying(LISE, key="11", fields={"name": "Omar Diop"}))

    _, first = await desk.facts(joined.staff)
    _, second = await desk.facts(other.staff)
    assert isinstance(first, AssignmentGiven)
    assert isinstance(second, AssignmentGiven)
    assert first.department == second.department
    entered = await desk.facts(first.department)
    assert entered == [DepartmentRecorded(name="6051"), DepartmentCoded(code="6051")]


async def test_an_absence_is_not_a_departure(desk: Desk) -> None:
    joined = await desk.stating.state(run(), LISE)
    away = Absence(since=yesterday(), until=today() + timedelta(days=90))

    outcome = await desk.stating.state(run(), saying(LISE, active=False, absent=away))
    back = await desk.stating.state(run(), LISE)

    assert (outcome.did, back.did) == (Did.CHANGED, Did.CHANGED)
    *_, stated, ended = await desk.facts(joined.staff)
    assert isinstance(stated, AbsenceStated)
    assert type(ended).__name__ == "AbsenceEnded"


async def test_whoever_is_no_longer_active_has_left_and_may_come_back(desk: Desk) -> None:
    joined = await desk.stating.state(run(), LISE)

    left = await desk.stating.state(run(), saying(LISE, active=False))
    back = await desk.stating.state(run(), LISE)

    assert [left.did, back.did] == [Did.LEFT, Did.CAME_BACK]
    assert back.staff == joined.staff
    facts = await desk.facts(joined.staff)
    assert StaffLeft(staff=StaffRef(joined.staff), on=today(), source="hr-main") in facts
    assert StaffCameBack(staff=StaffRef(joined.staff), on=today(), source="hr-main") in facts
    assert isinstance(facts[-1], AssignmentGiven)


async def test_a_source_lists_people_who_left_before_we_knew_them_and_nothing_happens(
    desk: Desk,
) -> None:
    outcome = await desk.stating.state(run(), saying(LISE, active=False, ends=date(2019, 6, 30)))

    assert outcome.did is Did.NOTHING
    assert await desk.store.position() == 0


async def test_a_last_day_in_the_future_is_waited_for_and_then_they_have_left(desk: Desk) -> None:
    joined = await desk.stating.state(run(), saying(LISE, ends=tomorrow()))
    midnight = datetime.combine(tomorrow() + timedelta(days=1), datetime.min.time(), HERE)
    clock = [midnight - timedelta(seconds=1)]
    alarms = Alarms(desk.store, "", now=lambda: clock[0])
    alarms.when(DEPARTURE)(Staffing(desk.store, desk.vault, desk.stating.memory).ring)

    early = await alarms.ring_all_due()
    clock[0] = midnight
    rung = [await alarms.ring_all_due() for _ in range(2)]

    assert (early, rung) == (0, [1, 0])
    *_, expected, left = await desk.facts(joined.staff)
    ref = StaffRef(joined.staff)
    assert expected == DepartureExpected(staff=ref, on=tomorrow(), source="hr-main")
    assert left == StaffLeft(staff=ref, on=tomorrow(), announced=True, source="hr-main")


async def test_a_payroll_system_that_says_the_year_9999_says_never(desk: Desk) -> None:
    never = date(9999, 12, 31)
    place = Assignment(unit_code="6051", since=date(2024, 4, 1), until=never)

    joined = await desk.stating.state(run(), saying(LISE, ends=never, assignments=(place,)))

    _, given = await desk.facts(joined.staff)
    assert isinstance(given, AssignmentGiven)
    assert given.until is None


async def test_a_last_day_that_is_taken_back_rings_for_nobody(desk: Desk) -> None:
    joined = await desk.stating.state(run(), saying(LISE, ends=tomorrow()))

    await desk.stating.state(run(), LISE)

    assert (await desk.kinds(joined.staff))[-1] == "DepartureCalledOff"
    assert await desk.store.pool.fetch("select due from alarms") == []


async def test_whoever_is_not_in_the_file_any_more_can_be_told_gone(desk: Desk) -> None:
    omar = saying(LISE, key="11", fields={"name": "Omar Diop"})
    first, second = await desk.stating.state_many(run(), [LISE, omar])

    unsaid = await desk.stating.unsaid(run(), "hr-main", {"11"})
    [gone] = await desk.stating.gone_many(run(), "hr-main", unsaid)
    again = await desk.stating.gone(run(), "hr-main", LISE.key)

    assert not isinstance(first, Exception)
    assert not isinstance(second, Exception)
    assert list(unsaid) == [first.staff]
    assert (gone.did, again.did) == (Did.LEFT, Did.NOTHING)
    assert list(await desk.stating.unsaid(run(), "hr-main", ())) == [second.staff]


async def test_two_doors_that_state_the_same_person_at_once_write_one_person(desk: Desk) -> None:
    doors = [desk.stating.state(run(), LISE) for _ in range(6)]

    outcomes = await asyncio.gather(*doors)

    assert len({one.staff for one in outcomes}) == 1
    assert sorted(one.did for one in outcomes) == [Did.JOINED, *[Did.NOTHING] * 5]
    assert await desk.kinds(outcomes[0].staff) == ["StaffJoined", "AssignmentGiven"]


async def test_a_correction_by_hand_at_the_same_moment_is_not_lost(desk: Desk) -> None:
    joined = await desk.stating.state(run(), LISE)
    staffing = Staffing(desk.store, desk.vault, desk.stating.memory)
    fields = {**LISE.fields, "title": "Cheffe de service"}

    await asyncio.gather(
        staffing.hold(joined.staff, {"email": "lise@example.org"}, run()),
        desk.stating.state(run(), saying(LISE, fields=fields)),
    )

    assert sorted((await desk.kinds(joined.staff))[2:]) == ["FieldHeldByHand", "StaffChanged"]
    known = await desk.known(joined.staff)
    assert (known["email"], known["title"]) == ("lise@example.org", "Cheffe de service")


async def test_what_a_hand_corrected_is_kept_and_what_hr_says_is_shown_beside(desk: Desk) -> None:
    joined = await desk.stating.state(run(), LISE)
    staffing = Staffing(desk.store, desk.vault, desk.stating.memory)
    await staffing.hold(joined.staff, {"email": "lise@example.org"}, run())
    fields = {**LISE.fields, "email": "old@example.org"}

    outcome = await desk.stating.state(run(), saying(LISE, fields=fields))
    await staffing.release(joined.staff, frozenset({"email"}), run())

    assert outcome.kept_by_hand == ("email",)
    *_, otherwise, released = await desk.facts(joined.staff)
    assert isinstance(otherwise, SaidOtherwise)
    assert otherwise.owner is FieldOwner.HR
    assert type(released).__name__ == "FieldReleased"
    assert (await desk.known(joined.staff))["email"] == "old@example.org"


async def test_a_unit_is_named_by_a_code_as_long_as_the_office_itself_may_give_one(
    desk: Desk,
) -> None:
    longest = TypeAdapter(Label).json_schema()["maxLength"]
    fitting, beyond = (
        saying(LISE, key=key, assignments=(Assignment(unit_code="6" * length),))
        for key, length in (("1", longest), ("2", longest + 1))
    )

    outcomes = await desk.stating.state_many(run(), [fitting, beyond])

    assert [isinstance(one, Unfit) for one in outcomes] == [False, True]


async def test_what_cannot_be_read_is_told_in_its_place_and_the_rest_comes_in(desk: Desk) -> None:
    wrong = [
        saying(LISE, key="1", fields={"salary": "12"}),
        saying(LISE, key="2", fields={"name": "a\0b"}),
        saying(LISE, key="3", assignments=(Assignment(unit_code=" "),)),
    ]

    outcomes = await desk.stating.state_many(run(), [*wrong, LISE])

    assert [type(one) for one in outcomes[:3]] == [NotAField, Unfit, Unfit]
    assert not isinstance(outcomes[3], Exception)


async def test_a_key_that_is_said_twice_counts_as_it_was_said_last(desk: Desk) -> None:
    other = saying(LISE, fields={"name": "Lise Morin-Roy"})

    first, last = await desk.stating.state_many(run(), [LISE, other])

    assert first == last
    assert not isinstance(last, Exception)
    assert (await desk.known(last.staff))["name"] == "Lise Morin-Roy"


async def test_the_same_employee_number_elsewhere_is_somebody_else(desk: Desk) -> None:
    here = await desk.stating.state(run(), LISE)

    there = await desk.stating.state(run("south"), LISE)
    other = await desk.stating.state(run(), saying(LISE, source="interns"))

    assert len({here.staff, there.staff, other.staff}) == 3
    assert await desk.facts(there.staff, "north") == []


async def test_a_lost_memory_costs_time_and_nothing_else(desk: Desk) -> None:
    joined = await desk.stating.state(run(), saying(LISE, ends=tomorrow()))
    await desk.stating.memory.forget("north")

    again = await desk.stating.state(run(), saying(LISE, ends=tomorrow()))

    assert again.staff == joined.staff
    assert set(again.changed) == LISE.fields.keys()
    assert (await desk.kinds(joined.staff)).count("AssignmentGiven") == 1


async def test_a_file_of_many_says_only_what_is_new(desk: Desk) -> None:
    def staff(number: int, title: str) -> Statement:
        fields = {"name": f"Personne {number}", "title": title}
        return saying(LISE, key=str(number), fields=fields)

    await desk.stating.state_many(run(), [staff(one, "Agente") for one in range(300)])
    before = await desk.store.position()

    changed = {one: "Cheffe" if one % 100 == 0 else "Agente" for one in range(300)}
    outcomes = await desk.stating.state_many(run(), [staff(*one) for one in changed.items()])

    assert len({one.staff for one in outcomes if not isinstance(one, Exception)}) == 300
    assert await desk.store.position() == before + 3


async def test_two_records_that_are_one_speak_of_one_person(desk: Desk) -> None:
    first = await desk.stating.state(run(), LISE)
    intern = saying(LISE, source="interns", key="A7", fields={"phone": "418 555-0101"})
    second = await desk.stating.state(run(), intern)
    staffing = Staffing(desk.store, desk.vault, desk.stating.memory)
    await staffing.match(first.staff, second.staff, run())

    gone = await desk.stating.state(run(), saying(LISE, active=False))
    left = await desk.stating.state(run(), saying(intern, active=False))

    assert (gone.did, left.did) == (Did.CHANGED, Did.LEFT)
    assert gone.staff == left.staff == first.staff
    *_, last = await desk.facts(first.staff)
    assert isinstance(last, StaffLeft)
    assert last.also == (StaffRef(second.staff),)


async def test_an_announced_departure_that_was_a_mistake_rings_for_nobody(desk: Desk) -> None:
    joined = await desk.stating.state(run(), saying(LISE, ends=tomorrow()))
    expected = (await desk.store.read_stream("north", joined.staff))[-1]

    await desk.stating.annul(joined.staff, expected.id, run())

    assert await desk.store.pool.fetch("select due from alarms") == []


async def test_what_a_person_says_of_where_somebody_works_stays_beside_what_hr_says(
    desk: Desk,
) -> None:
    told = await desk.stating.state(run(), LISE)
    staff = Staff.replay(await desk.store.read_stream("north", told.staff))
    assert staff
    [theirs] = staff.assignments.values()
    by_hand = AssignmentGiven(
        staff=staff.ref, assignment=uuid4(), department=theirs.department, since=today()
    )
    staff.assign(by_hand)
    await desk.stating.save(run(), staff)

    await desk.stating.state(run(), saying(LISE, assignments=()))
    after = Staff.replay(await desk.store.read_stream("north", told.staff))

    assert after
    assert list(after.assignments.values()) == [by_hand]
    with pytest.raises(SaidByASource):
        staff.end_assignment(theirs.assignment, today())


async def test_what_was_told_before_a_kill_is_not_told_again(
    desk: Desk, operator: Settings
) -> None:
    changed = saying(LISE, fields={**LISE.fields, "title": "Cheffe"}, ends=tomorrow())
    told = await desk.stating.state(run(), LISE)
    superuser = await connect(operator.database_url, "directory")
    await superuser.execute(KILLED)

    with pytest.raises(Exception, match="killed"):
        await desk.stating.state(run(), changed)
    await superuser.execute("drop trigger killed on stated")
    await superuser.close()
    again = await desk.stating.state(run(), changed)
    back = await desk.stating.state(run(), LISE)

    assert (again.did, back.did) == (Did.NOTHING, Did.CHANGED)
    kinds = await desk.kinds(told.staff)
    assert (kinds.count("StaffChanged"), kinds.count("DepartureExpected")) == (2, 1)
    assert (await desk.known(told.staff))["title"] == "Infirmière"

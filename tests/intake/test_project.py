from uuid import uuid4

import pytest

from contracts.envelope import PersonRef
from contracts.intake import (
    ProjectClosed,
    ProjectOpened,
    ProjectRecorded,
    ProjectState,
    SeatFilled,
    SeatFor,
    SeatOpened,
    SeatRecorded,
    SeatVacated,
)
from contracts.terms import ProjectKind
from services.chassis.domain import NotFound
from services.intake.domain.project import Project, ProjectIsOver, RegisteredSeat, SeatIsTaken
from tests.examples import facts

SEAT, OTHER_SEAT, INVOLVEMENT = uuid4(), uuid4(), uuid4()
ODILE, PAUL = PersonRef(uuid4()), PersonRef(uuid4())
OPENING = ProjectOpened(
    title="A safer night", kind=ProjectKind.SAFETY, department=uuid4(), starts="2026-09"
)


@pytest.fixture
def project() -> Project:
    return Project.open(uuid4(), OPENING)


@pytest.fixture
def seated(project: Project) -> Project:
    project.open_seat(SEAT, "A partner at the table", SeatFor.PARTNER)
    project.fill(SeatFilled(seat=SEAT, partner=ODILE))
    return project


def test_a_seat_is_opened_and_filled(seated: Project) -> None:
    assert facts(seated)[1:] == [
        SeatOpened(seat=SEAT, title="A partner at the table", reserved_for=SeatFor.PARTNER),
        SeatFilled(seat=SEAT, partner=ODILE),
    ]


def test_filling_a_seat_again_with_the_same_person_changes_nothing(seated: Project) -> None:
    seated.fill(SeatFilled(seat=SEAT, partner=ODILE))

    assert len(facts(seated)) == 3


def test_two_people_cannot_have_one_seat(seated: Project) -> None:
    with pytest.raises(SeatIsTaken):
        seated.fill(SeatFilled(seat=SEAT, partner=PAUL))


def test_a_seat_that_was_vacated_can_be_filled_by_somebody_else(seated: Project) -> None:
    seated.vacate(SEAT)

    seated.fill(SeatFilled(seat=SEAT, partner=PAUL))

    assert facts(seated)[3:] == [
        SeatVacated(seat=SEAT, partner=ODILE),
        SeatFilled(seat=SEAT, partner=PAUL),
    ]


def test_nobody_can_sit_where_there_is_no_seat(project: Project) -> None:
    with pytest.raises(NotFound):
        project.fill(SeatFilled(seat=SEAT, partner=ODILE))


def test_an_involvement_takes_the_first_seat_that_is_kept_for_partners(project: Project) -> None:
    project.open_seat(OTHER_SEAT, "The users' committee", SeatFor.USERS_COMMITTEE)
    project.open_seat(SEAT, "A partner at the table", SeatFor.PARTNER)

    project.seat_for(INVOLVEMENT, ODILE, "2027-06")
    project.seat_for(INVOLVEMENT, ODILE, "2027-06")

    filling = SeatFilled(seat=SEAT, partner=ODILE, involvement=INVOLVEMENT, until="2027-06")
    assert facts(project)[3:] == [filling]


def test_an_involvement_for_which_there_is_no_seat_needs_none(seated: Project) -> None:
    seated.seat_for(INVOLVEMENT, PAUL, None)

    assert len(facts(seated)) == 3


def test_an_involvement_that_ends_leaves_its_seat(project: Project) -> None:
    project.open_seat(SEAT, "A partner at the table", SeatFor.PARTNER)
    project.seat_for(INVOLVEMENT, ODILE, None)

    project.vacate_for(INVOLVEMENT)
    project.vacate_for(INVOLVEMENT)

    assert facts(project)[3:] == [SeatVacated(seat=SEAT, partner=ODILE, involvement=INVOLVEMENT)]


def test_no_seat_is_opened_in_a_project_that_is_over(project: Project) -> None:
    project.close(abandoned=False)
    project.close(abandoned=False)

    with pytest.raises(ProjectIsOver):
        project.open_seat(SEAT, "A partner at the table", SeatFor.PARTNER)

    assert facts(project)[1:] == [ProjectClosed()]


@pytest.mark.parametrize("state", [ProjectState.FINISHED, ProjectState.ABANDONED])
def test_a_project_of_the_register_may_be_over(state: ProjectState) -> None:
    line = ProjectRecorded.model_validate(
        OPENING.model_dump(exclude={"personal"}) | {"state": state}
    )
    project = Project.begin(uuid4(), line)

    with pytest.raises(ProjectIsOver):
        project.open_seat(SEAT, "A partner at the table", SeatFor.PARTNER)


def test_a_seat_of_the_register_is_vacated_and_filled() -> None:
    line = SeatRecorded(
        project=uuid4(), title="A seat", reserved_for=SeatFor.PARTNER, partner=ODILE
    )
    seat = RegisteredSeat.begin(SEAT, line)

    seat.vacate()
    seat.fill(SeatFilled(seat=SEAT, partner=PAUL))

    assert facts(seat)[1:] == [
        SeatVacated(seat=SEAT, partner=ODILE),
        SeatFilled(seat=SEAT, partner=PAUL),
    ]

from datetime import date
from uuid import UUID, uuid4

import pytest

from contracts.envelope import PersonRef
from contracts.evaluation import (
    Appointment,
    CheckInHeld,
    ExitInterviewProposed,
    FollowUpCancelled,
    FollowUpScheduled,
    Occasion,
    SurveyAnswered,
)
from contracts.terms import Side
from services.evaluation.domain.follow_up import FollowUp
from services.evaluation.domain.instruments import ITEMS, OPEN_QUESTIONS, REGISTRY
from services.evaluation.domain.refusals import (
    AlreadyHeld,
    AnswersDoNotFit,
    NoSuchAppointment,
    NoSuchInstrument,
    NothingAnswered,
)
from services.evaluation.domain.schedule import appointments
from tests.examples import facts

PARTNER = PersonRef(uuid4())
INVOLVEMENT = uuid4()
START = date(2026, 3, 2)


def followed(ends: str | None = "2027-03") -> FollowUp:
    return FollowUp.follow(
        FollowUpScheduled(
            involvement=INVOLVEMENT,
            partner=PARTNER,
            since=START.isoformat(),
            appointments=appointments(FollowUp.id_for(INVOLVEMENT), START, ends),
        )
    )


def due(follow_up: FollowUp, occasion: Occasion, side: Side = Side.PARTNER) -> list[Appointment]:
    return [one for one in follow_up.due.values() if (one.occasion, one.side) == (occasion, side)]


def test_both_sides_are_asked_after_thirty_and_ninety_days_and_at_the_end() -> None:
    asked = appointments(UUID(int=1), START, "2027-03")

    days = [(one.due, one.occasion, one.instrument) for one in asked if one.side is Side.TEAM]
    assert days == [
        ("2026-04-01", Occasion.CHECK_IN, None),
        ("2026-05-31", Occasion.CHECK_IN, None),
        ("2026-05-31", Occasion.SURVEY, "tandem.team.90d.v1"),
        ("2027-03-31", Occasion.SURVEY, "tandem.team.end.v1"),
    ]
    assert len(asked) == 8


def test_a_short_involvement_is_asked_little() -> None:
    asked = appointments(UUID(int=1), START, "2026-03-20")

    assert {(one.due, one.instrument) for one in asked} == {
        ("2026-03-20", "tandem.partner.end.v1"),
        ("2026-03-20", "tandem.team.end.v1"),
    }


def test_a_check_in_is_held_once_for_its_appointment() -> None:
    follow_up = followed()
    [first, _] = due(follow_up, Occasion.CHECK_IN)

    follow_up.check_in(Side.PARTNER, 4, None, first.id)
    follow_up.check_in(Side.PARTNER, 5, None, None)

    assert facts(follow_up)[1:] == [
        CheckInHeld(
            involvement=INVOLVEMENT,
            partner=PARTNER,
            appointment=appointment,
            side=Side.PARTNER,
            satisfaction=satisfaction,
        )
        for appointment, satisfaction in ((first.id, 4), (None, 5))
    ]
    with pytest.raises(AlreadyHeld):
        follow_up.check_in(Side.PARTNER, 4, None, first.id)


def test_an_appointment_of_the_other_side_is_not_this_one() -> None:
    follow_up = followed()
    [first, _] = due(follow_up, Occasion.CHECK_IN, Side.TEAM)

    with pytest.raises(NoSuchAppointment):
        follow_up.check_in(Side.PARTNER, None, None, first.id)

    assert len(facts(follow_up)) == 1


def test_answers_fit_the_questionnaire_of_their_side() -> None:
    follow_up = followed()
    [survey, _] = due(follow_up, Occasion.SURVEY)

    with pytest.raises(NoSuchInstrument):
        follow_up.answer(Side.TEAM, "tandem.partner.90d.v1", {"heard": 4}, None, None)
    with pytest.raises(AnswersDoNotFit):
        follow_up.answer(Side.PARTNER, "tandem.partner.90d.v1", {"weather": 4}, None, None)
    with pytest.raises(NothingAnswered):
        follow_up.answer(Side.PARTNER, "tandem.partner.90d.v1", {}, None, None)
    follow_up.answer(Side.PARTNER, "tandem.partner.90d.v1", {"heard": 4}, None, survey.id)

    assert facts(follow_up)[1:] == [
        SurveyAnswered(
            involvement=INVOLVEMENT,
            partner=PARTNER,
            appointment=survey.id,
            side=Side.PARTNER,
            instrument="tandem.partner.90d.v1",
            answers={"heard": 4},
        )
    ]


def test_another_start_moves_what_was_not_held() -> None:
    follow_up = followed(ends=None)
    [first, _] = due(follow_up, Occasion.CHECK_IN)
    follow_up.check_in(Side.PARTNER, None, None, first.id)

    follow_up.reschedule(date(2026, 3, 12), None)
    follow_up.reschedule(date(2026, 3, 12), None)

    *_, again = facts(follow_up)
    assert len(facts(follow_up)) == 3
    assert isinstance(again, FollowUpScheduled)
    assert [one.due for one in again.appointments if one.side is Side.PARTNER] == [
        "2026-06-10",
        "2026-06-10",
    ]


def test_an_end_cancels_what_was_due_and_proposes_a_conversation_unless_silent() -> None:
    loud, silent = followed(), followed()

    loud.conclude(silent=False)
    loud.conclude(silent=False)
    silent.conclude(silent=True)

    cancelled = FollowUpCancelled(involvement=INVOLVEMENT, partner=PARTNER)
    proposed = ExitInterviewProposed(involvement=INVOLVEMENT, partner=PARTNER)
    assert facts(loud)[1:] == [cancelled, proposed]
    assert facts(silent)[1:] == [cancelled]


def test_an_exit_interview_is_held_once() -> None:
    follow_up = followed()
    follow_up.hold_exit_interview(5, True, None)

    with pytest.raises(AlreadyHeld):
        follow_up.hold_exit_interview(4, None, None)

    assert len(facts(follow_up)) == 2


def test_every_questionnaire_is_short_and_worded_in_both_languages() -> None:
    items = {item for one in REGISTRY.values() for item in one.items}

    assert items == set(ITEMS)
    assert {one.open_question for one in REGISTRY.values()} == set(OPEN_QUESTIONS)
    assert all(5 <= len(one.items) <= 8 for one in REGISTRY.values())

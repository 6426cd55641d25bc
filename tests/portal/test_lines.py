"""How a story is drawn: lanes, marks, the curves from causes; and what two moments differ by."""

from typing import Any

from services.portal.replaying import Row, chapters, line, rows


def step(number: int, type: str, day: str, **more: Any) -> dict[str, Any]:
    said = {
        "id": str(number), "number": number, "type": type, "time": f"{day}T12:00:00+00:00",
        "corrects": None, "annulled": None, "because": None, "said_on": day, "sentence": type,
    }  # fmt: skip
    return said | more


LIFE = [
    step(1, "intake.CandidacySubmitted.v1", "2024-01-01"),
    step(2, "recruitment.MatchAgreed.v1", "2024-02-01"),
    step(3, "accompaniment.MandateProposed.v1", "2024-02-01", because=2),
    step(4, "accompaniment.MandateSigned.v1", "2024-02-02"),
    step(5, "evaluation.CheckInHeld.v1", "2025-01-01", annulled="9"),
]


def test_each_chapter_has_its_lane_in_the_order_in_which_they_began() -> None:
    drawn = line(LIFE, 5, "time")

    assert [lane.word for lane in drawn.lanes] == [
        "Candidature et bassin",
        "Recherche et jumelage",
        "Mandat et implication",
        "Suivis",
    ]
    assert [tick["word"] for tick in drawn.ticks] == ["2025"]


def test_what_is_too_near_is_one_mark_that_leads_through_its_steps() -> None:
    [mark] = line(LIFE, 3, "time").lanes[2].marks
    [after] = line(LIFE, 4, "time").lanes[2].marks

    assert (mark.count, mark.kind, mark.number) == (2, "here", 4)
    assert after.number == 3


def test_what_is_to_come_and_what_was_annulled_look_so() -> None:
    then, now = (
        line(LIFE, 1, "time"),
        line([*LIFE, step(6, "training.X.v1", "2025-02-01")], 6, "time"),
    )

    assert [mark.kind for lane in then.lanes for mark in lane.marks] == ["here", *["later"] * 3]
    assert now.lanes[3].marks[0].kind == "void"


def test_a_curve_leads_from_a_cause_to_what_it_led_to() -> None:
    assert len(line(LIFE, 3, "time").curves) == 1
    assert line(LIFE, 2, "time").curves == line(LIFE, 3, "time").curves
    assert line(LIFE, 4, "time").curves == []


def test_a_correction_lies_in_the_lane_of_what_it_puts_right() -> None:
    righted = [*LIFE, step(6, "evaluation.FactAnnulled.v1", "2025-02-01", corrects="1")]

    first, *_ = line(righted, 6, "time").lanes

    assert [mark.number for mark in first.marks] == [1, 6]


def test_a_story_of_one_moment_is_drawn_too() -> None:
    drawn = line(LIFE[:1], 0, "time", 0)

    assert (len(drawn.lanes), drawn.here, drawn.since) == (1, 1.5, 1.5)


def test_steps_are_kept_by_month_and_the_month_one_stands_in_is_open() -> None:
    kept = chapters(LIFE, 3, "time")

    assert [(one["word"], len(one["steps"]), one["open"]) for one in kept] == [
        ("janvier 2024", 1, False),
        ("février 2024", 3, True),
        ("janvier 2025", 1, False),
    ]


def test_what_is_new_changed_or_gone_is_said_of_each_line() -> None:
    assert rows({"État": "Active", "Titre": "Un"}, {"État": "Proposée", "Fin": "hier"}) == [
        Row("État", "Active", "Proposée", True),
        Row("Titre", "Un", "", True),
        Row("Fin", "plus rien", "hier", True),
    ]

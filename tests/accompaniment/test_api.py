"""An involvement as the portal asks for it."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from contracts.accompaniment import (
    ContributionAnswered,
    ContributionMade,
    ContributionRecorded,
    HoursLogged,
    InvolvementStarted,
)
from tests.accompaniment.conftest import Scene
from tests.offices import ask
from tests.telling import held

pytestmark = pytest.mark.anyio

PARTNER = str(uuid4())
PROPOSAL: dict[str, Any] = {
    "partner": PARTNER,
    "title": "A falls prevention committee",
    "role": "organization",
    "level": "consultation",
}


async def begun(scene: Scene) -> str:
    """An involvement that a team began alone, last spring."""
    scene.office.headers["Tandem-Happened"] = "2026-04-02"
    involvement = await ask(scene.office, "/accompaniment/involvements", **PROPOSAL)
    here = f"/accompaniment/involvements/{involvement}"
    await ask(scene.office, f"{here}/terms", starts="2026-04-02", note="On Tuesdays.")
    for side in ("partner", "team"):
        await ask(scene.office, f"{here}/signatures", side=side)
    await ask(scene.office, f"{here}/start")
    del scene.office.headers["Tandem-Happened"]
    return here


async def test_an_advisor_records_what_a_team_began_alone(scene: Scene) -> None:
    here = await begun(scene)

    *_, started = await scene.accompaniment.read_stream("north", UUID(here.rpartition("/")[2]))
    assert started.type == InvolvementStarted.type
    assert started.time == datetime(2026, 4, 2, 4, tzinfo=UTC)
    assert started.precision == "2026-04-02"


async def test_hours_are_dated_when_they_were_given(scene: Scene) -> None:
    here = await begun(scene)

    activity = await ask(
        scene.office, f"{here}/hours", date="2026-05", minutes=90, activity="Reading a leaflet"
    )

    [logged] = await scene.accompaniment.read_stream("north", UUID(activity))
    assert isinstance(logged.fact(), HoursLogged)
    assert (logged.precision, logged.data["minutes"], logged.persons) == ("2026-05", 90, PARTNER)


async def test_hours_of_more_than_a_day_or_before_the_start_are_refused(scene: Scene) -> None:
    early = await ask(scene.office, "/accompaniment/involvements", **PROPOSAL)
    here = await begun(scene)

    long_day = await scene.office.post(f"{here}/hours", json={"minutes": 24 * 60 + 1})
    too_soon = await scene.office.post(
        f"/accompaniment/involvements/{early}/hours", json={"minutes": 60}
    )

    kinds = [answer.json()["type"] for answer in (long_day, too_soon)]
    assert kinds == ["urn:tandem:MoreThanADay", "urn:tandem:NotStartedYet"]


async def test_a_contribution_is_answered_once_and_a_no_says_why(scene: Scene) -> None:
    here = await begun(scene)
    words = "The leaflet is in letters too small to read."
    contribution = await ask(scene.office, f"{here}/contributions", text=words)
    answer = f"/accompaniment/contributions/{contribution}/answer"

    without = await scene.office.post(answer, json={"decision": "not_retained"})
    await ask(scene.office, answer, decision="partly", why="Large print will be at the desk.")
    again = await scene.office.post(answer, json={"decision": "adopted"})

    kinds = [answer.json()["type"] for answer in (without, again)]
    assert kinds == ["urn:tandem:SayWhy", "urn:tandem:AlreadyAnswered"]
    made, answered = await held(scene.accompaniment, UUID(contribution))
    assert isinstance(made, ContributionMade)
    assert isinstance(answered, ContributionAnswered)
    assert words not in made.model_dump_json()


async def test_a_contribution_of_the_register_may_be_answered_later(scene: Scene) -> None:
    line = {
        "id": str(uuid4()),
        "fact": ContributionRecorded.type,
        "happened": "2021-06-03",
        "data": {"project": str(uuid4()), "date": "2021-06-03", "partner": PARTNER},
        "words": {"text": "Put chairs by the lift."},
        "about": PARTNER,
    }

    taken = await scene.office.post("/accompaniment/register", json={"lines": [line]})
    await ask(scene.office, f"/accompaniment/contributions/{line['id']}/answer", decision="adopted")

    assert taken.json()[0]["outcome"] == "added"
    _, answered = await held(scene.accompaniment, UUID(str(line["id"])))
    assert isinstance(answered, ContributionAnswered)
    assert str(answered.partner) == PARTNER


async def test_the_same_command_is_answered_the_same_and_changes_nothing_twice(
    scene: Scene,
) -> None:
    here = await begun(scene)
    key = {"Idempotency-Key": "said-twice"}

    first, second = [
        await scene.office.post(f"{here}/contributions", json={"text": "Chairs."}, headers=key)
        for _ in range(2)
    ]

    assert first.json() == second.json()
    assert first.headers["Tandem-Position"] == second.headers["Tandem-Position"]

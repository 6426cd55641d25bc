"""What evaluation does when it hears of involvements, over the real road."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.accompaniment import FactAnnulled as EndAnnulled
from contracts.accompaniment import FactCorrected as StartCorrected
from contracts.accompaniment import InvolvementEnded, InvolvementExtended, InvolvementStarted
from contracts.envelope import PersonRef
from contracts.evaluation import (
    CheckInHeld,
    ConcernRaised,
    ContactLogged,
    ExitInterviewProposed,
    FactAnnulled,
    FollowUpCancelled,
    FollowUpScheduled,
    OrganizationAssessed,
)
from contracts.recruitment import PartnerLeft
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.evaluation.domain.follow_up import FollowUp
from tests.offices import an_office, ask
from tests.telling import held, soon, telling, told

pytestmark = pytest.mark.anyio

PARTNER = PersonRef(uuid4())
INVOLVEMENT = uuid4()
FOLLOW_UP = FollowUp.id_for(INVOLVEMENT)
STARTED = told(
    InvolvementStarted(partner=PARTNER), INVOLVEMENT, time=datetime(2026, 3, 2, 15, tzinfo=UTC)
)
ENDED = told(InvolvementEnded(partner=PARTNER), INVOLVEMENT, version=2)


class Scene(NamedTuple):
    accompaniment: Store
    recruitment: Store
    evaluation: Store
    office: httpx2.AsyncClient


@pytest.fixture
async def scene(installation: Installation) -> AsyncIterator[Scene]:
    settings = installation.settings("evaluation")
    async with AsyncExitStack() as living:
        yield Scene(
            await living.enter_async_context(telling(installation, "accompaniment")),
            await living.enter_async_context(telling(installation, "recruitment")),
            await living.enter_async_context(Store("evaluation", settings.database_url)),
            await living.enter_async_context(an_office(installation, "vault", "evaluation")),
        )


def days(scheduled: object) -> list[str]:
    assert isinstance(scheduled, FollowUpScheduled)
    return sorted({one.due for one in scheduled.appointments})


async def test_a_start_of_last_spring_is_followed_from_last_spring(scene: Scene) -> None:
    await scene.accompaniment.append([STARTED])

    [scheduled] = await soon(scene.evaluation, FOLLOW_UP, FollowUpScheduled)
    assert days(scheduled) == ["2026-04-01", "2026-05-31"]


async def test_a_corrected_start_moves_the_schedule(scene: Scene) -> None:
    said = {"fact": STARTED.id, "of": STARTED.type, "was": STARTED.data, "data": STARTED.data}
    earlier = datetime(2026, 2, 2, 15, tzinfo=UTC)
    corrected = StartCorrected.model_validate({**said, "time": earlier})

    await scene.accompaniment.append([STARTED, told(corrected, INVOLVEMENT, version=2)])

    twice = await soon(scene.evaluation, FOLLOW_UP, FollowUpScheduled, FollowUpScheduled)
    assert days(twice[1]) == ["2026-03-04", "2026-05-03"]


async def test_an_extension_moves_the_last_survey(scene: Scene) -> None:
    extended = told(InvolvementExtended(partner=PARTNER, until="2027"), INVOLVEMENT, version=2)

    await scene.accompaniment.append([STARTED, extended])

    twice = await soon(scene.evaluation, FOLLOW_UP, FollowUpScheduled, FollowUpScheduled)
    assert days(twice[1])[-1] == "2027-12-31"


async def test_an_annulled_start_is_followed_no_more(scene: Scene) -> None:
    data = {"fact": STARTED.id, "of": STARTED.type, "data": STARTED.data}
    annulled = told(EndAnnulled.model_validate(data), INVOLVEMENT, version=2)

    await scene.accompaniment.append([STARTED, annulled])

    await soon(scene.evaluation, FOLLOW_UP, FollowUpScheduled, FollowUpCancelled)


async def test_an_annulled_end_takes_the_exit_interview_back(scene: Scene) -> None:
    data = {"fact": ENDED.id, "of": ENDED.type, "data": ENDED.data}
    annulled = told(EndAnnulled.model_validate(data), INVOLVEMENT, version=3)
    concluded = (FollowUpScheduled, FollowUpCancelled, ExitInterviewProposed)
    await scene.accompaniment.append([STARTED, ENDED])
    await soon(scene.evaluation, FOLLOW_UP, *concluded)

    await scene.accompaniment.append([annulled])

    await soon(scene.evaluation, FOLLOW_UP, *concluded, FactAnnulled, FactAnnulled)
    history = await scene.evaluation.read_stream("north", FOLLOW_UP)
    follow_up = FollowUp.replay(history)
    assert follow_up
    assert len(follow_up.due) == 6
    assert not follow_up.exit_proposed


async def test_the_end_of_an_involvement_of_the_register_proposes_a_conversation(
    scene: Scene,
) -> None:
    await scene.accompaniment.append([ENDED.model_copy(update={"version": 1})])

    await soon(scene.evaluation, FOLLOW_UP, FollowUpScheduled, ExitInterviewProposed)


async def test_what_is_imported_is_not_followed(scene: Scene) -> None:
    another = told(InvolvementStarted(partner=PARTNER), channel="import")

    await scene.accompaniment.append([another, STARTED])

    await soon(scene.evaluation, FOLLOW_UP, FollowUpScheduled)
    assert await held(scene.evaluation, FollowUp.id_for(another.subject)) == []


async def test_nobody_asks_about_who_has_left(scene: Scene) -> None:
    await scene.accompaniment.append([STARTED])
    await soon(scene.evaluation, FOLLOW_UP, FollowUpScheduled)

    await scene.recruitment.append([told(PartnerLeft(partner=PARTNER, silent=True))])

    await soon(scene.evaluation, FOLLOW_UP, FollowUpScheduled, FollowUpCancelled)


async def test_what_is_said_of_an_involvement_from_a_register_names_its_partner(
    scene: Scene,
) -> None:
    here = f"/evaluation/involvements/{INVOLVEMENT}"
    said = {"side": "partner", "satisfaction": 4, "note": "She would like more notice."}

    unknown = await scene.office.post(f"{here}/check-ins", json=said)
    await ask(scene.office, f"{here}/check-ins", partner=str(PARTNER), **said)
    await ask(scene.office, f"{here}/concerns", side="team", concern="Meetings run late.")

    assert unknown.status_code == 404
    _, check_in, concern = await soon(
        scene.evaluation, FOLLOW_UP, FollowUpScheduled, CheckInHeld, ConcernRaised
    )
    assert isinstance(check_in, CheckInHeld)
    assert check_in.note
    assert isinstance(concern, ConcernRaised)
    assert concern.partner == PARTNER


async def test_a_call_and_an_assessment_are_noted(scene: Scene) -> None:
    call = {"about": "involvement", "subject": str(INVOLVEMENT), "partner": str(PARTNER)}

    contact = await ask(
        scene.office, "/evaluation/contacts", **call, kind="call", date="2026-05-04", summary="Well"
    )
    assessment = await ask(
        scene.office,
        "/evaluation/assessments",
        instrument="practice.2017",
        date="2017",
        finding="not_optimal",
    )

    [called] = await held(scene.evaluation, UUID(contact))
    [assessed] = await scene.evaluation.read_stream("north", UUID(assessment))
    assert isinstance(called, ContactLogged)
    assert list(called.personal) == ["summary"]
    assert isinstance(assessed.fact(), OrganizationAssessed)
    assert assessed.precision == "2017"


async def test_questionnaires_are_listed_with_their_words(scene: Scene) -> None:
    listed = (await scene.office.get("/evaluation/instruments")).json()

    assert len(listed) == 6
    assert listed[0]["items"][0]["fr"]

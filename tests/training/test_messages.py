"""What training does when it hears of matches and of partners who leave."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import NamedTuple
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.envelope import PersonRef
from contracts.recruitment import FactAnnulled, MatchAgreed, PartnerLeft
from contracts.terms import Level, Role
from contracts.training import FactAnnulled as TrainingAnnulled
from contracts.training import ModuleCompleted, PlanCancelled, PlanCompleted, PlanPrepared
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.training.domain.plan import Plan
from tests.offices import an_office, ask
from tests.telling import held, soon, telling, told

pytestmark = pytest.mark.anyio

AGREED = MatchAgreed(
    match=uuid4(),
    request=uuid4(),
    partner=PersonRef(uuid4()),
    role=Role.ORGANIZATION,
    level=Level.CONSULTATION,
    title="A falls prevention committee",
)
PARTNER_PLAN = Plan.id_of_partner(AGREED.match)
TEAM_PLAN = Plan.id_of_team(AGREED.request)


class Scene(NamedTuple):
    recruitment: Store
    training: Store
    office: httpx2.AsyncClient


@pytest.fixture
async def scene(installation: Installation) -> AsyncIterator[Scene]:
    settings = installation.settings("training")
    async with AsyncExitStack() as living:
        yield Scene(
            await living.enter_async_context(telling(installation, "recruitment")),
            await living.enter_async_context(Store("training", settings.database_url)),
            await living.enter_async_context(an_office(installation, "vault", "training")),
        )


async def test_a_match_prepares_both_sides(scene: Scene) -> None:
    agreed = told(AGREED)

    await scene.recruitment.append([agreed])

    partner = await soon(scene.training, PARTNER_PLAN, PlanPrepared)
    team = await soon(scene.training, TEAM_PLAN, PlanPrepared)
    assert [plan.modules for plan in (*partner, *team) if isinstance(plan, PlanPrepared)] == [
        ("confidentiality",),
        ("welcoming_partners",),
    ]
    [cause] = await scene.training.read_stream("north", TEAM_PLAN)
    assert (cause.causationid, cause.causationsource) == (agreed.id, "recruitment")


async def test_a_second_match_of_a_request_finds_its_team_trained(scene: Scene) -> None:
    second = AGREED.model_copy(update={"match": uuid4(), "partner": PersonRef(uuid4())})
    await scene.recruitment.append([told(AGREED)])
    await soon(scene.training, TEAM_PLAN, PlanPrepared)

    await ask(scene.office, f"/training/plans/{TEAM_PLAN}/completions", module="welcoming_partners")
    await scene.recruitment.append([told(second)])

    said = (PlanPrepared, ModuleCompleted, PlanCompleted, PlanPrepared, PlanCompleted)
    assert (await soon(scene.training, TEAM_PLAN, *said))[-1] == PlanCompleted(
        match=second.match, request=AGREED.request, audience="team"
    )


async def test_an_annulled_match_cancels_both_plans(scene: Scene) -> None:
    agreed = told(AGREED)
    data = {"fact": agreed.id, "of": agreed.type, "data": agreed.data}
    annulled = told(FactAnnulled.model_validate(data), agreed.subject, version=2)

    await scene.recruitment.append([agreed, annulled])

    await soon(scene.training, PARTNER_PLAN, PlanPrepared, PlanCancelled)
    await soon(scene.training, TEAM_PLAN, PlanPrepared, PlanCancelled)


async def test_who_leaves_has_nothing_more_to_learn(scene: Scene) -> None:
    another = AGREED.model_copy(update={"match": uuid4(), "partner": PersonRef(uuid4())})
    await scene.recruitment.append([told(AGREED), told(another)])
    left = told(PartnerLeft(partner=AGREED.partner, silent=True))

    await scene.recruitment.append([left])

    await soon(scene.training, PARTNER_PLAN, PlanPrepared, PlanCancelled)
    await soon(scene.training, TEAM_PLAN, PlanPrepared, PlanPrepared, PlanCancelled)
    assert len(await held(scene.training, Plan.id_of_partner(another.match))) == 1


async def test_why_a_plan_is_cancelled_is_kept_in_the_vault(scene: Scene) -> None:
    await scene.recruitment.append([told(AGREED)])
    await soon(scene.training, PARTNER_PLAN, PlanPrepared)

    why = "She is caring for her brother."
    await ask(scene.office, f"/training/plans/{PARTNER_PLAN}/cancellation", reason=why)

    [_, cancelled] = await scene.training.read_stream("north", PARTNER_PLAN)
    assert cancelled.data["reason"]["ref"]
    assert why not in cancelled.model_dump_json()


async def test_a_training_of_the_register_is_taken_once(scene: Scene) -> None:
    line = {
        "id": str(UUID(int=7)),
        "fact": "training.TrainingRecorded.v1",
        "happened": "2019-05",
        "data": {
            "audience": "team",
            "title": "Welcoming",
            "date": "2019-05",
            "result": "completed",
        },
    }

    first = await scene.office.post("/training/register", json={"lines": [line]})
    second = await scene.office.post("/training/register", json={"lines": [line]})

    assert [answer.json()[0]["outcome"] for answer in (first, second)] == ["added", "already"]


async def test_who_had_not_left_goes_on_learning(scene: Scene) -> None:
    left = told(PartnerLeft(partner=AGREED.partner))
    data = {"fact": left.id, "of": left.type, "data": left.data}
    annulled = told(FactAnnulled.model_validate(data), left.subject, version=2)

    await scene.recruitment.append([told(AGREED), left, annulled])

    said = (PlanPrepared, PlanCancelled, TrainingAnnulled)
    await soon(scene.training, PARTNER_PLAN, *said)
    await soon(scene.training, TEAM_PLAN, *said)
    await ask(scene.office, f"/training/plans/{PARTNER_PLAN}/completions", module="confidentiality")

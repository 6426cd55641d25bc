"""What accompaniment does when it hears of matches, trainings and partners who leave."""

from uuid import uuid4

import pytest

from contracts.accompaniment import (
    FactAnnulled,
    IntegrationPlanPrepared,
    InvolvementEnded,
    InvolvementRecorded,
    MandateProposed,
    MandateSigned,
    StepCompleted,
    Stop,
    StopToTell,
    TermsSet,
)
from contracts.envelope import PersonRef
from contracts.recruitment import FactAnnulled as MatchAnnulled
from contracts.recruitment import MatchAgreed, PartnerLeft
from contracts.terms import Level, Role, Side
from contracts.training import FactAnnulled as TrainingAnnulled
from contracts.training import PlanCompleted
from services.accompaniment.domain.involvement import Involvement
from tests.accompaniment.conftest import Scene
from tests.offices import ask
from tests.telling import soon, told

pytestmark = pytest.mark.anyio

AGREED = MatchAgreed(
    match=uuid4(),
    request=uuid4(),
    partner=PersonRef(uuid4()),
    role=Role.ORGANIZATION,
    level=Level.PARTNERSHIP,
    title="A falls prevention committee",
)
COMPLETED = PlanCompleted(
    match=AGREED.match, request=AGREED.request, audience=Side.PARTNER, partner=AGREED.partner
)
INVOLVEMENT = Involvement.id_for(AGREED.match)
PROPOSED = (MandateProposed, IntegrationPlanPrepared)
HERE = f"/accompaniment/involvements/{INVOLVEMENT}"


async def test_a_match_puts_a_mandate_on_the_table(scene: Scene) -> None:
    await scene.recruitment.append([told(AGREED)])

    proposal, _ = await soon(scene.accompaniment, INVOLVEMENT, *PROPOSED)
    assert proposal == MandateProposed(**dict(AGREED))


async def test_a_completed_plan_ticks_its_step_even_when_it_is_heard_first(scene: Scene) -> None:
    await scene.training.append([told(COMPLETED)])
    await scene.recruitment.append([told(AGREED)])

    await soon(scene.accompaniment, INVOLVEMENT, *PROPOSED, StepCompleted)


async def test_an_annulled_completion_unticks_its_step(scene: Scene) -> None:
    completed = told(COMPLETED)
    data = {"fact": completed.id, "of": completed.type, "data": completed.data}
    annulled = told(TrainingAnnulled.model_validate(data), completed.subject, version=2)
    await scene.recruitment.append([told(AGREED)])
    await scene.training.append([completed])
    await soon(scene.accompaniment, INVOLVEMENT, *PROPOSED, StepCompleted)

    await scene.training.append([annulled])

    await soon(scene.accompaniment, INVOLVEMENT, *PROPOSED, StepCompleted, FactAnnulled)


async def annul_the_match(scene: Scene, *meanwhile: str) -> None:
    agreed = told(AGREED)
    data = {"fact": agreed.id, "of": agreed.type, "data": agreed.data}
    annulled = told(MatchAnnulled.model_validate(data), agreed.subject, version=2)
    await scene.recruitment.append([agreed])
    await soon(scene.accompaniment, INVOLVEMENT, *PROPOSED)
    if meanwhile:
        await ask(scene.office, f"{HERE}/terms", starts="2026-12-01")
    for side in meanwhile:
        await ask(scene.office, f"{HERE}/signatures", side=side)
    await scene.recruitment.append([annulled])


async def test_what_binds_nobody_is_annulled_with_its_match(scene: Scene) -> None:
    await annul_the_match(scene)

    await soon(scene.accompaniment, INVOLVEMENT, *PROPOSED, FactAnnulled, FactAnnulled)
    answer = await scene.office.post(f"{HERE}/start")
    assert answer.status_code == 404


async def test_what_was_signed_ends_when_there_was_no_match(scene: Scene) -> None:
    await annul_the_match(scene, "partner")

    facts = (*PROPOSED, TermsSet, MandateSigned, InvolvementEnded)
    ended = (await soon(scene.accompaniment, INVOLVEMENT, *facts))[-1]
    assert isinstance(ended, InvolvementEnded)
    assert ended.silent


async def test_who_leaves_leaves_every_involvement(scene: Scene) -> None:
    another = AGREED.model_copy(update={"match": uuid4()})
    left = PartnerLeft(partner=AGREED.partner, silent=True)

    await scene.recruitment.append([told(AGREED), told(another), told(left)])

    for match in (AGREED.match, another.match):
        stream = Involvement.id_for(match)
        *_, ended, told_to = await soon(
            scene.accompaniment, stream, *PROPOSED, InvolvementEnded, StopToTell
        )
        assert isinstance(ended, InvolvementEnded)
        assert ended.silent
        assert told_to == StopToTell(why=Stop.LEFT, sides=(Side.TEAM,))


async def test_who_had_not_left_goes_on(scene: Scene) -> None:
    left = told(PartnerLeft(partner=AGREED.partner))
    data = {"fact": left.id, "of": left.type, "data": left.data}
    annulled = told(MatchAnnulled.model_validate(data), left.subject, version=2)

    await scene.recruitment.append([told(AGREED), left, annulled])

    stopped = (InvolvementEnded, StopToTell, FactAnnulled, FactAnnulled)
    await soon(scene.accompaniment, INVOLVEMENT, *PROPOSED, *stopped)
    await ask(scene.office, f"{HERE}/terms", starts="2026-12-01")


async def test_who_leaves_leaves_what_a_register_told_of_but_a_family_goes_on(
    scene: Scene,
) -> None:
    alone, together = uuid4(), uuid4()
    said = {"project": str(uuid4()), "state": "active", "starts": "2021"}
    alone_by = {**said, "partner": str(AGREED.partner)}
    together_by = {**said, "partners": [str(AGREED.partner), str(uuid4())]}
    lines = [
        {"id": str(one), "fact": InvolvementRecorded.type, "happened": "2021", "data": data}
        for one, data in ((alone, alone_by), (together, together_by))
    ]
    await scene.office.post("/accompaniment/register", json={"lines": lines})

    await scene.recruitment.append([told(PartnerLeft(partner=AGREED.partner))])

    await soon(scene.accompaniment, alone, InvolvementRecorded, InvolvementEnded, StopToTell)
    await soon(scene.accompaniment, together, InvolvementRecorded)

"""From a team's request to the conversation on leaving, through every deciding service."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid5

import httpx2
import pytest

from contracts.accompaniment import MandateProposed, StepCompleted
from contracts.evaluation import (
    ExitInterviewProposed,
    FollowUpCancelled,
    FollowUpScheduled,
)
from contracts.terms import SystemLevel
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.evaluation.domain.follow_up import FollowUp
from tests.examples import ADVISOR, SUBMISSION
from tests.offices import an_office, ask
from tests.patience import eventually
from tests.telling import held, soon

pytestmark = pytest.mark.anyio

SERVICES = ("vault", "intake", "recruitment", "training", "accompaniment", "evaluation")
SEAT = SUBMISSION.model_copy(update={"system_level": SystemLevel.GOVERNANCE})
SHEET = {"given_name": "Odile", "family_name": "Sansfaçon", "phone": "450 555-0142"}


@pytest.fixture
async def office(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with an_office(installation, *SERVICES) as office:
        yield office


async def soon_asked(office: httpx2.AsyncClient, path: str, **said: object) -> None:
    """Ask until what it rests on has been heard."""

    async def done() -> bool:
        return (await office.post(path, json=said)).is_success

    await eventually(done)


async def matched(office: httpx2.AsyncClient) -> tuple[UUID, UUID]:
    """The request of a governance seat, and its match."""
    said = SEAT.model_dump(mode="json", exclude={"personal"})
    request = await ask(office, "/intake/requests", **said)
    await ask(office, f"/intake/requests/{request}/submission")
    await ask(office, f"/intake/requests/{request}/triage", advisor=str(ADVISOR))
    await ask(office, f"/intake/requests/{request}/acceptance")
    answer = await office.post("/intake/candidacies", json={"door": "phone", "profile": SHEET})
    partner = answer.json()["person"]
    await soon_asked(office, f"/recruitment/partners/{partner}/preselection", outcome="kept")
    await soon_asked(office, f"/recruitment/searches/{request}/shortlist", partner=partner)
    await ask(office, f"/recruitment/searches/{request}/interest", partner=partner)
    match = await ask(office, f"/recruitment/searches/{request}/match", partner=partner)
    return UUID(request), UUID(match)


async def test_a_partner_is_accompanied_from_the_match_to_the_end(
    installation: Installation, office: httpx2.AsyncClient
) -> None:
    request, match = await matched(office)
    involvement = uuid5(match, "involvement")
    here = f"/accompaniment/involvements/{involvement}"
    own, team = uuid5(match, "partner plan"), uuid5(request, "team plan")

    await soon_asked(office, f"{here}/terms", starts="2026-12-01", ends="2027-12-01")
    for module in ("confidentiality", "partnership_basics", "governance_basics"):
        await soon_asked(office, f"/training/plans/{own}/completions", module=module)
    for module in ("welcoming_partners", "deciding_together"):
        await soon_asked(office, f"/training/plans/{team}/completions", module=module)
    for side in ("partner", "team"):
        await ask(office, f"{here}/signatures", side=side)
    await ask(office, f"{here}/start")

    settings = installation.settings("accompaniment")
    async with Store("accompaniment", settings.database_url) as accompaniment:

        async def both_ticked() -> bool:
            facts = await held(accompaniment, involvement)
            return sum(isinstance(fact, StepCompleted) for fact in facts) == 2

        await eventually(both_ticked)
        proposal, *_ = await held(accompaniment, involvement)
    assert isinstance(proposal, MandateProposed)
    assert proposal.system_level is SystemLevel.GOVERNANCE
    settings = installation.settings("evaluation")
    async with Store("evaluation", settings.database_url) as evaluation:
        follow_up = FollowUp.id_for(involvement)
        await soon(evaluation, follow_up, FollowUpScheduled)
        await ask(office, f"{here}/end", reason="The committee has done its work.")
        concluded = (FollowUpScheduled, FollowUpCancelled, ExitInterviewProposed)
        await soon(evaluation, follow_up, *concluded)

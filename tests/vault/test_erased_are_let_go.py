"""What the others do when they hear that somebody was erased: they stop, and ask nothing more."""

from contextlib import AsyncExitStack
from uuid import uuid4

import pytest

from contracts.accompaniment import (
    IntegrationPlanPrepared,
    InvolvementEnded,
    InvolvementStarted,
    MandateProposed,
    StopToTell,
)
from contracts.envelope import PersonRef
from contracts.evaluation import FollowUpCancelled, FollowUpScheduled
from contracts.intake import CandidacySubmitted, Door
from contracts.recruitment import (
    CandidateRegistered,
    MatchAgreed,
    PartnerEngaged,
    PartnerLeft,
)
from contracts.rights import PersonErased
from contracts.terms import Level, Role
from contracts.training import PlanCancelled, PlanPrepared
from services.accompaniment.domain.involvement import Involvement
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.evaluation.domain.follow_up import FollowUp
from services.training.domain.plan import Plan
from tests.doors import answering
from tests.telling import soon, telling, told

pytestmark = pytest.mark.anyio

PERSON = PersonRef(uuid4())
ERASED = told(PersonErased(person=PERSON))


async def store_of(living: AsyncExitStack, installation: Installation, service: str) -> Store:
    url = installation.settings(service).database_url
    return await living.enter_async_context(Store(service, url))


async def test_who_was_still_in_the_pool_is_not_and_nothing_is_asked_any_more(
    installation: Installation,
) -> None:
    involvement = uuid4()
    came = CandidacySubmitted(person=PERSON, role=Role.ORGANIZATION, door=Door.PHONE)
    async with AsyncExitStack() as living:
        await living.enter_async_context(answering(installation, "recruitment", "evaluation"))
        intake, accompaniment, vault = [
            await living.enter_async_context(telling(installation, one))
            for one in ("intake", "accompaniment", "vault")
        ]
        recruitment = await store_of(living, installation, "recruitment")
        evaluation = await store_of(living, installation, "evaluation")
        follow_up, known = FollowUp.id_for(involvement), (CandidateRegistered, PartnerEngaged)
        await intake.append([told(came)])
        await soon(recruitment, PERSON.root, CandidateRegistered)
        await accompaniment.append([told(InvolvementStarted(partner=PERSON), involvement)])
        await soon(recruitment, PERSON.root, *known)
        await soon(evaluation, follow_up, FollowUpScheduled)

        await vault.append([ERASED])

        left = (await soon(recruitment, PERSON.root, *known, PartnerLeft))[-1]
        assert left == PartnerLeft(partner=PERSON, silent=True)
        await soon(evaluation, follow_up, FollowUpScheduled, FollowUpCancelled)


async def test_what_was_prepared_for_the_erased_is_called_off(installation: Installation) -> None:
    agreed = MatchAgreed(
        match=uuid4(), request=uuid4(), partner=PERSON, role=Role.ORGANIZATION,
        level=Level.PARTNERSHIP, title="A falls prevention committee",
    )  # fmt: skip
    involvement, plan = Involvement.id_for(agreed.match), Plan.id_of_partner(agreed.match)
    proposed = MandateProposed, IntegrationPlanPrepared
    async with AsyncExitStack() as living:
        await living.enter_async_context(answering(installation, "training", "accompaniment"))
        recruitment, vault = [
            await living.enter_async_context(telling(installation, one))
            for one in ("recruitment", "vault")
        ]
        training = await store_of(living, installation, "training")
        accompaniment = await store_of(living, installation, "accompaniment")
        await recruitment.append([told(agreed)])
        await soon(training, plan, PlanPrepared)
        await soon(accompaniment, involvement, *proposed)

        await vault.append([ERASED])

        await soon(training, plan, PlanPrepared, PlanCancelled)
        so_far = *proposed, InvolvementEnded, StopToTell
        *_, ended, _ = await soon(accompaniment, involvement, *so_far)
        assert isinstance(ended, InvolvementEnded)
        assert ended.silent

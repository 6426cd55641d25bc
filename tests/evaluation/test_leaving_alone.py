"""Who allows no messages is asked nothing more; the team is asked all the same."""

from uuid import UUID, uuid4

import pytest

from contracts.accompaniment import InvolvementStarted
from contracts.consent import ConsentGivenV2, ConsentMode, ConsentTo, ConsentWithdrawnV2
from contracts.envelope import PersonRef
from contracts.evaluation import FollowUpScheduled, PartnerAskedAgain, PartnerNotAsked
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.evaluation.domain.follow_up import FollowUp
from tests.offices import an_office
from tests.telling import soon, telling, told

pytestmark = pytest.mark.anyio

PARTNER, INVOLVEMENT, CONSENT = PersonRef(uuid4()), uuid4(), uuid4()


def withdrawn(purpose: ConsentTo) -> ConsentWithdrawnV2:
    return ConsentWithdrawnV2(
        partner=PARTNER, consent=CONSENT, purpose=purpose, form=ConsentMode.VERBAL
    )


async def test_a_withdrawn_consent_to_messages_is_heard_and_said(
    installation: Installation,
) -> None:
    url = installation.settings("evaluation").database_url
    async with (
        telling(installation, "accompaniment") as accompaniment,
        telling(installation, "recruitment") as recruitment,
        Store("evaluation", url) as evaluation,
        an_office(installation, "vault", "evaluation"),
    ):
        follow_up = FollowUp.id_for(INVOLVEMENT)
        await accompaniment.append([told(InvolvementStarted(partner=PARTNER), INVOLVEMENT)])
        await soon(evaluation, follow_up, FollowUpScheduled)

        version = await _say(recruitment, withdrawn(ConsentTo.STORY), 1)
        version = await _say(recruitment, withdrawn(ConsentTo.CONTACT), version)
        version = await _say(recruitment, withdrawn(ConsentTo.CONTACT), version)
        said = withdrawn(ConsentTo.CONTACT).model_dump()
        await _say(recruitment, ConsentGivenV2.model_validate(said), version)

        facts = await soon(
            evaluation, follow_up, FollowUpScheduled, PartnerNotAsked, PartnerAskedAgain
        )
    assert facts[1] == PartnerNotAsked(involvement=INVOLVEMENT, partner=PARTNER)


async def _say(recruitment: Store, fact: ConsentGivenV2 | ConsentWithdrawnV2, version: int) -> int:
    await recruitment.append([told(fact, UUID(str(PARTNER)), version)])
    return version + 1

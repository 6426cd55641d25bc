"""What an involvement rests on is taken back: it waits or ends, and both sides are to hear it."""

from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.accompaniment import (
    FactAnnulled,
    InvolvementEnded,
    InvolvementPaused,
    InvolvementRecorded,
    InvolvementResumed,
    Stop,
    StopLifted,
    StopTold,
    StopToTell,
)
from contracts.consent import (
    ConsentGivenV2,
    ConsentMode,
    ConsentTo,
    ConsentWithdrawnV2,
    Scope,
    SharedPartnerClosed,
    consent_id,
)
from contracts.envelope import PersonRef
from contracts.recruitment import FactAnnulled as Annulled
from contracts.recruitment import MergeUndone, PartnerLeft, PartnersMerged
from contracts.terms import Side
from tests.accompaniment.conftest import Scene
from tests.offices import ask
from tests.telling import soon, told

pytestmark = pytest.mark.anyio

BOTH = (Side.PARTNER, Side.TEAM)


async def active(scene: Scene, *partners: PersonRef) -> UUID:
    """An involvement that is under way."""
    people = [str(one) for one in partners]
    whose = {"partner": people[0]} if len(people) == 1 else {"partners": people}
    line = {
        "id": str(uuid4()), "fact": InvolvementRecorded.type, "happened": "2026",
        "data": {"project": str(uuid4()), "state": "active", "starts": "2026", **whose},
    }  # fmt: skip
    await scene.office.post("/accompaniment/register", json={"lines": [line]})
    return UUID(str(line["id"]))


def consent(partner: PersonRef, purpose: ConsentTo) -> ConsentGivenV2:
    one = consent_id(partner.root, purpose, Scope())
    return ConsentGivenV2(
        partner=partner, consent=one, purpose=purpose, form=ConsentMode.VERBAL, text_hash="0" * 64
    )


def withdrawal(partner: PersonRef, purpose: ConsentTo) -> ConsentWithdrawnV2:
    one = consent_id(partner.root, purpose, Scope())
    return ConsentWithdrawnV2(
        partner=partner, consent=one, purpose=purpose, form=ConsentMode.VERBAL
    )


async def resumed(scene: Scene, involvement: UUID) -> httpx2.Response:
    return await scene.office.post(f"/accompaniment/involvements/{involvement}/resumption")


async def test_who_takes_back_being_in_the_pool_suspends_what_they_signed_until_they_give_it_again(
    scene: Scene,
) -> None:
    partner = PersonRef(uuid4())
    involvement = await active(scene, partner)
    await scene.recruitment.append([told(withdrawal(partner, ConsentTo.POOL))])
    stopped = (InvolvementRecorded, InvolvementPaused, StopToTell)
    to_tell = (await soon(scene.accompaniment, involvement, *stopped))[-1]

    too_soon = await resumed(scene, involvement)
    await scene.recruitment.append([told(consent(partner, ConsentTo.POOL))])
    await soon(scene.accompaniment, involvement, *stopped, StopLifted)
    again = await resumed(scene, involvement)

    assert to_tell == StopToTell(why=Stop.POOL, sides=BOTH)
    assert too_soon.json()["type"] == "urn:tandem:StillStopped"
    assert again.status_code == 204
    await soon(scene.accompaniment, involvement, *stopped, StopLifted, InvolvementResumed)


async def test_a_consent_that_an_involvement_does_not_rest_on_stops_nothing(scene: Scene) -> None:
    partner = PersonRef(uuid4())
    involvement = await active(scene, partner)

    await scene.recruitment.append(
        [
            told(withdrawal(partner, ConsentTo.CONTACT)),
            told(withdrawal(partner, ConsentTo.STORY)),
            told(withdrawal(partner, ConsentTo.CONFIDENTIALITY)),
        ]
    )

    stopped = (InvolvementRecorded, InvolvementPaused, StopToTell)
    to_tell = (await soon(scene.accompaniment, involvement, *stopped))[-1]
    assert isinstance(to_tell, StopToTell)
    assert to_tell.why is Stop.CONFIDENTIALITY


async def test_each_side_is_told_once(scene: Scene) -> None:
    partner = PersonRef(uuid4())
    involvement = await active(scene, partner)
    await scene.recruitment.append([told(PartnerLeft(partner=partner))])
    ended = (InvolvementRecorded, InvolvementEnded, StopToTell)
    await soon(scene.accompaniment, involvement, *ended)

    for side in ("team", "team", "partner"):
        await ask(scene.office, f"/accompaniment/involvements/{involvement}/notices/{side}")

    await soon(scene.accompaniment, involvement, *ended, StopTold, StopTold)


async def test_a_share_that_closes_suspends_what_rests_on_it_here(scene: Scene) -> None:
    lent = PersonRef(uuid4())
    involvement = await active(scene, lent)

    await scene.recruitment.append([told(SharedPartnerClosed(person=lent, giver="south"))])

    stopped = (InvolvementRecorded, InvolvementPaused, StopToTell)
    to_tell = (await soon(scene.accompaniment, involvement, *stopped))[-1]
    assert to_tell == StopToTell(why=Stop.SHARING, sides=BOTH)


async def test_what_is_taken_back_in_one_file_stops_what_the_other_file_of_the_person_holds(
    scene: Scene,
) -> None:
    kept, merged = PersonRef(uuid4()), PersonRef(uuid4())
    before, after = await active(scene, merged), await active(scene, merged)
    await scene.recruitment.append(
        [
            told(PartnersMerged(kept=kept, merged=merged)),
            told(withdrawal(kept, ConsentTo.CHARTER)),
        ]
    )
    stopped = (InvolvementRecorded, InvolvementPaused, StopToTell)
    for involvement in (before, after):
        await soon(scene.accompaniment, involvement, *stopped)

    await scene.recruitment.append(
        [
            told(MergeUndone(kept=kept, merged=merged)),
            told(PartnerLeft(partner=kept)),
            told(consent(merged, ConsentTo.CHARTER)),
        ]
    )

    for involvement in (before, after):
        await soon(scene.accompaniment, involvement, *stopped, StopLifted)


async def test_a_withdrawal_that_was_not_one_stops_nothing_after_all(scene: Scene) -> None:
    partner = PersonRef(uuid4())
    involvement = await active(scene, partner)
    withdrawn = told(withdrawal(partner, ConsentTo.POOL))
    data = {"fact": withdrawn.id, "of": withdrawn.type, "data": withdrawn.data}
    annulled = told(Annulled.model_validate(data), withdrawn.subject, version=2)

    await scene.recruitment.append([withdrawn, annulled])

    stopped = (InvolvementRecorded, InvolvementPaused, StopToTell, FactAnnulled, FactAnnulled)
    await soon(scene.accompaniment, involvement, *stopped)
    assert (await resumed(scene, involvement)).status_code == 204


async def test_what_a_family_holds_waits_when_one_of_them_takes_it_back(scene: Scene) -> None:
    one, other = PersonRef(uuid4()), PersonRef(uuid4())
    involvement = await active(scene, one, other)

    await scene.recruitment.append([told(withdrawal(other, ConsentTo.POOL))])

    await soon(scene.accompaniment, involvement, InvolvementRecorded, InvolvementPaused, StopToTell)

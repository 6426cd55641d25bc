"""Who may ask only of what is their own finds nothing else, and changes nothing else."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx2
import pytest

from services.chassis.settings import Installation
from tests.accompaniment.test_api import PROPOSAL
from tests.callers import saying
from tests.examples import SUBMISSION
from tests.offices import an_office, ask

pytestmark = pytest.mark.anyio

ANNE, LUC, ROSE, PAUL = (uuid4() for _ in range(4))
PLANNING = SUBMISSION.model_dump(mode="json", exclude={"personal", "approver"})


@pytest.fixture
async def office(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with an_office(installation, "vault", "intake", "accompaniment", "evaluation") as office:
        yield office


def requester(staff: UUID, to: str = "intake", establishment: str = "north") -> dict[str, str]:
    return saying(to, establishment, f"staff:{staff}", roles=["requester"], staff=staff)


def partner(person: UUID, to: str) -> dict[str, str]:
    return saying(to, "north", f"partner:{person}", roles=["partner"], person=person)


async def test_a_requester_writes_and_sends_the_requests_they_are_the_contact_of(
    office: httpx2.AsyncClient,
) -> None:
    mine = {**PLANNING, "contact": str(ANNE)}

    drafted = await office.post("/intake/requests", json=mine, headers=requester(ANNE))
    sending = f"/intake/requests/{drafted.json()['id']}/submission"
    by_another = await office.post(sending, headers=requester(LUC))
    elsewhere = await office.post(sending, headers=requester(ANNE, establishment="south"))
    by_herself = await office.post(sending, headers=requester(ANNE))
    for_another = await office.post("/intake/requests", json=mine, headers=requester(LUC))

    assert (drafted.status_code, by_herself.status_code) == (201, 204)
    assert (by_another.status_code, elsewhere.status_code) == (404, 404)
    assert (for_another.status_code, for_another.json()["type"]) == (403, "urn:tandem:NotYours")


async def test_a_partner_contributes_to_their_own_involvement_alone(
    office: httpx2.AsyncClient,
) -> None:
    proposal = {**PROPOSAL, "partner": str(ROSE)}
    involvement = await ask(office, "/accompaniment/involvements", **proposal)
    here = f"/accompaniment/involvements/{involvement}"
    await ask(office, f"{here}/terms", starts="2026-04-02")
    for side in ("partner", "team"):
        await ask(office, f"{here}/signatures", side=side)
    await ask(office, f"{here}/start")

    said, path = {"text": "Des veilleuses."}, f"{here}/contributions"
    answers = [
        (await office.post(path, json=said, headers=partner(who, "accompaniment"))).status_code
        for who in (ROSE, PAUL)
    ]
    hours = await office.post(
        f"{here}/hours", json={"minutes": 60}, headers=partner(PAUL, "accompaniment")
    )

    assert answers[0] == 201
    assert {answers[1], hours.status_code} <= {403, 404}


async def test_a_partner_answers_for_their_own_side_of_what_is_known_to_be_theirs(
    office: httpx2.AsyncClient,
) -> None:
    here = f"/evaluation/involvements/{uuid4()}"
    known = {"side": "partner", "partner": str(ROSE)}
    said = {"side": "partner", "concern": "Trop de réunions", "partner": str(PAUL)}
    to_take_over = await office.post(
        f"{here}/concerns", json=said, headers=partner(PAUL, "evaluation")
    )
    await ask(office, f"{here}/check-ins", **known)

    by_herself, by_another = [
        await office.post(f"{here}/concerns", json=said, headers=partner(who, "evaluation"))
        for who in (ROSE, PAUL)
    ]
    for_the_team = await office.post(
        f"{here}/concerns", json={**said, "side": "team"}, headers=partner(ROSE, "evaluation")
    )

    assert (to_take_over.status_code, by_another.status_code) == (404, 404)
    assert (by_herself.status_code, for_the_team.status_code) == (204, 403)


async def test_an_auditor_reads_no_personal_value_without_saying_why(
    office: httpx2.AsyncClient,
) -> None:
    auditor = saying("vault", "north", "staff:auditor", roles=["auditor"])
    asked = {"purpose": "audit", "refs": []}

    silent = await office.post("/vault/resolutions", json=asked, headers=auditor)
    open_ = await office.post(
        "/vault/resolutions", json=asked, headers={**auditor, "Tandem-Reason": "inspection"}
    )
    otherwise = await office.post(
        "/vault/resolutions",
        json={**asked, "purpose": "contact"},
        headers={**auditor, "Tandem-Reason": "inspection"},
    )

    assert (silent.status_code, silent.json()["type"]) == (403, "urn:tandem:WhyNotSaid")
    assert open_.status_code == 200
    assert 400 <= otherwise.status_code < 500


async def test_the_same_key_makes_an_id_that_nobody_else_can_guess(
    office: httpx2.AsyncClient,
) -> None:
    key = {"Idempotency-Key": "form-17"}

    first, again = [
        (await office.post("/intake/requests", json=PLANNING, headers=key)).json() for _ in range(2)
    ]
    another = (
        await office.post(
            "/intake/requests", json=PLANNING, headers=key | saying("intake", "north", "paul")
        )
    ).json()

    assert first == again != another

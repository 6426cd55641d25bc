"""Intake over HTTP, with the vault behind it."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.envelope import Envelope
from contracts.intake import (
    CandidacySubmitted,
    CandidacyWithdrawn,
    ProjectOpened,
    ReferralReceived,
    RequestDrafted,
    RequestReturned,
    SeatFilled,
    SeatOpened,
)
from services.chassis.settings import Installation
from services.chassis.store import Store
from tests.callers import saying
from tests.examples import ADVISOR, SUBMISSION
from tests.offices import an_office, ask

pytestmark = pytest.mark.anyio

PLANNING = SUBMISSION.model_dump(mode="json", exclude={"personal"})
PROFILE = {"given_name": "Odile", "family_name": "Sansfaçon", "phone": "450 555-0142"}
REFERRAL: dict[str, Any] = {
    "referrer": str(ADVISOR),
    "consented_to_be_contacted": True,
    "door": "phone",
    "profile": PROFILE,
}


@pytest.fixture
async def office(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with an_office(installation, "vault", "intake") as office:
        yield office


async def stream(store: Store, id: str) -> list[Envelope]:
    return await store.read_stream("north", UUID(id))


async def resolved(office: httpx2.AsyncClient, fact: Envelope) -> dict[str, str]:
    """The words of a fact, as the vault knows them."""
    refs = {name: kept["ref"] for name, kept in fact.data["personal"].items()}
    asked = {"purpose": "audit", "refs": list(refs.values())}
    values = (await office.post("/vault/resolutions", json=asked)).json()["values"]
    return {name: values[ref] for name, ref in refs.items()}


async def test_what_a_team_writes_is_in_the_vault_and_not_in_the_fact(
    office: httpx2.AsyncClient, store: Store
) -> None:
    words = {"aim": "See the ward as those do who lie in it", "schedule": "Mondays at two"}

    request = await ask(office, "/intake/requests", **PLANNING, words=words)

    [drafted] = await stream(store, request)
    assert drafted.type == RequestDrafted.type
    assert "Mondays" not in drafted.model_dump_json()
    assert await resolved(office, drafted) == words


async def test_a_revision_brings_its_own_words(office: httpx2.AsyncClient, store: Store) -> None:
    request = await ask(office, "/intake/requests", **PLANNING, words={"aim": "This"})

    await ask(office, f"/intake/requests/{request}/revision", **PLANNING, words={"aim": "That"})

    _, revised = await stream(store, request)
    assert await resolved(office, revised) == {"aim": "That"}


async def test_a_request_is_returned_with_a_note(office: httpx2.AsyncClient, store: Store) -> None:
    request = await ask(office, "/intake/requests", **PLANNING)
    await ask(office, f"/intake/requests/{request}/submission")

    await ask(
        office, f"/intake/requests/{request}/return", missing=["schedule"], note="Which evenings?"
    )

    *_, returned = await stream(store, request)
    assert (returned.type, returned.data["missing"]) == (RequestReturned.type, ["schedule"])
    assert set(returned.data["note"]) == {"ref", "commitment"}


async def test_a_request_for_a_project_that_is_not_here_is_refused(
    office: httpx2.AsyncClient,
) -> None:
    answer = await office.post("/intake/requests", json={**PLANNING, "project": str(uuid4())})

    assert (answer.status_code, answer.json()["type"]) == (409, "urn:tandem:NoSuchProject")


async def test_a_form_sent_twice_is_one_request(office: httpx2.AsyncClient, store: Store) -> None:
    said, key = {**PLANNING, "words": {"aim": "This"}}, {"Idempotency-Key": "form-17"}

    first = await office.post("/intake/requests", json=said, headers=key)
    again = await office.post("/intake/requests", json=said, headers=key)
    other = await office.post("/intake/requests", json=PLANNING, headers=key)

    assert first.status_code == 201, first.text
    assert first.json() == again.json()
    assert other.status_code == 422
    assert await store.position() == 1


async def test_a_project_has_seats(office: httpx2.AsyncClient, store: Store) -> None:
    project = await ask(
        office, "/intake/projects", title="A safer night", kind="safety",
        department=str(SUBMISSION.department), starts="2026-09", description="What keeps us awake",
    )  # fmt: skip
    seat = await ask(office, f"/intake/projects/{project}/seats", title="A partner at the table")
    here = f"/intake/projects/{project}/seats/{seat}"
    await ask(office, f"{here}/filling", partner=str(uuid4()), until="2028-06")
    taken = await office.post(f"{here}/filling", json={"partner": str(uuid4())})
    await ask(office, f"{here}/vacancy")
    await ask(office, f"/intake/projects/{project}/closing", note="It is done.")

    types = [one.type for one in await stream(store, project)]
    assert types[:3] == [ProjectOpened.type, SeatOpened.type, SeatFilled.type]
    assert len(types) == 5
    assert taken.json()["type"] == "urn:tandem:SeatIsTaken"


async def test_somebody_applies_by_phone_and_withdraws(
    office: httpx2.AsyncClient, store: Store
) -> None:
    answer = await office.post("/intake/candidacies", json={"door": "phone", "profile": PROFILE})
    candidacy, person = answer.json()["id"], answer.json()["person"]

    await ask(office, f"/intake/candidacies/{candidacy}/withdrawal", note="Has moved away.")

    submitted, withdrawn = await stream(store, candidacy)
    assert (submitted.type, withdrawn.type) == (CandidacySubmitted.type, CandidacyWithdrawn.type)
    assert submitted.persons == withdrawn.persons == person
    assert await resolved(office, submitted) == PROFILE


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"consented_to_be_contacted": False}, "NotAskedYet"),
        ({"profile": {"given_name": "Odile"}}, "NobodyToReach"),
        ({"profile": {"phone": "450 555-0142"}}, "NobodyToReach"),
    ],
)
async def test_who_did_not_agree_or_cannot_be_reached_is_not_kept(
    office: httpx2.AsyncClient, store: Store, change: dict[str, Any], refusal: str
) -> None:
    answer = await office.post("/intake/referrals", json=REFERRAL | change)

    assert answer.json()["type"] == f"urn:tandem:{refusal}"
    assert await store.position() == 0


async def test_a_referral_says_who_referred(office: httpx2.AsyncClient, store: Store) -> None:
    referral = await ask(office, "/intake/referrals", **REFERRAL)

    [received] = await stream(store, referral)
    assert (received.type, received.data["referrer"]) == (ReferralReceived.type, str(ADVISOR))


async def test_what_is_unknown_to_the_form_is_pointed_at(office: httpx2.AsyncClient) -> None:
    sheet = {"door": "web", "profile": {**PROFILE, "blood_type": "0"}}

    answer = await office.post("/intake/candidacies", json=sheet)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].startswith("#/profile/blood_type")


async def test_what_is_another_establishment_s_is_not_here(office: httpx2.AsyncClient) -> None:
    request = await ask(office, "/intake/requests", **PLANNING)

    answer = await office.post(
        f"/intake/requests/{request}/submission", headers=saying("intake", "south")
    )

    assert answer.status_code == 404

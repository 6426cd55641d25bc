"""From the two doors to a match, over HTTP, as the portal will ask."""

from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.recruitment import (
    CandidateRegistered,
    MatchAgreed,
    ProfileUpdated,
    SearchClosed,
    SearchOpened,
)
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.recruitment.domain.search import Search
from tests.examples import ADVISOR, SUBMISSION
from tests.offices import an_office, announcing, ask
from tests.patience import eventually

pytestmark = pytest.mark.anyio

PLANNING = SUBMISSION.model_dump(mode="json", exclude={"personal"})
PROFILE = {"given_name": "Odile", "family_name": "Sansfaçon", "phone": "450 555-0142"}


@pytest.fixture
async def office(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with (
        announcing(installation, "accompaniment"),
        an_office(installation, "vault", "intake", "recruitment") as office,
    ):
        yield office


@pytest.fixture
async def recruitment(installation: Installation) -> AsyncIterator[Store]:
    async with Store("recruitment", installation.settings("recruitment").database_url) as store:
        yield store


async def heard(recruitment: Store, stream: UUID, count: int = 1) -> list[str]:
    """The types of a stream's facts, once there are so many."""

    async def there() -> bool:
        return len(await recruitment.read_stream("north", stream)) >= count

    await eventually(there)
    return [one.type for one in await recruitment.read_stream("north", stream)]


async def accepted(office: httpx2.AsyncClient) -> UUID:
    request = await ask(office, "/intake/requests", **PLANNING, words={"aim": "See as they see"})
    await ask(office, f"/intake/requests/{request}/submission")
    await ask(office, f"/intake/requests/{request}/triage", advisor=str(ADVISOR))
    await ask(office, f"/intake/requests/{request}/acceptance")
    return UUID(request)


async def test_two_people_at_the_door_are_matched_and_the_search_closes(
    office: httpx2.AsyncClient, recruitment: Store
) -> None:
    request = await accepted(office)
    search = Search.id_for(request)
    people = []
    for _ in range(2):
        sheet = {"door": "phone", "profile": PROFILE}
        answer = await office.post("/intake/candidacies", json=sheet)
        people.append(answer.json()["person"])
    await heard(recruitment, search)

    for person in people:
        assert await heard(recruitment, UUID(person)) == [CandidateRegistered.type]
        pool, here = f"/recruitment/partners/{person}", f"/recruitment/searches/{request}"
        await ask(office, f"{pool}/preselection-plan", planned="2026-11-30")
        await ask(office, f"{pool}/preselection", outcome="kept", competencies={"listening": 4})
        await ask(office, f"{here}/shortlist", partner=person, note="Knows the ward.")
        await ask(office, f"{here}/interest", partner=person)
        await ask(office, f"{here}/match", partner=person, role="organization")

    types = await heard(recruitment, search)
    assert (types[0], types[-1]) == (SearchOpened.type, SearchClosed.type)
    assert types.count(MatchAgreed.type) == 2


async def test_a_match_that_was_annulled_opens_the_search_again(
    office: httpx2.AsyncClient, recruitment: Store
) -> None:
    request, person = uuid4(), uuid4()
    here = f"/recruitment/searches/{request}"
    await office.post(
        "/recruitment/searches",
        json={"request": str(request), "title": "t", "partners_sought": 1, "level": "partnership"},
    )
    line = {
        "id": str(person),
        "fact": "recruitment.PartnerRecorded.v1",
        "happened": "2024",
        "data": {
            "partner": str(person),
            "state": "available",
            "status_label": "usager partenaire",
            "entered": "2024",
        },
        "words": {"given_name": "Odile"},
    }
    outcome = await office.post("/recruitment/register", json={"lines": [line]})
    assert outcome.json() == [{"id": str(person), "outcome": "added", "why": None}]
    await ask(office, f"{here}/shortlist", partner=str(person))
    await ask(office, f"{here}/interest", partner=str(person))
    await ask(office, f"{here}/match", partner=str(person))
    search = Search.id_for(request)
    facts = await recruitment.read_stream("north", search)
    [match] = [one.id for one in facts if one.type == MatchAgreed.type]

    await ask(
        office, f"/recruitment/streams/{search}/facts/{match}/annulment", reason="Wrong person."
    )

    types = await heard(recruitment, search)
    assert [one.removeprefix("recruitment.") for one in types[-4:]] == [
        "MatchAgreed.v1", "SearchClosed.v1", "FactAnnulled.v1", "SearchReopened.v1",
    ]  # fmt: skip


async def test_who_has_moved_is_reached_at_the_new_address(
    office: httpx2.AsyncClient, recruitment: Store
) -> None:
    sheet = {"door": "phone", "profile": PROFILE}
    person = (await office.post("/intake/candidacies", json=sheet)).json()["person"]
    await heard(recruitment, UUID(person))

    moved = {"phone": "514 555-0199", "city": "Longueuil"}
    here = f"/recruitment/partners/{person}/profile"
    await ask(office, here, profile=moved, monthly_minutes=240)
    await ask(office, here)

    assert await heard(recruitment, UUID(person)) == [CandidateRegistered.type, ProfileUpdated.type]
    asked = {"purpose": "contact", "subjects": [person]}
    known = await office.post("/vault/subjects/resolutions", json=asked)
    assert known.json()["subjects"][person] == PROFILE | moved

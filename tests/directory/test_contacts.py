"""Whoever named somebody as a contact who has left asks for another."""

from collections.abc import AsyncIterator
from typing import NamedTuple
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts import accompaniment, intake
from contracts.envelope import Fact, StaffRef
from contracts.staff import StaffLeft
from services.chassis.settings import Installation
from services.chassis.store import Store
from tests.directory.staffing import today
from tests.examples import MARIE
from tests.offices import Announcer, an_office, announcing, ask
from tests.patience import eventually

pytestmark = pytest.mark.anyio

TODAY = today()
LISE, OMAR, L_MORIN = (StaffRef(uuid4()) for _ in range(3))
LEFT = StaffLeft(staff=LISE, on=TODAY, also=(L_MORIN,))


class Team(NamedTuple):
    """A team with two requests and a mandate, and the directory that tells who leaves."""

    office: httpx2.AsyncClient
    directory: Announcer
    intake: Store
    accompaniment: Store

    async def request(self, contact: StaffRef) -> UUID:
        said = {"title": "A safer night", "department": str(uuid4()), "level": "partnership"}
        asked = {**said, "contact": str(contact), "partners_sought": 1}
        return UUID(await ask(self.office, "/intake/requests", **asked))

    async def mandate(self, contact: StaffRef) -> UUID:
        said = {"partner": str(uuid4()), "role": "organization", "level": "partnership"}
        path = "/accompaniment/involvements"
        mandate = await ask(self.office, path, title="A safer night", **said)
        terms = {"starts": "2026-09", "contact": str(contact)}
        await ask(self.office, f"{path}/{mandate}/terms", **terms)
        return UUID(mandate)

    async def heard(self) -> None:
        said = (await self.directory.save(MARIE)).number

        async def all_heard() -> bool:
            places = [
                await self.intake.place_of("intake-directory"),
                await self.accompaniment.place_of("accompaniment-directory"),
            ]
            return places == [said, said]

        await eventually(all_heard)


async def asked(store: Store, stream: UUID) -> list[Fact]:
    """What is told of contacts there, and counts."""
    kinds = (intake.NewContactAsked, intake.ContactNamed, intake.FactAnnulled,
             accompaniment.NewContactAsked, accompaniment.ContactNamed)  # fmt: skip
    facts = [one.fact() for one in await store.read_stream("north", stream)]
    return [one for one in facts if isinstance(one, kinds)]


@pytest.fixture
async def team(installation: Installation) -> AsyncIterator[Team]:
    settings = installation.settings
    async with (
        announcing(installation, "directory") as directory,
        Store("intake", settings("intake").database_url) as requests,
        Store("accompaniment", settings("accompaniment").database_url) as mandates,
        an_office(installation, "vault", "intake", "accompaniment") as office,
    ):
        yield Team(office, directory, requests, mandates)


async def test_requests_and_mandates_of_whoever_left_ask_for_another_contact(team: Team) -> None:
    mine, other = await team.request(LISE), await team.request(OMAR)
    withdrawn, under_alias = await team.request(LISE), await team.request(L_MORIN)
    await ask(team.office, f"/intake/requests/{withdrawn}/withdrawal")
    mandate, others_mandate = await team.mandate(LISE), await team.mandate(OMAR)

    await team.directory.say(LEFT)
    await team.heard()

    assert await asked(team.intake, mine) == [intake.NewContactAsked(contact=LISE, on=TODAY)]
    assert await asked(team.intake, under_alias) == [
        intake.NewContactAsked(contact=L_MORIN, on=TODAY)
    ]
    assert await asked(team.accompaniment, mandate) == [
        accompaniment.NewContactAsked(contact=LISE, on=TODAY)
    ]
    for store, stream in (
        (team.intake, other), (team.intake, withdrawn), (team.accompaniment, others_mandate),
    ):  # fmt: skip
        assert await asked(store, stream) == []


async def test_a_contact_who_was_named_since_is_asked_for_no_more(team: Team) -> None:
    request, mandate = await team.request(LISE), await team.mandate(LISE)
    await team.directory.say(LEFT)
    await team.heard()

    for _ in range(2):
        await ask(team.office, f"/intake/requests/{request}/contact", contact=str(OMAR))
        await ask(team.office, f"/accompaniment/involvements/{mandate}/contact", contact=str(OMAR))
    await team.directory.say(LEFT)
    await team.heard()

    _, named = await asked(team.intake, request)
    assert named == intake.ContactNamed(contact=OMAR)
    assert len(await asked(team.accompaniment, mandate)) == 2


async def test_a_departure_that_did_not_happen_asks_for_nobody(team: Team) -> None:
    request = await team.request(LISE)
    stream, fact = await team.directory.say(LEFT)

    await team.directory.unsay(stream, fact)
    await team.heard()

    _, taken_back = await asked(team.intake, request)
    assert isinstance(taken_back, intake.FactAnnulled)

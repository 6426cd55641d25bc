"""Given that these facts are heard, then these facts and nothing else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest

from contracts.accompaniment import InvolvementEnded, InvolvementStarted
from contracts.envelope import Envelope, PersonRef
from contracts.intake import ProjectOpened, SeatFilled, SeatFor, SeatVacated
from contracts.terms import ProjectKind
from services.chassis.deciding import Provenance
from services.chassis.hearing import Listener
from services.chassis.personal import Vault
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.intake.application import Intake
from services.intake.domain.project import Project
from services.intake.messages import listen
from tests.examples import MARIE
from tests.offices import Announcer, announcing
from tests.patience import eventually

pytestmark = pytest.mark.anyio

ODILE = PersonRef(uuid4())
OPENING = ProjectOpened(
    title="A safer night", kind=ProjectKind.SAFETY, department=uuid4(), starts="2026-09"
)


def a_command() -> Provenance:
    return replace(MARIE, command=uuid4())


class Table(NamedTuple):
    """A project with one seat for partners, at which involvements begin and end."""

    intake: Intake
    store: Store
    accompaniment: Announcer
    project: UUID
    seat: UUID

    async def facts(self) -> list[Envelope]:
        """What happened at the seat once all that was said has been heard."""

        async def all_heard() -> bool:
            said = await self.accompaniment.save(MARIE)
            return await self.store.place_of("intake-accompaniment") == said.number

        await eventually(all_heard)
        return (await self.store.read_stream("north", self.project))[2:]


@pytest.fixture
async def table(installation: Installation) -> AsyncIterator[Table]:
    settings = installation.settings("intake")
    async with (
        announcing(installation, "accompaniment") as accompaniment,
        Store("intake", settings.database_url) as store,
        Vault(settings) as vault,
    ):
        intake = Intake(store, vault)
        listener = Listener(store, settings.nats_url, pauses=(0.05,) * 5)
        async with listen(listener, intake):
            project, _ = await intake.open_project(OPENING, {}, a_command())
            seat, _ = await intake.open_seat(project, "A seat", SeatFor.PARTNER, a_command())
            yield Table(intake, store, accompaniment, project, seat)


async def test_an_involvement_fills_a_seat_and_leaves_it(table: Table) -> None:
    started = InvolvementStarted(partner=ODILE, project=table.project, ends="2027-06")
    involvement, _ = await table.accompaniment.say(started)
    ended = InvolvementEnded(partner=ODILE, project=table.project)
    await table.accompaniment.go_on(involvement, ended)

    facts = [one.fact() for one in await table.facts()]

    who = {"seat": table.seat, "partner": ODILE, "involvement": involvement}
    assert facts == [SeatFilled(**who, until="2027-06"), SeatVacated(**who)]


async def test_an_involvement_without_a_project_needs_no_seat(table: Table) -> None:
    await table.accompaniment.say(InvolvementStarted(partner=ODILE))

    assert await table.facts() == []


async def test_a_beginning_that_was_annulled_frees_the_seat(table: Table) -> None:
    started = InvolvementStarted(partner=ODILE, project=table.project)
    involvement, said = await table.accompaniment.say(started)

    await table.accompaniment.unsay(involvement, said)

    assert [one.type.split(".")[1] for one in await table.facts()] == [
        "SeatFilled",
        "FactAnnulled",
    ]
    project = await table.intake.load(Project, table.project, "north")
    assert project.seats[table.seat].partner is None


async def test_an_end_that_was_annulled_gives_the_seat_back(table: Table) -> None:
    started = InvolvementStarted(partner=ODILE, project=table.project)
    involvement, _ = await table.accompaniment.say(started)
    ended = InvolvementEnded(partner=ODILE, project=table.project)
    said = await table.accompaniment.go_on(involvement, ended)

    await table.accompaniment.unsay(involvement, said)

    await table.facts()
    project = await table.intake.load(Project, table.project, "north")
    assert project.seats[table.seat].partner == ODILE

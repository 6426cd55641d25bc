import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from contracts.envelope import Envelope
from contracts.intake import NumberGiven, RequestRecorded, RequestState, RequestSubmitted
from services.chassis.moments import HERE
from services.chassis.personal import Vault
from services.chassis.settings import Settings
from services.chassis.store import Store
from services.intake.application import Intake
from tests.examples import MARIE, SUBMISSION

pytestmark = pytest.mark.anyio

THEN = replace(MARIE, time=datetime(2026, 5, 4, tzinfo=HERE))


@pytest.fixture
async def intake(settings: Settings, store: Store) -> AsyncIterator[Intake]:
    async with Vault(settings) as vault:
        yield Intake(store, vault)


async def submitted(intake: Intake) -> UUID:
    request, _ = await intake.draft(SUBMISSION, {}, replace(THEN, command=uuid4()))
    await intake.submit(request, replace(THEN, command=uuid4()))
    return request


async def numbers(store: Store) -> list[str]:
    """In the order in which they were given, as requests bear them."""
    facts = await store.read_log(0, 100_000)
    said = [Envelope.read(one.body) for one in facts if one.type == RequestSubmitted.type]
    return [one.data["number"] for one in said]


async def test_many_who_submit_at_once_get_one_number_each(intake: Intake, store: Store) -> None:
    await asyncio.gather(*(submitted(intake) for _ in range(256)))

    given = await numbers(store)
    assert sorted(given) == [f"D-2026-{number:04}" for number in range(1, 257)]


async def test_two_processes_never_give_the_same_number(
    intake: Intake, store: Store, settings: Settings
) -> None:
    async with Store("intake", settings.database_url) as other_store, Vault(settings) as vault:
        other = Intake(other_store, vault)
        await submitted(intake)
        await submitted(other)

        async with asyncio.TaskGroup() as group:
            for _ in range(32):
                group.create_task(submitted(intake))
                group.create_task(submitted(other))

    given = await numbers(store)
    assert len(given) == len(set(given)) == 66


async def test_each_year_and_each_establishment_counts_for_itself(
    intake: Intake, store: Store
) -> None:
    await submitted(intake)
    elsewhere = replace(THEN, establishment="south")
    last_year = replace(THEN, time=datetime(2025, 12, 31, 23, tzinfo=HERE))
    for by in (elsewhere, last_year):
        request, _ = await intake.draft(SUBMISSION, {}, replace(by, command=uuid4()))
        await intake.submit(request, replace(by, command=uuid4()))

    assert await numbers(store) == ["D-2026-0001", "D-2026-0001", "D-2025-0001"]


async def test_a_number_of_the_register_is_not_given_again(intake: Intake, store: Store) -> None:
    line = RequestRecorded(
        number="D-2026-41",
        title="A committee",
        department=SUBMISSION.department,
        state=RequestState.ACCEPTED,
        received="2026-02",
    )
    await intake.begin_recorded(uuid4(), line, replace(THEN, command=uuid4(), channel="import"))

    await submitted(intake)

    assert await numbers(store) == ["D-2026-0042"]
    kinds = [one.type for one in await store.read_log(0, 10)]
    assert kinds.count(NumberGiven.type) == 2

import asyncio
from collections.abc import AsyncIterator, Collection
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import httpx2
import pytest

from services.chassis.settings import Installation
from services.vault.safe import Safe
from services.vault.sweeping import GRACE, Sweep
from tests.vault.asking import a_value, ask, keep, know, looked_up

pytestmark = pytest.mark.anyio

CLAIMS = "select claim from vault.claims"


class Clock:
    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


class Store:
    """A service that wrote these facts; silent where it wrote down nothing at all."""

    def __init__(self, *written: str) -> None:
        self.written: set[UUID] | None = set(map(UUID, written))
        self.asked: list[UUID] = []

    async def __call__(self, service: str, home: str, ids: Collection[UUID]) -> set[UUID] | None:
        assert (service, home) == ("intake", "north")
        self.asked += ids
        return None if self.written is None else self.written & set(ids)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sweep(installation: Installation, clock: Clock) -> AsyncIterator[Sweep]:
    settings = installation.settings("vault")
    async with Safe(settings.database_url) as safe:
        yield Sweep(safe, settings.nats_url, clock)


async def test_what_a_refused_command_left_is_destroyed_after_the_grace(
    door: httpx2.AsyncClient, sweep: Sweep, clock: Clock, installation: Installation
) -> None:
    value = a_value("given_name", "Zoé Canari")
    await keep(door, value, service="intake")

    clock.ahead = GRACE / 2
    early = await sweep.sweep(Store())
    clock.ahead = 2 * GRACE
    late = await sweep.sweep(Store())

    assert (early, late) == (0, 1)
    left = "select 1 from vault.kept union all select 1 from vault.cards"
    assert not await looked_up(installation, f"{left} union all select 1 from vault.claims")


async def test_what_its_service_does_not_know_is_shown_to_nobody_meanwhile(
    door: httpx2.AsyncClient, sweep: Sweep, clock: Clock
) -> None:
    subject = str(uuid4())
    await keep(door, a_value("family_name", "Roy", subject=subject))
    await keep(door, a_value("family_name", "Canari", subject=subject), service="intake")
    seen_at_once = await know(door, subject)

    clock.ahead = GRACE / 2
    await sweep.sweep(Store())

    assert seen_at_once == {"family_name": "Canari"}
    assert await know(door, subject) == {"family_name": "Roy"}
    search = {"purpose": "recruitment", "text": "canari"}
    assert (await ask(door, "/search", search))["subjects"] == []


async def test_a_value_whose_fact_exists_stays_and_is_never_asked_about_again(
    door: httpx2.AsyncClient, sweep: Sweep, clock: Clock, installation: Installation
) -> None:
    value = a_value()
    await keep(door, value, service="intake")
    store = Store(value["claim"])

    clock.ahead = 2 * GRACE
    await sweep.sweep(store)
    await sweep.sweep(store)

    assert store.asked == [UUID(value["claim"])]
    assert await know(door, value["subject"]) == {"given_name": "Zoé"}
    assert not await looked_up(installation, CLAIMS)


async def test_a_fact_that_came_late_brings_its_value_back(
    door: httpx2.AsyncClient, sweep: Sweep, clock: Clock
) -> None:
    value = a_value()
    await keep(door, value, service="intake")
    clock.ahead = GRACE / 2
    await sweep.sweep(Store())

    await sweep.sweep(Store(value["claim"]))

    assert await know(door, value["subject"]) == {"given_name": "Zoé"}


async def test_silence_destroys_nothing(
    door: httpx2.AsyncClient, sweep: Sweep, clock: Clock, installation: Installation
) -> None:
    value = a_value()
    await keep(door, value, service="intake")
    silent = Store()
    silent.written = None

    for hours in (1, 2, 48):
        clock.ahead = hours * GRACE
        await sweep.sweep(silent)

    assert await know(door, value["subject"]) == {"given_name": "Zoé"}
    assert await looked_up(installation, CLAIMS)


async def test_who_asks_again_while_it_is_destroyed_has_it_kept(
    door: httpx2.AsyncClient, sweep: Sweep, clock: Clock
) -> None:
    values = [a_value(value=f"Zoé {number}") for number in range(50)]
    await keep(door, *values, service="intake")
    clock.ahead = GRACE / 2
    await sweep.sweep(Store())
    clock.ahead = 2 * GRACE

    _, *answers = await asyncio.gather(
        sweep.sweep(Store()), *(keep(door, *values, service="intake") for _ in range(4))
    )

    for kept in answers:
        assert isinstance(kept, list)
        said = {"purpose": "recruitment", "refs": [one["ref"] for one in kept]}
        assert len((await ask(door, "/resolutions", said))["values"]) == 50


async def test_the_sweep_looks_at_what_waits_alone_however_much_is_kept(
    door: httpx2.AsyncClient, sweep: Sweep, clock: Clock
) -> None:
    values = [a_value(value=f"Zoé {number}") for number in range(1_500)]
    await keep(door, *values, service="intake")
    store = Store(*(one["claim"] for one in values))
    clock.ahead = GRACE

    await sweep.sweep(store)
    await keep(door, a_value(), service="intake")
    store.asked.clear()
    clock.ahead = 2 * GRACE
    await sweep.sweep(store)

    assert len(store.asked) == 1

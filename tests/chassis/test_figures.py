"""What Prometheus may read, who reads it, and that it stays small."""

import re
from collections.abc import AsyncIterator
from uuid import uuid4

import httpx2
import pytest

from services.chassis.figures import Measured
from services.chassis.metrics import GAUGES, Count, Figure, Spread, exposition
from services.chassis.relay import Relay
from services.chassis.settings import Installation, Settings
from services.chassis.store import Store
from services.intake.main import build
from services.serving import assemble
from tests.callers import saying
from tests.errands import an_errand
from tests.patience import eventually

pytestmark = pytest.mark.anyio

KEY = "for whoever looks after it"
LINE = re.compile(r'[a-z_]+(\{([a-z]+="[^"\\\n]*",?)+\})? [0-9.e+-]+')
SHOWN = {"Authorization": f"Bearer {KEY}"}


@pytest.fixture
async def intake(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[httpx2.AsyncClient]:
    monkeypatch.setenv("TANDEM_METRICS_KEY", KEY)
    app = assemble({"intake": build}, {"intake": installation.settings("intake")})
    async with app.router.lifespan_context(app):
        road = httpx2.ASGITransport(app=app, raise_app_exceptions=False)
        async with httpx2.AsyncClient(transport=road, base_url="http://tandem") as client:
            yield client


def series(text: str) -> list[str]:
    return [line for line in text.splitlines() if not line.startswith("#")]


async def test_whoever_shows_the_key_reads_the_figures_and_nobody_else(
    intake: httpx2.AsyncClient,
) -> None:
    of_operator = saying("intake", "north", roles=("operator",))

    answers = [
        await intake.get("/metrics", headers=headers)
        for headers in ({}, {"Authorization": f"Bearer {KEY}s"}, of_operator, SHOWN)
    ]

    assert [answer.status_code for answer in answers] == [401, 401, 401, 200]
    assert not any(answer.content for answer in answers[:3])
    assert 'tandem_up{service="intake"} 1' in answers[3].text


async def test_where_there_is_no_key_there_are_no_figures(installation: Installation) -> None:
    app = assemble({"intake": build}, {"intake": installation.settings("intake")})

    road = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=road, base_url="http://tandem") as client:
        answer = await client.get("/metrics", headers={"Authorization": "Bearer "})

    assert answer.status_code == 404


def refused(told: str) -> int:
    """How many submissions were, in this process."""
    [count] = re.findall(r'route="/requests/{id}/submission",status="4xx"} (\d+)', told)
    return int(count)


async def test_however_many_ask_for_whatever_there_are_no_more_series(
    intake: httpx2.AsyncClient,
) -> None:
    async def ask(establishment: str) -> None:
        headers = saying("intake", establishment, f"staff:{uuid4()}")
        await intake.post(f"/intake/requests/{uuid4()}/submission", headers=headers)
        await intake.get(f"/intake/{uuid4()}?nom=Lavoie", headers=headers)
        await intake.request("BREW", "/intake/requests", headers=headers)

    async def relayed() -> bool:
        return "tandem_relay_position" in (await intake.get("/metrics", headers=SHOWN)).text

    await ask("north")
    await eventually(relayed)  # from then on it says how far it is
    before = (await intake.get("/metrics", headers=SHOWN)).text
    for number in range(20):
        await ask(f"house-{number}")
    after = (await intake.get("/metrics", headers=SHOWN)).text

    assert len(series(after)) == len(series(before))
    assert refused(after) == refused(before) + 20
    assert 'method="other",route=' in after
    assert not re.search("[0-9a-f]{8}-[0-9a-f]{4}|house|Lavoie|north", after)


async def test_every_line_is_one_that_prometheus_reads(intake: httpx2.AsyncClient) -> None:
    told = await intake.get("/metrics", headers=SHOWN)

    assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert [line for line in series(told.text) if not LINE.fullmatch(line)] == []
    assert told.text.count("# TYPE tandem_store_position gauge") == 1


async def test_figures_say_how_far_a_service_and_its_relay_are(
    store: Store, settings: Settings
) -> None:
    for _ in range(3):
        await store.append(an_errand())

    async with Relay(store, settings) as relay:

        async def carried() -> bool:
            return [one.value for one in await relay.figures()] == [3]

        await eventually(carried)
        told = await store.figures()

    assert isinstance(store, Measured)
    assert Figure("tandem_store_position", {"service": "intake"}, 3) in told
    assert {figure.name for figure in told} <= set(GAUGES)


async def test_a_part_that_cannot_answer_is_said_to_be_down(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANDEM_METRICS_KEY", KEY)
    app = assemble({"intake": build}, {"intake": installation.settings("intake")})

    road = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=road, base_url="http://tandem") as client:
        told = await client.get("/metrics", headers=SHOWN)

    assert 'tandem_up{service="intake"} 0' in told.text


def test_a_histogram_counts_up_to_each_bound() -> None:
    waits = Spread("waits", "How long.", (0.1, 1), "service")

    for seconds in (0.05, 0.1, 0.5, 30):
        waits.add(seconds, "intake")

    assert [line for line in waits.lines() if not line.startswith("#")] == [
        'waits_bucket{service="intake",le="0.1"} 2',
        'waits_bucket{service="intake",le="1"} 3',
        'waits_bucket{service="intake",le="+Inf"} 4',
        'waits_sum{service="intake"} 30.65',
        'waits_count{service="intake"} 4',
    ]


def test_a_label_cannot_break_out_of_its_line() -> None:
    odd = Count("odd_total", "Odd.", "what")

    odd.add('a"b\\c\nd')

    assert list(odd.lines())[-1] == r'odd_total{what="a\"b\\c\nd"} 1'


def test_a_gauge_that_nobody_described_is_not_told() -> None:
    with pytest.raises(KeyError):
        exposition([Figure("tandem_unheard_of", {}, 1)])

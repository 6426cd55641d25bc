from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx2
import pytest

from contracts.access import AccessRole
from services.chassis.settings import Installation
from tests.callers import signed
from tests.directory.receiving import HOURS
from tests.doors import answering

pytestmark = pytest.mark.anyio

ASKED = {"name": "Our HR", "url": "https://hr.example.org/in?key=of-ours", "messages": [HOURS]}


@pytest.fixture
async def hr(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with (
        answering(installation, "directory") as housed,
        httpx2.AsyncClient(
            base_url=housed.services_at.removesuffix("/{service}"),
            auth=signed("north", "hr", roles=(AccessRole.HR_OFFICER,)),
            timeout=30,
        ) as hr,
    ):
        yield hr


async def listed(hr: httpx2.AsyncClient) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = (await hr.get("/directory/subscriptions")).json()
    return shown


async def test_a_secret_is_shown_to_who_asked_and_never_again(hr: httpx2.AsyncClient) -> None:
    key = {"Idempotency-Key": "one"}

    made = await hr.post("/directory/subscriptions", json=ASKED, headers=key)
    repeated = await hr.post("/directory/subscriptions", json=ASKED, headers=key)
    other = await hr.post("/directory/subscriptions", json=ASKED | {"name": "B"}, headers=key)

    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    assert made.headers["cache-control"] == "no-store"
    assert repeated.json() == made.json()
    assert other.status_code == 422
    [shown] = await listed(hr)
    assert (shown["name"], shown["host"], shown["state"]) == ("Our HR", "hr.example.org", "active")
    assert "whsec_" not in str(shown)
    assert "of-ours" not in str(shown)


async def test_a_subscription_is_paused_resumed_and_ended(hr: httpx2.AsyncClient) -> None:
    id_ = (await hr.post("/directory/subscriptions", json=ASKED)).json()["id"]
    path = f"/directory/subscriptions/{id_}"

    states = []
    for decision in ("pause", "pause", "resumption", "end", "end", "secrets", "resumption"):
        answer = await hr.post(f"{path}/{decision}")
        [shown] = await listed(hr)
        states.append((answer.status_code, shown["state"]))

    assert states == [
        (204, "paused"),
        (204, "paused"),
        (204, "active"),
        (204, "ended"),
        (204, "ended"),
        (409, "ended"),
        (409, "ended"),
    ]


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"url": "http://hr.example.org/"}, "NotAnAddress"),
    ({"url": "https://name:word@hr.example.org/"}, "NotAnAddress"),
    ({"messages": ["tandem.recruitment.partner_paused.v1"]}, "NoSuchMessage"),
    ({"messages": []}, "Unreadable"),
    ({"messages": [">"]}, "Unreadable"),
]


async def test_what_cannot_be_subscribed_to_is_refused_with_what_to_do(
    hr: httpx2.AsyncClient,
) -> None:
    answers = [await hr.post("/directory/subscriptions", json=ASKED | wrong) for wrong, _ in WRONG]

    assert all(answer.status_code in (409, 422) for answer in answers)
    kinds = [answer.json()["type"].removeprefix("urn:tandem:") for answer in answers]
    assert kinds == [kind for _, kind in WRONG]
    assert await listed(hr) == []


async def test_a_subscription_is_of_one_establishment_and_of_hr(hr: httpx2.AsyncClient) -> None:
    id_ = (await hr.post("/directory/subscriptions", json=ASKED)).json()["id"]
    south = signed("south", "hr", roles=(AccessRole.HR_OFFICER,))
    advisor = signed("north", "one", roles=(AccessRole.ADVISOR,))
    path = f"/directory/subscriptions/{id_}"

    answers = [
        await hr.post(f"{path}/pause", auth=south),
        await hr.post(f"{path}/replays", json={"first": 1, "last": 9}, auth=south),
        await hr.get("/directory/deliveries/1", auth=south),
        await hr.post(f"{path}/pause", auth=advisor),
        await hr.post(f"/directory/subscriptions/{uuid4()}/pause"),
    ]

    assert [one.status_code for one in answers] == [404, 404, 404, 403, 404]
    assert (await hr.get("/directory/subscriptions", auth=south)).json() == []

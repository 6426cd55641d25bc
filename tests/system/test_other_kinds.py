"""An id of another kind of thing is no thing of this kind: nothing is decided on it."""

import json
from collections import defaultdict

import httpx2
import pytest

from services.chassis.settings import Installation
from tests.operating import operating
from tests.system.asking import NOBODY, Route, routes
from tests.system.test_canaries import DECIDING, say
from tests.system.test_strangers import Neighbours, ask_all, neighbours  # noqa: F401 - a fixture

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

ASKED = (*DECIDING, "vault")
NOT_THERE = {403, 404, 405, 422}


async def streams_of(installation: Installation, service: str) -> dict[str, str]:
    """Everything that a service keeps, and the fact that it began with."""
    async with operating(installation, service) as own:
        rows = await own.fetch("select body from events where version = 1")
    facts = [json.loads(body) for (body,) in rows]
    return {fact["subject"]: fact["type"] for fact in facts}


async def test_no_route_decides_on_two_kinds_of_things_and_none_is_broken_by_any(
    neighbours: Neighbours,  # noqa: F811
) -> None:
    house, north, _, lived = neighbours
    await say(north, "/vault/rights-requests", right="access", person=lived.partner)
    await say(north, f"/recruitment/partners/{lived.partner}/representatives", kind="assistant")
    every = [one for one in await routes(north, ASKED) if len(one.ids) == 1]
    deciding = [one for one in every if one.method != "GET"]
    trusting = {
        route for route, answer in await told(north, deciding, [NOBODY]) if is_taken(answer)
    }

    found: defaultdict[str, set[str]] = defaultdict(set)
    broken = []
    for service in ASKED:
        kinds = await streams_of(house.installation, service)
        mine = [one for one in deciding if one.service == service and str(one) not in trusting]
        for route, answer in await told(north, mine, list(kinds)):
            if answer.status_code >= 500:
                broken.append(f"{route} {answer.text}")
            if is_taken(answer):
                found[route].add(kinds[id_in(answer)])

    assert broken == []
    assert {route: kinds for route, kinds in found.items() if len(kinds) > 1} == {}
    assert len(found) > 40


async def told(
    office: httpx2.AsyncClient, asked: list[Route], ids: list[str]
) -> list[tuple[str, httpx2.Response]]:
    pairs = [(route, one) for route in asked for one in ids]
    answers = await ask_all(((route, route.address(one)) for route, one in pairs), office)
    return [(str(route), answer) for (route, _), (_, answer) in zip(pairs, answers, strict=True)]


def is_taken(answer: httpx2.Response) -> bool:
    return answer.status_code not in NOT_THERE


def id_in(answer: httpx2.Response) -> str:
    """Which one it was asked about."""
    [one] = [part for part in answer.request.url.path.split("/") if part.count("-") == 4]
    return one

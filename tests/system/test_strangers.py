"""One establishment finds nothing of another's: not by address, and not by naming it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, NamedTuple

from uuid import uuid4

import asyncpg
import httpx2
import pytest

from services.chassis.settings import Installation
from tests.canaries import House
from tests.doors import answering
from tests.system.asking import NOBODY, Route, routes
from tests.system.test_canaries import (
    DECIDING,
    SERVICES,
    a_match,
    a_partner,
    a_request,
    all_is_heard,
    an_involvement,
    how_it_goes,
    say,
)

pytestmark = pytest.mark.anyio

AN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
AT_ONCE = 16
EMPTY = {b"[]", b'{"values":{}}', b'{"subjects":{}}', b'{"subjects":[]}', b'{"keys":{}}'}

# An office may begin to follow an involvement that stands in its own register alone: whose id
# that is, evaluation cannot know. What it then keeps is its own, and nobody else's.
OF_ONE_S_OWN_REGISTER = {
    f"POST /evaluation/involvements/{{involvement}}/{what}"
    for what in ("check-ins", "surveys", "concerns", "exit-interview")
}


class Fact(NamedTuple):
    stream: str
    id: str


class Neighbours(NamedTuple):
    """North, which has lived a whole journey, and south, which has not."""

    house: House
    north: httpx2.AsyncClient
    south: httpx2.AsyncClient
    lived: "Lived"
    routes: list[Route]


class Lived(NamedTuple):
    """What an establishment's journey left: its things, its facts, and whatever has an id."""

    request: str
    partner: str
    involvement: str
    project: str
    seat: str
    department: str
    staff: str
    things: list[str]
    facts: list[Fact]
    ids: set[str]


@pytest.fixture
async def neighbours(installation: Installation) -> AsyncIterator[Neighbours]:
    async with answering(installation, *SERVICES) as housed:
        door = housed.services_at.removesuffix("/{service}")
        async with _desk(door, "north", "marie") as north, _desk(door, "south", "paul") as south:
            lived = await a_journey(House(housed, north, SERVICES))
            yield Neighbours(
                House(housed, south, SERVICES), north, south, lived, await routes(south, SERVICES)
            )


def _desk(door: str, establishment: str, actor: str) -> httpx2.AsyncClient:
    headers = {"Tandem-Establishment": establishment, "Tandem-Actor": actor}
    return httpx2.AsyncClient(base_url=door, headers=headers, timeout=30)


async def a_journey(house: House) -> Lived:
    office = house.office
    department = (await say(office, "/directory/departments", name="Surgery"))["id"]
    staff = (await say(office, "/directory/staff", name="Anne", department=department))["id"]
    await say(office, "/directory/establishment", name="The house of the north")
    opening = {"title": "A committee", "kind": "project", "starts": "2026"}
    project = (await say(office, "/intake/projects", **opening, department=department))["id"]
    seat = (await say(office, f"/intake/projects/{project}/seats", title="A seat"))["id"]
    request, partner = await a_request(office), await a_partner(office)
    await say(office, f"/intake/projects/{project}/seats/{seat}/filling", partner=partner)
    await a_match(office, request, partner)
    involvement = await an_involvement(office, partner)
    await how_it_goes(office, involvement, partner)
    await all_is_heard(house)
    return Lived(
        request, partner, involvement, project, seat, department, staff,
        *await _left_behind(house.installation),
    )  # fmt: skip


async def _left_behind(installation: Installation) -> tuple[list[str], list[Fact], set[str]]:
    facts = [fact async for fact in _facts_of(installation, "north")]
    data = [json.dumps(fact["data"]) for fact in facts]
    named = {one for said in data for one in AN_ID.findall(said)}
    refs = {one for said in data for one in re.findall(r'"ref": "([^"]+)"', said)}
    streams = {fact["subject"] for fact in facts}
    ids = {one for fact in facts for one in AN_ID.findall(json.dumps(fact))}
    things = sorted(streams | named - refs)
    return things, [Fact(fact["subject"], fact["id"]) for fact in facts], ids


async def _facts_of(
    installation: Installation, establishment: str
) -> AsyncIterator[dict[str, Any]]:
    for service in DECIDING:
        database = installation.operator_url(installation.database_of(service))
        operator = await asyncpg.connect(database)
        own = f"select body from {service}.events where establishment = $1"
        for (body,) in await operator.fetch(own, establishment):
            yield json.loads(body)
        await operator.close()


def _addresses(route: Route, lived: Lived) -> Iterator[str]:
    """This route with everything of this journey that could stand in its address."""
    if route.ids == ["stream", "fact"]:
        yield from (route.address(*fact) for fact in lived.facts)
    elif len(route.ids) == 2:
        yield route.address(lived.project, lived.seat)
    else:
        yield from (route.address(one) for one in lived.things)


async def _all(asked: Iterable[tuple[Route, str]], office: httpx2.AsyncClient) -> list[Any]:
    room = asyncio.Semaphore(AT_ONCE)

    async def ask(route: Route, address: str) -> tuple[Route, httpx2.Response]:
        async with room:
            return route, await office.request(route.method, address, json=route.saying())

    return await asyncio.gather(*(ask(*one) for one in asked))


async def test_probe(neighbours: Neighbours) -> None:
    lived, south = neighbours.lived, neighbours.south
    addressed = [route for route in neighbours.routes if route.ids]
    addressed.sort(key=lambda r: r.method)
    n = {}
    for route in addressed:
        asked = [(route, address) for address in _addresses(route, lived)]
        [(_, nobody)] = await _all([(route, route.address(str(uuid4()), str(uuid4())))], south)
        for _, a in await _all(asked, south):
            key = (str(route), a.status_code, nobody.status_code, a.text[:110] if a.status_code!=404 else "")
            n[key] = n.get(key, 0) + 1
    for key, c in n.items():
        if key[1] != 404: print(c, key)

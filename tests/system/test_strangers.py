"""One establishment finds nothing of another's: not by address, and not by naming it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import httpx2
import pytest

from contracts.access import AccessRole
from services.chassis.settings import Installation
from tests.callers import OFFICE, signed
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

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

AN_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T[\d:.+Z]+")
A_REF = re.compile(r'"ref": "([^"]+)"')
AT_ONCE = 16
NEED = {"title": "A need", "level": "consultation", "partners_sought": 1}

# Whose these ids are, another service knows: a stranger's is taken like one that nothing has, and
# what is then said of it is one's own. Office registers rest on that.
TAKEN_ON_TRUST = {
    "a request from a department",
    "a seat for a partner",
    "a search for a request",
    "an involvement",
    "a contact",
    "a check-in",
}


SAID_ON_TRUST = {
    "intake.RequestDrafted.v1",
    "intake.SeatFilled.v1",
    "recruitment.SearchOpened.v1",
    "accompaniment.MandateProposed.v1",
    "evaluation.ContactLogged.v1",
    "evaluation.FollowUpScheduled.v1",
    "evaluation.CheckInHeld.v1",
}


# One asks for a key of its own, the other for a body that is not made up here.
NOT_HEARD = "/directory/feeds/", "/changes"


class Lived(NamedTuple):
    """What there is after a whole journey, by name, then everything that has an id."""

    request: str
    partner: str
    involvement: str
    project: str
    seat: str
    department: str
    staff: str
    things: list[str] = []
    facts: list[tuple[str, str]] = []  # each with its stream
    ids: frozenset[str] = frozenset()


OF_NOBODY = Lived(NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY)


class Neighbours(NamedTuple):
    """North, which has lived a whole journey, and south, which knows every id of it."""

    house: House
    north: httpx2.AsyncClient
    south: httpx2.AsyncClient
    lived: Lived


@pytest.fixture
async def neighbours(installation: Installation) -> AsyncIterator[Neighbours]:
    async with answering(installation, *SERVICES) as housed:
        door = housed.services_at.removesuffix("/{service}")
        async with desk(door, "north", "marie") as north, desk(door, "south", "paul") as south:
            house = House(housed, north, SERVICES)
            yield Neighbours(house, north, south, await a_journey(house))


def desk(door: str, establishment: str, actor: str) -> httpx2.AsyncClient:
    auth = signed(establishment, actor, roles=OFFICE)
    return httpx2.AsyncClient(base_url=door, auth=auth, timeout=30)


async def a_journey(house: House) -> Lived:
    office = house.office
    department = (await say(office, "/directory/departments", name="Surgery"))["id"]
    staff = (await say(office, "/directory/staff", name="Anne", department=department))["id"]
    project, seat = await a_seat(office, department)
    request, partner = await a_request(office), await a_partner(office)
    await say(office, f"/intake/projects/{project}/seats/{seat}/filling", partner=partner)
    await a_match(office, request, partner)
    involvement = await an_involvement(office, partner)
    await how_it_goes(office, involvement, partner)
    await all_is_heard(house)
    named = Lived(request, partner, involvement, project, seat, department, staff)
    return await with_all_ids(named, house)


async def with_all_ids(lived: Lived, house: House) -> Lived:
    facts = [fact async for fact in facts_of(house.installation, "north")]
    said = " ".join(json.dumps(fact["data"]) for fact in facts)
    streams = {fact["subject"] for fact in facts}
    things = sorted(streams | set(AN_ID.findall(said)) - set(A_REF.findall(said)))
    written = [(fact["subject"], fact["id"]) for fact in facts]
    every = frozenset(AN_ID.findall(json.dumps(facts)))
    return lived._replace(things=things, facts=written, ids=every)


async def a_seat(office: httpx2.AsyncClient, department: str) -> tuple[str, str]:
    opening = {"title": "A committee", "kind": "project", "starts": "2026"}
    project = (await say(office, "/intake/projects", **opening, department=department))["id"]
    seat = await say(office, f"/intake/projects/{project}/seats", title="A seat")
    return project, seat["id"]


async def facts_of(installation: Installation, establishment: str) -> AsyncIterator[dict[str, Any]]:
    for service in DECIDING:
        database = installation.operator_url(installation.database_of(service))
        operator = await asyncpg.connect(database)
        own = f"select body from {service}.events where establishment = $1"
        for (body,) in await operator.fetch(own, establishment):
            yield json.loads(body)
        await operator.close()


def addresses(route: Route, lived: Lived) -> Iterator[str]:
    """This route with everything of this journey that could stand in its address."""
    if route.ids == ["stream", "fact"]:
        yield from (route.address(*fact) for fact in lived.facts)
    elif len(route.ids) == 2:
        yield route.address(lived.project, lived.seat)
    else:
        yield from (route.address(one) for one in lived.things)


async def ask_all(
    asked: Iterable[tuple[Route, str]], office: httpx2.AsyncClient
) -> list[tuple[str, httpx2.Response]]:
    room = asyncio.Semaphore(AT_ONCE)

    async def ask(route: Route, address: str) -> tuple[str, httpx2.Response]:
        async with room:
            said = route.saying(whole=False)
            return address, await office.request(route.method, address, json=said)

    return await asyncio.gather(*(ask(*one) for one in asked))


async def test_a_stranger_finds_nothing_at_any_address(neighbours: Neighbours) -> None:
    house, north, south, lived = neighbours
    asked = [
        (route, address)
        for route in await routes(south, SERVICES)
        if route.ids
        for address in addresses(route, lived)
    ]

    answers = await ask_all(asked, south)
    read_here = [one for one in asked if one[0].method == "GET" and "/feeds/" not in one[1]]
    at_home = await ask_all(read_here, north)

    heard = [one for one in answers if not any(part in one[0] for part in NOT_HEARD)]
    found = [where for where, answer in heard if answer.status_code != 404]
    assert [where for where in found if not where.endswith("/history")] == []
    assert {answer.text for where, answer in answers if where in found} == {"[]"}
    assert not any(lived.ids & set(AN_ID.findall(answer.text)) for _, answer in answers)
    assert [fact async for fact in facts_of(house.installation, "south")] == []
    assert {answer.status_code for _, answer in at_home} <= {200, 404, 409, 422}
    read = {where for where, answer in at_home if answer.is_success}
    assert all(any(one in where for where in read) for one in lived[:5])


def at_home(route: Route, lived: Lived) -> str:
    """Where there is something to be read or decided, if there is."""
    if route.ids == ["stream", "fact"]:
        return route.address(*lived.facts[-1]) if lived.facts else route.address()
    if len(route.ids) == 2:
        return route.address(lived.project, lived.seat)
    things = {
        "requests": lived.request, "projects": lived.project, "partners": lived.partner,
        "persons": lived.partner, "searches": lived.request, "involvements": lived.involvement,
        "departments": lived.department, "staff": lived.staff,
    }  # fmt: skip
    return route.address(things.get(route.path.split("/")[1], lived.partner))


async def test_a_role_of_another_establishment_is_told_what_is_told_of_nothing(
    neighbours: Neighbours,
) -> None:
    house, north, _, lived = neighbours
    asked = [route for route in await routes(north, SERVICES) if route.ids]
    before = await seen(north, lived)
    differing = []

    for role in AccessRole:
        theirs, nothing = [
            await all_asked_by(role, of, asked, str(north.base_url)) for of in (lived, OF_NOBODY)
        ]
        differing += [
            f"{role}: {route}: {answer.status_code} {answer.text}"
            for route, (_, answer), (_, expected) in zip(asked, theirs, nothing, strict=True)
            if (answer.status_code, told(answer)) != (expected.status_code, told(expected))
        ]

    assert differing == []
    assert await seen(north, lived) == before
    assert [fact async for fact in facts_of(house.installation, "south")] == []


async def all_asked_by(
    role: AccessRole, of: Lived, asked: list[Route], door: str
) -> list[tuple[str, httpx2.Response]]:
    """By somebody in the south who says to be this partner, or this member of staff."""
    person, staff = UUID(of.partner), UUID(of.staff)
    auth = signed("south", f"staff:{staff}", roles=[role], person=person, staff=staff)
    why = {"Tandem-Reason": "inspection"}  # an auditor says so
    async with httpx2.AsyncClient(base_url=door, auth=auth, headers=why, timeout=30) as there:
        return await ask_all(((one, at_home(one, of)) for one in asked), there)


def told(answer: httpx2.Response) -> str:
    """Without the ids and the moments, which may differ between two that nothing has."""
    return MOMENT.sub("", AN_ID.sub("", answer.text))


async def naming(south: httpx2.AsyncClient, home: Lived, theirs: Lived) -> dict[str, Any]:
    """What one is told when one names these in what is one's own."""
    search = f"/recruitment/searches/{home.request}"
    project, seat = await a_seat(south, home.department)
    about = {"subject": theirs.involvement, "partner": theirs.partner, "staff": theirs.staff}
    asking = {"department": theirs.department, "contact": theirs.staff}
    within = {"project": theirs.project}
    mandate = {"title": "A mandate", "role": "organization", "level": "consultation"}
    parties = {"partner": theirs.partner, "request": theirs.request, **within}
    somebody = {"partner": theirs.partner}
    commands: dict[str, tuple[str, dict[str, Any]]] = {
        "staff": ("/directory/staff", {"name": "Léa", "department": theirs.department}),
        "a request from a department": ("/intake/requests", NEED | asking),
        "a request for a project": ("/intake/requests", NEED | asking | within),
        "a seat for a partner": (f"/intake/projects/{project}/seats/{seat}/filling", somebody),
        "a search for a request": ("/recruitment/searches", NEED | {"request": theirs.request}),
        "a short list": (f"{search}/shortlist", somebody),
        "interest": (f"{search}/interest", somebody),
        "a match": (f"{search}/match", somebody),
        "an involvement": ("/accompaniment/involvements", mandate | parties),
        "a contact": ("/evaluation/contacts", {"about": "involvement", "kind": "call"} | about),
        "a check-in": (
            f"/evaluation/involvements/{theirs.involvement}/check-ins", {"side": "team"} | somebody
        ),
    }  # fmt: skip
    told = {}
    for what, (path, said) in commands.items():
        answer = await south.post(path, json=said)
        told[what] = answer.status_code, answer.json().get("title") if answer.content else None
    return told


async def test_naming_what_is_another_s_is_like_naming_what_is_nowhere(
    neighbours: Neighbours,
) -> None:
    house, north, south, lived = neighbours
    department = (await say(south, "/directory/departments", name="Surgery"))["id"]
    home = OF_NOBODY._replace(request=await a_request(south), department=department)
    before = await seen(north, lived)

    theirs = await naming(south, home, lived)
    of_nobody = await naming(south, home, OF_NOBODY)

    assert theirs == of_nobody
    assert {what for what, (status, _) in theirs.items() if status < 300} == TAKEN_ON_TRUST
    await all_is_heard(house)
    assert await seen(north, lived) == before
    said = [fact async for fact in facts_of(house.installation, "south")]
    naming_theirs = [fact for fact in said if lived.ids & set(AN_ID.findall(json.dumps(fact)))]
    assert {fact["type"] for fact in naming_theirs} == SAID_ON_TRUST


async def seen(office: httpx2.AsyncClient, lived: Lived) -> list[str]:
    """What is known of this journey, told without what passes with the days."""
    pages = [
        f"/ledger/persons/{lived.partner}/history",
        f"/ledger/requests/{lived.request}/history",
        f"/insights/partners/{lived.partner}",
        f"/insights/requests/{lived.request}",
        f"/insights/involvements/{lived.involvement}",
        f"/insights/projects/{lived.project}",
    ]
    answers = [await office.get(page) for page in pages]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.text for answer in answers]


async def test_what_one_begins_under_another_s_id_binds_only_oneself(
    neighbours: Neighbours,
) -> None:
    house, north, south, lived = neighbours
    stated = {"title": "Ours", "kind": "project", "state": "running", "starts": "2020"}
    line = {
        "id": lived.project,
        "fact": "intake.ProjectRecorded.v1",
        "happened": "2020",
        "data": {**stated, "department": NOBODY},
    }

    recorded = await south.post("/intake/register", json={"lines": [line]})
    await say(south, "/recruitment/searches", **NEED, request=lived.request)
    await say(south, f"/recruitment/searches/{lived.request}/closing", reason="withdrawn")
    await say(north, f"/recruitment/searches/{lived.request}/closing", reason="nobody_found")
    await say(north, f"/intake/projects/{lived.project}/closing")

    assert [one["outcome"] for one in recorded.json()] == ["added"]
    await all_is_heard(house)
    projects = [
        await office.get(f"/insights/projects/{lived.project}") for office in (north, south)
    ]
    assert [one.json()["title"] for one in projects] == ["A committee", "Ours"]

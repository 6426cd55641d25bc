"""What every OpenAPI promises is kept: whatever fits it is answered, as it says, to every role.

`TANDEM_EXAMPLES` asks for more than the few examples an operation has in a usual run. Headers are
tried in `test_junk`, and tokens in `test_who_may_what`.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from itertools import cycle, islice
from typing import Any, NamedTuple
from uuid import uuid4

import httpx2
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.core import NotSet
from schemathesis.core.result import Ok

from contracts.access import AccessRole
from contracts.policy import KEYED, TABLE, Rule
from services.chassis.gate import rule_of
from services.chassis.settings import Installation
from services.chassis.tokens import Identity
from services.together import BUILDERS
from tests.callers import PENS
from tests.doors import answering
from tests.system.test_who_may_what import ASKED, NOWHERE

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

EXAMPLES = int(os.environ.get("TANDEM_EXAMPLES", "2"))
AT_ONCE = 16
PERSON = uuid4()


class Promise(NamedTuple):
    """One operation: who may ask it, what may be said, and which answers are announced."""

    service: str
    label: str
    rule: Rule
    answers: frozenset[int]
    cases: list[Any]

    def sent(self) -> Iterator[tuple[AccessRole, Any]]:
        """Every example, and every role that may ask it, and one that may not."""
        able = [*self.rule.of_anything, *self.rule.of_their_own]
        most = max(len(able), len(self.cases))
        yield from islice(zip(cycle(able), cycle(self.cases), strict=False), most)
        if others := [role for role in AccessRole if role not in able]:
            yield others[0], self.cases[0]


def promises(service: str, made: set[str]) -> Iterator[Promise]:
    """What every service has alike is asked of the first alone."""
    app = BUILDERS[service](NOWHERE.settings(service))
    names = {
        (method, route.path): route.name  # type: ignore[attr-defined]
        for route in app.routes
        for method in getattr(route, "methods", None) or ()
    }
    schema = schemathesis.openapi.from_dict(_without_headers(app.openapi()))
    for found in schema.get_all_operations():
        assert isinstance(found, Ok), found
        operation = found.ok()
        name = names[operation.method.upper(), operation.path]
        rule = rule_of(service, name)
        alike = f"{service}.{name}" not in TABLE
        if rule and f"{service}.{name}" not in KEYED and not (alike and name in made):
            made.add(name)
            answers = frozenset(map(int, operation.definition.raw["responses"]))
            yield Promise(service, name, rule, answers, _drawn(operation))


def _without_headers(told: dict[str, Any]) -> dict[str, Any]:
    told["components"].pop("securitySchemes", None)
    for methods in told["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
            given_in = operation.get("parameters", [])
            operation["parameters"] = [one for one in given_in if one["in"] != "header"]
    return told


def _drawn(operation: Any) -> list[Any]:
    """The same examples at every run."""
    drawn: list[Any] = []

    @settings(
        max_examples=EXAMPLES, derandomize=True, database=None, phases=[Phase.generate],
        deadline=None, suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy())
    def draw(case: Any) -> None:
        drawn.append(case)

    draw()
    return drawn


@pytest.fixture(scope="module")
def announced() -> list[Promise]:
    """Drawn before anything runs: it holds the loop for seconds."""
    made: set[str] = set()
    return [one for service in ASKED for one in promises(service, made)]


@pytest.fixture
async def door(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with answering(installation, *ASKED) as housed:
        url = housed.services_at.removesuffix("/{service}")
        async with httpx2.AsyncClient(base_url=url, timeout=60) as door:
            yield door


async def broken(door: httpx2.AsyncClient, promise: Promise, room: asyncio.Semaphore) -> list[str]:
    """What was answered otherwise than is announced."""

    async def ask(role: AccessRole, case: Any) -> str | None:
        async with room:
            answer = await _ask(door, promise.service, role, case)
        wrong = answer.status_code >= 500 or answer.status_code not in promise.answers
        said = f"{promise.service}.{promise.label} by {role}: {answer.status_code} {answer.text}"
        return f"{said} to {case.formatted_path} {case.query} {case.body}" if wrong else None

    told = await asyncio.gather(*(ask(role, case) for role, case in promise.sent()))
    return [why for why in told if why]


async def _ask(
    door: httpx2.AsyncClient, service: str, role: AccessRole, case: Any
) -> httpx2.Response:
    who = Identity("north", f"staff:{role}", (role,), person=PERSON, staff=PERSON)
    headers = PENS[-1].headers(service, who)
    more: dict[str, Any] = {}
    if not isinstance(case.body, NotSet):
        plain = isinstance(case.body, bytes)
        more["content"] = case.body if plain else json.dumps(case.body).encode()
        headers["Content-Type"] = case.media_type or "application/json"
    path = f"/{service}{case.formatted_path}"
    return await door.request(case.method, path, params=case.query, headers=headers, **more)


async def test_every_answer_is_one_that_is_announced(
    announced: list[Promise], door: httpx2.AsyncClient
) -> None:
    room = asyncio.Semaphore(AT_ONCE)

    told = await asyncio.gather(*(broken(door, promise, room) for promise in announced))

    assert len(announced) > 100
    wrong = [why for one in told for why in one]
    assert not wrong, "\n".join(wrong)

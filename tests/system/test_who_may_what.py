"""Every route of every service, asked by every role, by nobody, and with tokens that are not good.

`policy.txt` has a line a route, so that a change is seen by whoever reviews it; written anew by
`python -m tests.system.test_who_may_what`.
"""

import asyncio
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

import httpx2
import pytest
from fastapi import FastAPI
from joserfc import jwt
from starlette.routing import BaseRoute, Route

from contracts.access import AccessRole
from contracts.policy import KEYED
from contracts.trust import SIGNERS
from services.chassis.gate import rule_of
from services.chassis.settings import Installation
from services.chassis.tokens import ALGORITHM, Identity, Pen
from services.provisioning import SERVICES
from services.together import BUILDERS

pytestmark = pytest.mark.anyio

GOLDEN = Path(__file__).parent / "policy.txt"
ASKED = [name for name in BUILDERS if name != "portal"]
LETTERS = dict(zip(AccessRole, "PRALCHMUOS", strict=True))  # small: only of what is one's own
KEYS = {name: f"the secret of {name}" for name in (*SERVICES, "operator")}
NOWHERE = Installation("postgresql://nowhere/tandem", "nats://nowhere", KEYS)
PORTAL = Pen("portal", KEYS["portal"])
SOMEBODY = uuid4()


class Asked(NamedTuple):
    """One route, with something in the blanks of its address."""

    service: str
    name: str
    method: str
    path: str

    @property
    def keyed(self) -> bool:
        return f"{self.service}.{self.name}" in KEYED

    def __str__(self) -> str:
        return f"{self.service}.{self.name}"


def routes_of(service: str, app: FastAPI) -> Iterator[Asked]:
    for route in app.routes:
        if isinstance(route, Route) and route.name != "openapi":
            [method, *_] = sorted((route.methods or {"GET"}) - {"HEAD"})
            yield Asked(service, route.name, method, _filled(route))


def _filled(route: BaseRoute) -> str:
    assert isinstance(route, Route)
    blanks = {
        name: "1" if "int" in type(kind).__name__.lower() else str(SOMEBODY)
        for name, kind in route.param_convertors.items()
    }
    return route.path_format.format(**blanks)


@pytest.fixture(scope="module")
def services() -> dict[str, FastAPI]:
    """As they are built, and not started: who is refused is so before anything is looked at."""
    return {name: BUILDERS[name](NOWHERE.settings(name)) for name in ASKED}


@pytest.fixture(scope="module")
def every_route(services: dict[str, FastAPI]) -> list[Asked]:
    return [one for name, app in services.items() for one in routes_of(name, app)]


class Doors:
    """Of services that are not started: who is let in is refused for a date that is none."""

    def __init__(self, services: dict[str, FastAPI]) -> None:
        self._doors = {
            name: httpx2.AsyncClient(
                transport=httpx2.ASGITransport(app),
                base_url="http://tandem",
                headers={"Tandem-Happened": "never", "Tandem-Reason": "inspection"},
            )
            for name, app in services.items()
        }

    async def ask(self, route: Asked, **headers: str) -> httpx2.Response:
        return await self._doors[route.service].request(route.method, route.path, headers=headers)

    async def lets_in(self, route: Asked, who: Identity) -> bool:
        answer = await self.ask(route, **PORTAL.headers(route.service, who))
        assert answer.status_code in (403, 422), f"{route}: {answer.text}"
        return answer.status_code == 422


def somebody(role: AccessRole, *, known: bool = True) -> Identity:
    """In one role; who is not known as a partner or as staff has nothing of their own."""
    who = SOMEBODY if known else None
    return Identity("north", "staff:one", (role,), person=who, staff=who)


async def _line(doors: Doors, route: Asked) -> str:
    """What every role is told by a route."""
    told = ""
    for role, letter in LETTERS.items():
        if await doors.lets_in(route, somebody(role, known=False)):
            told += letter
        else:
            told += letter.lower() if await doors.lets_in(route, somebody(role)) else "."
    return f"{told} {route}"


def by_the_table(routes: Iterable[Asked]) -> list[str]:
    told = []
    for route in routes:
        rule = rule_of(route.service, route.name)
        if route.keyed or rule is None:
            told.append(f"{'by its key' if route.keyed else 'nobody':{len(LETTERS)}} {route}")
            continue
        letters = (
            letter if role in rule.of_anything else letter.lower()
            if role in rule.of_their_own else "."
            for role, letter in LETTERS.items()
        )  # fmt: skip
        told.append(f"{''.join(letters)} {route}")
    return sorted(told, key=lambda line: line.split()[-1])


async def test_every_role_may_ask_what_the_table_says_and_nothing_else(
    services: dict[str, FastAPI], every_route: list[Asked]
) -> None:
    doors = Doors(services)

    told = [await _line(doors, route) for route in every_route if not route.keyed]

    expected = by_the_table(route for route in every_route if not route.keyed)
    assert sorted(told, key=lambda line: line.split()[-1]) == expected


def test_the_table_is_as_it_was_reviewed(every_route: list[Asked]) -> None:
    reviewed = GOLDEN.read_text().splitlines()

    assert by_the_table(every_route) == reviewed


def bad_tokens(service: str) -> dict[str, str]:
    """For one service, each wrong in one way alone."""
    who = somebody(AccessRole.OFFICE_LEAD)
    good = PORTAL.sign(service, who)
    past = int(time.time()) - 120
    another = "vault" if service != "vault" else "intake"
    return {
        "no token": "",
        "no token at all": "Bearer nonsense",
        "cut short": f"Bearer {good[:-4]}",
        "expired": f"Bearer {signed(service, who, iat=past, exp=past + 60)}",
        "of tomorrow": f"Bearer {signed(service, who, iat=past + 9999, exp=past + 9999 + 60)}",
        "too long-lived": f"Bearer {signed(service, who, exp=int(time.time()) + 3600)}",
        "of a stranger": f"Bearer {Pen('portal', 'another secret').sign(service, who)}",
        "of nobody we know": f"Bearer {Pen('visitor', KEYS['portal']).sign(service, who)}",
        "for another service": f"Bearer {PORTAL.sign(another, who)}",
        "of a service for a person": f"Bearer {Pen('ledger', KEYS['ledger']).sign(service, who)}",
    }


def signed(service: str, who: Identity, **claims: int) -> str:
    """As the portal would sign it at another time."""
    now = int(time.time())
    said = {"iss": "portal", "aud": service, "iat": now, "exp": now + 60, **who.claims(), **claims}
    header = {"alg": ALGORITHM, "kid": "portal"}
    return jwt.encode(header, said, PORTAL.key, algorithms=[ALGORITHM])


async def test_nobody_is_let_in_without_a_good_token(
    services: dict[str, FastAPI], every_route: list[Asked]
) -> None:
    doors, bad = Doors(services), {service: bad_tokens(service) for service in services}

    let_in = [
        f"{route} with {what}"
        for route in every_route
        if not route.keyed
        for what, token in bad[route.service].items()
        if (await doors.ask(route, **({"Authorization": token} if token else {}))).status_code
        != 401
    ]

    assert let_in == []


async def test_who_is_refused_is_told_what_to_do(services: dict[str, FastAPI]) -> None:
    doors = Doors(services)
    route = Asked("intake", "accept", "POST", f"/requests/{uuid4()}/acceptance")
    partner = PORTAL.headers("intake", somebody(AccessRole.PARTNER))

    nobody, forbidden = await asyncio.gather(
        doors.ask(route, **{"Accept-Language": "fr"}),
        doors.ask(route, **partner, **{"Accept-Language": "fr"}),
    )

    assert (nobody.status_code, forbidden.status_code) == (401, 403)
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer")
    assert "connectez-vous" in nobody.json()["title"]
    assert "Bureau du partenariat" in forbidden.json()["title"]


async def test_a_service_says_of_others_only_what_it_may(services: dict[str, FastAPI]) -> None:
    doors = Doors(services)
    records = Asked("intake", "record", "POST", "/register")
    keeps = Asked("vault", "keep", "POST", "/reservations")
    advisor, operator = somebody(AccessRole.ADVISOR), somebody(AccessRole.OPERATOR)
    intake, cli = Pen("intake", KEYS["intake"]), Pen("operator", KEYS["operator"])

    forwarded = await doors.ask(keeps, **intake.headers("vault", advisor))
    elsewhere = await doors.ask(records, **intake.headers("intake", operator))
    by_the_operator = await doors.ask(records, **cli.headers("intake", operator))

    assert set(SIGNERS) == {"portal", "operator"}
    assert (forwarded.status_code, elsewhere.status_code) == (422, 401)
    assert by_the_operator.status_code == 422


if __name__ == "__main__":
    apps = {name: BUILDERS[name](NOWHERE.settings(name)) for name in ASKED}
    every = (one for name, app in apps.items() for one in routes_of(name, app))
    GOLDEN.write_text("\n".join(by_the_table(every)) + "\n")

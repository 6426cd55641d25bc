"""Whatever is sent to it, the platform answers in words, and goes on."""

import asyncio
import copy
import json
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import cycle, islice
from typing import Any, NamedTuple

import httpx2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.chassis.refusing import AT_THE_DOOR
from services.chassis.settings import Installation
from tests.architecture.test_refusals import all_refusals
from tests.canaries import House
from tests.doors import answering
from tests.offices import an_office
from tests.system.asking import NOBODY, Route, routes
from tests.system.test_canaries import DECIDING, SERVICES, all_is_heard, say
from tests.system.test_strangers import Lived, a_journey, desk

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

CANARY = "Zygomatica"
FRENCH = {kind.french for kind in all_refusals()} | {french for *_, french in AT_THE_DOOR.values()}
LANGUAGES = "en", "fr"
AT_ONCE = 8
PROBLEM = "application/problem+json"

BODIES = {
    "nothing": b"",
    "a list": b"[]",
    "a word": f'"{CANARY}"'.encode(),
    "half a body": f'{{"title": "{CANARY}'.encode(),
    "no text": b'{"title": "\xff\xfe"}',
    "no number": b'{"title": NaN}',
    "too many digits": b'{"title": %s}' % (b"9" * 5000),
    "too deep": b'{"title":' * 5000 + b"1" + b"}" * 5000,
    "deeper still": b"[" * 100_000,
    "a field of one's own": f'{{"own": "{CANARY}"}}'.encode(),
}
VALUES: dict[str, Any] = {
    "nothing readable": f"{CANARY}\0",
    "half a character": f"{CANARY}\ud800",
    "a terminal's word": f"{CANARY}\x1b[2J\x7f",
    "too long": "x" * 70_000,
    "a list": [CANARY],
    "an object": {CANARY: CANARY},
    "too large": 10**30,
    "none": None,
}
TOO_LONG = json.dumps({"title": "x" * 1_000_000}).encode()


class Besieged(NamedTuple):
    house: House
    lived: Lived
    commands: list[Route]

    async def withstand(self, sent: Iterable[tuple[Route, str, bytes]]) -> list[str]:
        """What was not taken, nor refused as it should be. Every other caller is French."""
        room = asyncio.Semaphore(AT_ONCE)

        async def send(number: int, route: Route, what: str, body: bytes) -> str | None:
            language = LANGUAGES[number % 2]
            headers = {"Content-Type": "application/json", "Accept-Language": language}
            address = at_home(route, self.lived)
            async with room:
                answer = await self.house.office.post(address, content=body, headers=headers)
            why = what_is_wrong_with(answer, language)
            return why and f"{route}: {what}: {why}"

        told = await asyncio.gather(*(send(number, *one) for number, one in enumerate(sent)))
        return [why for why in told if why]


@pytest.fixture
async def besieged(installation: Installation) -> AsyncIterator[Besieged]:
    async with answering(installation, *SERVICES) as housed:
        door = housed.services_at.removesuffix("/{service}")
        async with desk(door, "north", "marie") as north:
            house = House(housed, north, SERVICES)
            told = [one for one in await routes(north, SERVICES) if one.method == "POST"]
            yield Besieged(house, await a_journey(house), told)


@pytest.fixture
async def office(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with an_office(installation, "vault", "intake", "ledger", "insights") as office:
        yield office


def at_home(route: Route, lived: Lived) -> str:
    """Where there is something to be decided about, if there is."""
    if route.ids == ["stream", "fact"]:
        return route.address(*lived.facts[-1])
    if len(route.ids) == 2:
        return route.address(lived.project, lived.seat)
    things = {
        "requests": lived.request,
        "projects": lived.project,
        "partners": lived.partner,
        "searches": lived.request,
        "involvements": lived.involvement,
    }
    return route.address(things.get(route.path.split("/")[1], NOBODY))


def spoilt(body: Any) -> Iterator[tuple[str, Any]]:
    """This body with each of its values in turn made junk, of some kinds here and others there."""
    kinds = cycle(VALUES.items())
    for path in _places(body):
        for what, junk in islice(kinds, 3):
            yield f"{what} in #{'/'.join(map(str, ('', *path)))}", _with(body, path, junk)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for step, part in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(part, (*path, step))
    else:
        yield path


def _with(body: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    changed = copy.deepcopy(body)
    inner = changed
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = junk
    return changed


def what_is_wrong_with(answer: httpx2.Response, language: str) -> str | None:
    """None where it was taken, or refused as it should be."""
    if answer.is_success:
        return None
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    if answer.headers["Content-Type"] != PROBLEM:
        return answer.headers["Content-Type"]
    problem = answer.json()
    if CANARY in answer.text.replace(f"/{CANARY}", ""):  # a field is named by its own name
        return f"it repeats what was said: {answer.text}"
    if not problem["title"] or (problem["title"] in FRENCH) is not (language == "fr"):
        return f"not in {language}: {problem['title']}"
    if problem["type"].endswith(":Unreadable") and answer.status_code == 422:
        errors = problem["errors"]
        if not errors or not all(says_where(one) for one in errors):
            return f"it does not say where: {errors}"
    return None


def says_where(error: dict[str, str]) -> bool:
    return error.get("pointer", "").startswith("#") or "query" in error


async def nobody_else_noticed(besieged: Besieged) -> None:
    house = besieged.house
    asked = await say(house.office, "/directory/departments", name="An ordinary one")
    await all_is_heard(house)
    seen = await house.office.get(f"/insights/departments/{asked['id']}")
    assert seen.json()["name"] == "An ordinary one"
    for shelf in (*(f"/{service}/quarantine" for service in DECIDING), "/insights/parked"):
        aside = (await house.office.get(shelf)).json()
        # What a listener refused in so many words holds nothing up.
        assert [one for one in aside if one.get("blocks", True)] == []


def sieges(commands: Iterable[Route]) -> Iterator[tuple[Route, str, bytes]]:
    """Bodies that are none for one command of each service, and all commands' own made junk."""
    for route in {route.service: route for route in commands if route.body}.values():
        yield from ((route, what, body) for what, body in BODIES.items())
    for route in commands:
        yield route, "nothing", b""
        yield from (
            (route, what, json.dumps(said).encode()) for what, said in spoilt(route.saying())
        )


async def test_junk_is_refused_in_words_and_nobody_else_notices(besieged: Besieged) -> None:
    sent = sieges(besieged.commands)

    wrong = await besieged.withstand(sent)

    assert wrong == []
    await nobody_else_noticed(besieged)


TEXT = st.text(st.characters(exclude_categories=()), max_size=20)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)


def anything(count: int) -> list[Any]:
    """The same values at every run; there is nothing to shrink in what a server answers."""
    drawn: list[Any] = []

    @settings(max_examples=count, derandomize=True, database=None)
    @given(ANYTHING)
    def draw(value: Any) -> None:
        drawn.append(value)

    draw()
    return drawn


async def test_anything_at_any_place_is_taken_or_refused_in_words(besieged: Besieged) -> None:
    bodies = [(route, route.saying()) for route in besieged.commands if route.body]
    places = [(route, body, path) for route, body in bodies for path in [(), *_places(body)]]
    sent = [
        (route, str(path), json.dumps(_with(body, path, junk)).encode())
        for (route, body, path), junk in zip(places, anything(len(places)), strict=False)
    ]

    wrong = await besieged.withstand(sent)

    assert wrong == []
    await nobody_else_noticed(besieged)


HEADERS = {
    "Tandem-Happened": [
        "2099-01-01", "0000", "0001-01-01", "2026-02-31", "2026-13", "9999", "9999/9999", "1899",
        "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-01-01T00:00:00+99:99",
        "yesterday", "x" * 41,
    ],
    "Idempotency-Key": ["", "a b", "x" * 201, "é"],
    "If-Match": ["", "*", "x", "-1", 'W/"1"', "9" * 10],
}  # fmt: skip


async def test_a_bad_header_is_named_in_one_s_own_language(office: httpx2.AsyncClient) -> None:
    said = {"title": "A committee", "kind": "project", "starts": "2026", "department": NOBODY}
    wrong = {}

    for name, values in HEADERS.items():
        for number, value in enumerate(values):
            language = LANGUAGES[number % 2]
            headers = {name.encode(): value.encode(), b"Accept-Language": language.encode()}
            answer = await office.post("/intake/projects", json=said, headers=headers)
            named = (
                name == "Tandem-Happened"
                or {"header": name.lower()}.items()
                <= {**answer.json().get("errors", [{}])[0]}.items()
            )
            if answer.status_code != 422 or not named or _untold(answer, language):
                wrong[name, value] = answer.text

    assert wrong == {}
    assert (await office.post("/intake/projects", json=said)).status_code == 201


def _untold(answer: httpx2.Response, language: str) -> bool:
    return (answer.json()["title"] in FRENCH) is not (language == "fr")


def cursor(*words: object) -> str:
    return urlsafe_b64encode(json.dumps(words).encode()).decode().rstrip("=")


LATE = "9999", "9999-12", "9999-12-31", "9999/9999", "9999-24", "0000", "\0", "2026-02-31"


QUESTIONS: list[tuple[str, dict[str, str]]] = [
        *(
            ("/insights/requests", {"after": after})
            for after in (
                "x", "!!!", "é", "a" * 601, cursor("x"), cursor(1, 2), cursor("x", "y"),
                cursor("\0", NOBODY), urlsafe_b64encode(b"\xff\xfe").decode(),
            )
        ),
        *(("/insights/requests", {name: "\0"}) for name in ("q", "state", "department", "sort")),
        *((f"/insights/partners/{NOBODY}/story", {"as_of": day}) for day in LATE),
        *(("/ledger/entries", {"known_on": day}) for day in LATE),
        ("/ledger/entries", {"after": "9" * 20}),
        ("/insights/requests", {"limit": "1e9"}),
        ("/insights/requests/x", {}),
        ("/intake/nothing", {}),
        ("/intake/projects", {}),
]  # fmt: skip


async def test_a_question_that_cannot_be_understood_is_refused_in_words(
    office: httpx2.AsyncClient,
) -> None:
    wrong = {}

    for number, (path, params) in enumerate(QUESTIONS):
        language = LANGUAGES[number % 2]
        answer = await office.get(path, params=params, headers={"Accept-Language": language})
        refused = answer.status_code in (400, 404, 405, 422)
        if not refused or answer.headers["Content-Type"] != PROBLEM or _untold(answer, language):
            wrong[path, str(params)] = answer.status_code, answer.text

    assert wrong == {}


async def test_a_place_that_is_none_is_not_waited_for(office: httpx2.AsyncClient) -> None:
    unreadable = ["", "intake", "Intake@1", "intake@-1", f"intake@{'9' * 19}"]

    refused = [
        await office.get("/insights/requests", headers={"Tandem-Wait": place})
        for place in unreadable
    ]
    waited = await office.get("/insights/requests", headers={"Tandem-Wait": "nobody@1"})

    assert {answer.status_code for answer in refused} == {422}
    assert (waited.status_code, waited.headers["Tandem-Stale"]) == (200, "true")


async def test_what_is_too_long_is_not_read(office: httpx2.AsyncClient) -> None:
    headers = {"Accept-Language": "fr"}

    answer = await office.post("/intake/projects", content=TOO_LONG, headers=headers)

    assert answer.status_code == 413
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.json()["title"] in FRENCH

import hmac
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx2
import orjson
import pytest
from standardwebhooks import Webhook

from contracts.access import AccessRole
from contracts.directory import HookSetAside
from contracts.vault import Purpose
from services.chassis.deciding import Provenance
from services.chassis.personal import Vault
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.directory.stating import kind_of
from tests.callers import signed
from tests.doors import answering

pytestmark = pytest.mark.anyio

COLUMNS = {
    "key": "data.number",
    "given_name": "data.first",
    "family_name": "data.last",
    "active": "data.status",
}
LISE = {"number": 4217, "first": "Lise", "last": "Morin", "status": "Active"}
BY = Provenance("north", "service:directory")
OURS = "a-secret-that-hr-has-made"


@dataclass
class Door:
    """A source that speaks by webhooks, and what it sends."""

    hr: httpx2.AsyncClient
    outside: httpx2.AsyncClient
    vault: Vault
    store: Store
    source: str

    async def set(self, verifier: str, secret: str | None = None) -> str:
        said = {"verifier": verifier} | ({"secret": secret} if secret else {})
        answer = await self.hr.put(f"/directory/sources/{self.source}/door", json=said)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["secret"])

    async def send(self, body: bytes, headers: dict[str, str]) -> httpx2.Response:
        path = f"/directory/hooks/{self.source}"
        return await self.outside.post(path, content=body, headers=headers)

    async def say(self, secret: str, said: object, id: str = "") -> httpx2.Response:
        """By Standard Webhooks."""
        body = said if isinstance(said, bytes) else orjson.dumps({"data": said})
        return await self.send(body, standard(secret, body, id))

    async def known(self, key: str = "4217") -> dict[str, str]:
        """What the vault has of the person whom HR calls so."""
        ids = await self.vault.ids_of(BY, kind_of("hr-main"), [key], create=False)
        known = await self.vault.know(BY, Purpose.STAFF, ids.values())
        return next(iter(known.values()), {})


def standard(secret: str, body: bytes, id: str = "", ago: int = 0) -> dict[str, str]:
    known_by, now = id or f"msg_{uuid4()}", int(time.time()) - ago
    signature = Webhook(secret).sign(known_by, datetime.fromtimestamp(now, UTC), body.decode())
    return {"webhook-id": known_by, "webhook-timestamp": f"{now}", "webhook-signature": signature}


def frappe(secret: str, body: bytes) -> dict[str, str]:
    signature = b64encode(hmac.digest(secret.encode(), body, "sha256")).decode()
    return {"X-Frappe-Webhook-Signature": signature}


def bamboohr(secret: str, body: bytes) -> dict[str, str]:
    now = f"{int(time.time())}"
    made = hmac.digest(secret.encode(), body + now.encode(), "sha256").hex()
    return {"X-BambooHR-Timestamp": now, "X-BambooHR-Signature": made}


def token(secret: str, _: bytes) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


WAYS: dict[str, Any] = {
    "standardwebhooks": standard, "frappe": frappe, "bamboohr": bamboohr, "token": token,
}  # fmt: skip


@pytest.fixture
async def door(installation: Installation) -> AsyncIterator[Door]:
    async with answering(installation, "vault", "directory") as housed:
        settings, at = housed.settings("directory"), housed.services_at
        url, officer = at.removesuffix("/{service}"), (AccessRole.HR_OFFICER,)
        hr = httpx2.AsyncClient(base_url=url, auth=signed("north", "hr", roles=officer), timeout=30)
        outside = httpx2.AsyncClient(base_url=url, timeout=30)
        store = Store("directory", settings.database_url)
        async with hr, outside, Vault(settings) as vault, store:
            said = {"name": "hr-main", "kind": "webhook", "columns": COLUMNS}
            opened = await hr.post("/directory/sources", json=said)
            assert opened.status_code == 201, opened.text
            yield Door(hr, outside, vault, store, opened.json()["id"])


async def test_hr_is_heard_in_the_way_its_system_signs(door: Door) -> None:
    for number, (way, sign) in enumerate(WAYS.items(), 1):
        made = await door.set(way, None if way == "standardwebhooks" else OURS)
        body = orjson.dumps({"data": LISE | {"number": number}})

        heard = await door.send(body, sign(made, body))
        altered = await door.send(body, sign(made, body + b" "))
        forged = await door.send(body, sign("whsec_" + "A" * 32, body))

        assert (heard.status_code, heard.json()) == (202, {"done": "stated"})
        assert (await door.known(f"{number}"))["name"] == "Lise Morin"
        assert forged.status_code == 401
        assert forged.json()["type"] == "urn:tandem:NotVerified"
        assert altered.status_code == (202 if way == "token" else 401)


async def test_what_was_heard_once_changes_nothing_again(door: Door) -> None:
    secret = await door.set("standardwebhooks")
    first = await door.say(secret, LISE, id="msg_1")
    position = await door.store.position()

    again = await door.say(secret, LISE | {"last": "Roy"}, id="msg_1")

    assert [one.json()["done"] for one in (first, again)] == ["stated", "known"]
    assert await door.store.position() == position


async def test_a_message_that_is_old_is_not_heard(door: Door) -> None:
    secret = await door.set("standardwebhooks")
    body = orjson.dumps({"data": LISE})

    late = await door.send(body, standard(secret, body, ago=600))

    assert late.status_code == 401
    assert await door.known() == {}


async def test_while_a_secret_is_changed_both_count(door: Door) -> None:
    old = await door.set("standardwebhooks")
    new = await door.set("standardwebhooks")

    answers = [await door.say(secret, LISE) for secret in (old, new)]

    assert old != new
    assert [one.status_code for one in answers] == [202, 202]


async def test_a_departure_is_heard_and_a_half_of_a_statement_brings_nobody_back(
    door: Door,
) -> None:
    secret = await door.set("standardwebhooks")
    await door.say(secret, LISE)

    gone = await door.say(secret, LISE | {"status": "Left"})
    half = await door.say(secret, {"number": 4217, "last": "Morin"})
    thin = await door.say(secret, {"number": 4217})

    assert [one.json()["done"] for one in (gone, half, thin)] == ["stated", "aside", "thin"]
    [aside] = (await door.hr.get("/directory/hooks")).json()
    assert aside["cause"] == "missing:active"
    types = [fact.type for fact in await door.store.read_log(0, 100)]
    assert types[-2:] == ["directory.StaffLeft.v1", "directory.HookSetAside.v1"]


UNCLEAR = {
    "not_json": b"Lise Morin",
    "no_key": b'{"data": {"last": "Morin"}}',
    "unreadable:active": orjson.dumps({"data": LISE | {"status": "Lise"}}),
    "unreadable:given_name": orjson.dumps({"data": LISE | {"first": ["Lise"]}}),
}


async def test_what_is_unclear_lies_aside_and_its_words_in_the_vault_alone(door: Door) -> None:
    secret = await door.set("standardwebhooks")

    answers = [await door.say(secret, body) for body in UNCLEAR.values()]

    assert [one.json() for one in answers] == [{"done": "aside"}] * len(UNCLEAR)
    aside = (await door.hr.get("/directory/hooks")).json()
    assert {one["cause"] for one in aside} == UNCLEAR.keys()
    for one in aside:
        [envelope] = await door.store.read_stream("north", UUID(one["id"]))
        fact = envelope.fact()
        assert isinstance(fact, HookSetAside)
        words = await door.vault.resolve(BY, Purpose.SOURCE, [fact.body.ref])
        assert words[fact.body.ref].encode() == UNCLEAR[one["cause"]]
    assert all(b"Morin" not in one.body for one in await door.store.read_log(0, 100))


async def test_what_lies_aside_is_taken_up_once_the_mapping_is_right_or_dismissed(
    door: Door,
) -> None:
    secret = await door.set("standardwebhooks")
    await door.say(secret, {"id": 4217, "first": "Lise", "last": "Morin", "status": "Active"})
    await door.say(secret, b"?")
    other, one = [each["id"] for each in (await door.hr.get("/directory/hooks")).json()]

    too_soon = await door.hr.post(f"/directory/hooks/{one}/retry")
    columns = COLUMNS | {"key": "data.id"}
    await door.hr.put(f"/directory/sources/{door.source}", json={"columns": columns})
    taken = await door.hr.post(f"/directory/hooks/{one}/retry")
    dismissed = await door.hr.post(f"/directory/hooks/{other}/dismissal")
    twice = await door.hr.post(f"/directory/hooks/{one}/retry")

    answers = [each.status_code for each in (too_soon, taken, dismissed, twice)]
    assert answers == [409, 204, 204, 409]
    assert (await door.known())["name"] == "Lise Morin"
    assert (await door.hr.get("/directory/hooks")).json() == []


async def test_a_refusal_repeats_nothing_and_a_webhook_has_its_measure(door: Door) -> None:
    secret = await door.set("standardwebhooks")
    long = orjson.dumps({"data": LISE, "more": "Morin" * 4000})

    answers = [
        await door.send(long, standard(secret, long)),
        await door.send(b"Morin", {"webhook-id": "Morin", "webhook-timestamp": "Morin"}),
        await door.outside.post(f"/directory/hooks/{uuid4()}", content=b"Morin"),
    ]

    assert [one.status_code for one in answers] == [413, 401, 404]
    assert all("Morin" not in one.text for one in answers)


async def test_no_junk_breaks_a_door_or_the_feed(door: Door) -> None:
    await door.set("standardwebhooks", "=" * 16)
    body, far = orjson.dumps({"data": LISE}), 10**30

    answers = [
        await door.send(body, standard("whsec_" + "A" * 32, body)),
        await door.send(b"\xff\xfe", standard("whsec_" + "A" * 32, body)),
        *[
            await door.hr.get(f"/directory/{path}")
            for path in (f"feed?after={far}", "feed?limit=0", "feed?wait=99", f"deliveries/{far}",
                         f"deliveries?before={far}", "deliveries?state=lost", "feeds/x")
        ],
        await door.hr.post(f"/directory/deliveries/{far}/replay"),
        await door.hr.post(
            f"/directory/subscriptions/{uuid4()}/replays", json={"first": 1, "last": far}
        ),
    ]  # fmt: skip

    assert [one.status_code for one in answers] == [401, 401] + [422] * 9


async def test_a_source_of_another_kind_or_that_is_closed_has_no_such_door(door: Door) -> None:
    secret = await door.set("standardwebhooks")
    opened = await door.hr.post("/directory/sources", json={"name": "scim", "kind": "scim"})
    path = f"/directory/sources/{opened.json()['id']}/door"

    other = await door.hr.put(path, json={"verifier": "token"})
    await door.hr.delete(f"/directory/sources/{door.source}")
    closed = await door.say(secret, LISE)

    assert (other.status_code, other.json()["type"]) == (409, "urn:tandem:NotForWebhooks")
    assert closed.status_code == 404

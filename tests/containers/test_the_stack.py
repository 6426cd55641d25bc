"""The stack as a user gets it: a request is made, answered and replayed, by HTTP alone."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator

import pytest

from services.provisioning import SERVICES
from tests.containers.stack import Stack
from tests.patience import eventually
from tests.portal.town import KEY, Desk

pytestmark = [pytest.mark.anyio, pytest.mark.containers, pytest.mark.usefixtures("engine")]

INVOLVEMENT = re.compile(r'href="(/implications/[0-9a-f-]{36})"')
STEP = re.compile(r'action="(/implications/[0-9a-f-]{36}/etapes/[a-z_]+)"')
TITLE = "Un guide du congé"


@pytest.fixture
async def office(stack: Stack) -> AsyncIterator[Desk]:
    desk = Desk(stack.home, "institut-essai", "marie")
    yield desk
    await desk.gone()


async def test_a_request_becomes_an_involvement_and_is_replayed(stack: Stack, office: Desk) -> None:
    known = stack.settle(office.establishment)
    person = f"/partenaires/{known['person']}"
    await office.until_seen(person, "Rose Lavoie")
    request = await _requested(office, known)
    await office.post(f"{request}/prise-en-charge", advisor=known["staff"])
    await office.post(f"{request}/acceptation")
    await office.until_seen(request, "recherche/ajout")

    here = await _matched(office, request, known["person"])
    await office.post(f"{here}/conditions", starts="2026-11", compensation="refused")
    await office.post(f"{here}/signature-partenaire")
    signed = await office.post(f"{here}/signature-equipe")
    for step in STEP.findall(signed.text):
        await office.post(step)
    started = await office.post(f"{here}/debut")

    assert started.status == 200, started.text
    await office.until_seen(f"{person}/histoire", "L’implication a commencé")
    replayed = stack.tandem("replay", "-e", office.establishment, "--partner", known["person"])
    assert _in_order(replayed, "dans le bassin", "liste courte", "L’implication a commencé")


async def _requested(office: Desk, known: dict[str, str]) -> str:
    key = KEY.search(await office.look("/demandes/nouvelle"))
    assert key
    need = {
        "title": TITLE, "department": known["department"], "contact": known["staff"],
        "level": "consultation", "partners_sought": "2", "kind": "project",
        "system_level": "services", "cle": key[1],
    }  # fmt: skip
    drafted = await office.post("/demandes/nouvelle", **need)
    assert TITLE in drafted.text
    await office.post(f"{drafted.path}/envoi")
    await office.until_seen(drafted.path, "À prendre en charge")
    return str(drafted.path)


async def _matched(office: Desk, request: str, person: str) -> str:
    await office.post(f"{request}/recherche/ajout", partner=person, note="Elle y a vécu.")
    await office.post(f"{request}/personnes/{person}/oui")
    await office.post(f"{request}/personnes/{person}/jumelage")
    [here] = set(INVOLVEMENT.findall(await office.until_seen(request, "/implications/")))
    await office.until_seen(here, "Le plan d’intégration")
    return str(here)


def _in_order(text: str, *words: str) -> bool:
    places = [text.find(word) for word in words]
    return -1 not in places and places == sorted(places)


async def test_nothing_lags_and_nothing_lies_aside(stack: Stack) -> None:
    async def nothing_left() -> bool:
        state = json.loads(stack.tandem("status", "--json"))
        services, models = state["services"].values(), state["read_models"].values()
        left = [one["lag"] + one["quarantine"] for one in services] + [one["lag"] for one in models]
        return not any(left)

    await eventually(nothing_left, within=60)


async def test_every_service_has_a_container_that_may_write_nowhere_and_is_nobody_special(
    stack: Stack,
) -> None:
    running = {one["Service"]: one for one in stack.containers()}

    assert set(SERVICES) <= set(running)
    for service in SERVICES:
        assert running[service]["Health"] == "healthy"
        who = stack.said("exec", "-T", service, "id", "-u").strip()
        tried = stack.said("exec", "-T", service, "sh", "-c", "touch /opt/x 2>&1 || true")
        assert (who, "Read-only" in tried) == ("10001", True)


async def test_a_service_reaches_what_it_needs_and_nothing_else(stack: Stack) -> None:
    def reached(service: str, host: str, port: int) -> bool:
        ask = f"import socket; socket.create_connection(('{host}', {port}), 3)"
        look = f"try:\n {ask}\n print('yes')\nexcept OSError: print('no')"
        return stack.said("exec", "-T", service, "python", "-c", look).strip() == "yes"

    within = [("intake", "nats", 4222), ("intake", "vault", 8000), ("portal", "intake", 8000),
              ("vault", "postgres-vault", 5432), ("intake", "postgres", 5432)]  # fmt: skip
    beyond = [("intake", "recruitment", 8000), ("intake", "postgres-vault", 5432),
              ("portal", "postgres-vault", 5432), ("recruitment", "1.1.1.1", 443)]  # fmt: skip
    assert [one for one in within if not reached(*one)] == []
    assert [one for one in beyond if reached(*one)] == []

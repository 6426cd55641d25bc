"""What is said of people is in the vault, and nowhere else."""

import logging
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import httpx2
import pytest

from contracts import ANNOUNCING
from services.chassis.settings import Installation
from tests.callers import OFFICE, saying, signed
from tests.canaries import House, places_with
from tests.doors import answering
from tests.patience import eventually

pytestmark = pytest.mark.anyio

DECIDING = ("directory", "intake", "recruitment", "training", "accompaniment", "evaluation")
SERVICES = ("vault", *DECIDING, "ledger", "insights")
TITLE = "The lantern committee"
CANARY = "Zygomatica"
WORDS = f"Said of {CANARY}, who is not to be named"
NOBODY = str(uuid4())
# Of whoever is matched, their team reads the name; the vault says so in its journal.
BY_RIGHT = {"GET /recruitment/searches/{request}/profiles"}
WRITTEN_AND_READ = (
    "intake.events",
    "ledger.entries",
    "insights.documents",
    "nats/",
    "GET /ledger/streams/",
    "GET /insights/requests",
)


@pytest.fixture
async def inspected(installation: Installation) -> AsyncIterator[House]:
    marie = signed("north", "marie", roles=OFFICE)
    async with answering(installation, *SERVICES) as housed:
        door = housed.services_at.removesuffix("/{service}")
        async with httpx2.AsyncClient(base_url=door, auth=marie, timeout=30) as office:
            yield House(housed, office, SERVICES)


async def say(office: httpx2.AsyncClient, path: str, **said: object) -> dict[str, str]:
    """Say it, and again until what it rests on has been heard there."""
    answers = []

    async def taken() -> bool:
        answers.append(await office.post(path, json=said))
        return answers[-1].status_code != 404

    await eventually(taken)
    assert answers[-1].is_success, f"{path}: {answers[-1].text}"
    content: dict[str, str] = answers[-1].json() if answers[-1].content else {}
    return content


async def a_request(office: httpx2.AsyncClient) -> str:
    """A team asks, the office wants to know more, then looks for partners."""
    need = {"title": TITLE, "level": "partnership", "partners_sought": 2, "words": {"aim": WORDS}}
    asked = await say(
        office, "/intake/requests", **need, department=str(uuid4()), contact=str(uuid4())
    )
    request = f"/intake/requests/{asked['id']}"
    await say(office, f"{request}/submission")
    await say(office, f"{request}/return", missing=["number"], note=WORDS)
    await say(office, f"{request}/resubmission")
    await say(office, f"{request}/triage", advisor=str(uuid4()))
    await say(office, f"{request}/acceptance")
    return asked["id"]


async def a_partner(office: httpx2.AsyncClient) -> str:
    """Somebody applies, is kept, and takes a rest for a while."""
    profile = {"given_name": CANARY, "email": f"{CANARY}@example.org", "notes": WORDS}
    applied = await say(office, "/intake/candidacies", door="phone", profile=profile)
    partner = f"/recruitment/partners/{applied['person']}"
    await say(office, f"{partner}/preselection", outcome="kept", note=WORDS)
    await say(office, f"{partner}/pause", reason=WORDS)
    await say(office, f"{partner}/resumption")
    return applied["person"]


async def a_match(office: httpx2.AsyncClient, request: str, partner: str) -> None:
    search = f"/recruitment/searches/{request}"
    await say(office, f"{search}/shortlist", partner=partner, note=WORDS)
    await say(office, f"{search}/interest", partner=partner)
    await say(office, f"{search}/match", partner=partner)


async def an_involvement(office: httpx2.AsyncClient, partner: str) -> str:
    """From its terms to its end, with all one may say meanwhile."""
    proposal = {"title": TITLE, "role": "organization", "level": "partnership", "partner": partner}
    proposed = await say(office, "/accompaniment/involvements", **proposal)
    involvement = f"/accompaniment/involvements/{proposed['id']}"
    words = {"attendance": WORDS, "support": WORDS, "note": WORDS}
    await say(office, f"{involvement}/terms", starts="2026-01", **words)
    for side in ("partner", "team"):
        await say(office, f"{involvement}/signatures", side=side)
    await say(office, f"{involvement}/start")
    await say(office, f"{involvement}/hours", minutes=90, activity=WORDS)
    contributed = await say(office, f"{involvement}/contributions", text=WORDS)
    answer = f"/accompaniment/contributions/{contributed['id']}/answer"
    await say(office, answer, decision="adopted", why=WORDS)
    await say(office, f"{involvement}/pause", reason=WORDS)
    await say(office, f"{involvement}/resumption")
    return proposed["id"]


async def how_it_goes(office: httpx2.AsyncClient, involvement: str, partner: str) -> None:
    followed = f"/evaluation/involvements/{involvement}"
    await say(office, f"{followed}/check-ins", side="partner", note=WORDS, partner=partner)
    await say(office, f"{followed}/concerns", side="team", concern=WORDS)
    await say(office, f"/accompaniment/involvements/{involvement}/end", reason=WORDS)
    await say(office, f"{followed}/exit-interview", note=WORDS)
    contact = {"about": "partner", "subject": partner, "kind": "call", "summary": WORDS}
    await say(office, "/evaluation/contacts", **contact)


async def mistakes(office: httpx2.AsyncClient, installation: Installation, partner: str) -> None:
    """The last thing that recruitment said of somebody was wrong."""
    events = await asyncpg.connect(
        installation.operator_url(installation.database_of("recruitment"))
    )
    last = "select id from recruitment.events where stream = $1 order by version desc limit 1"
    fact = await events.fetchval(last, partner)
    await events.close()
    await say(office, f"/recruitment/streams/{partner}/facts/{fact}/annulment", reason=WORDS)


async def refusals(office: httpx2.AsyncClient) -> None:
    """What is refused is not repeated either."""
    unreadable = {"given_name": f"{CANARY}\0", "phone": "418 555-0101"}
    answers = [
        await office.post("/intake/candidacies", json={"door": "phone", "profile": unreadable}),
        await office.post("/intake/candidacies", json={"door": CANARY, "profile": {}}),
        await office.post(f"/intake/requests/{NOBODY}/return", json={"note": CANARY}),
        await office.post("/vault/keys/statements", json={"kind": "x", "keys": {CANARY: 1}}),
    ]
    assert [answer.status_code for answer in answers] == [422, 422, 404, 422]
    assert not any(CANARY in answer.text for answer in answers)


async def test_what_is_said_of_people_is_in_the_vault_alone(
    inspected: House, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    office = inspected.office
    caplog.set_level(logging.INFO)
    caplog.set_level(logging.DEBUG, "services")

    await say(office, "/directory/staff", name=CANARY, email=f"{CANARY}@example.org")
    request, partner = await a_request(office), await a_partner(office)
    await a_match(office, request, partner)
    involvement = await an_involvement(office, partner)
    await how_it_goes(office, involvement, partner)
    await mistakes(office, inspected.installation, partner)
    await refusals(office)

    await all_is_heard(inspected)
    found = await places_with(inspected, TITLE, CANARY)
    assert all(any(place.startswith(kind) for place in found[TITLE]) for kind in WRITTEN_AND_READ)
    assert found[CANARY] == BY_RIGHT
    assert CANARY not in caplog.text + "".join(capfd.readouterr())


async def all_is_heard(inspected: House) -> None:
    """Every service has said something, the ledger has all of it, and insights has read it."""
    installation = inspected.installation
    home = await asyncpg.connect(installation.operator_url(installation.database_of("ledger")))
    written = " + ".join(f"(select count(*) from {service}.events)" for service in ANNOUNCING)
    read = "(select min(position) from insights.generations)"
    question = (
        "select count(distinct source) filter (where source <> 'vault'),"
        f" {written} = count(*), {read} = max(position)"
        " from ledger.entries"
    )

    async def is_heard() -> bool:
        return tuple(await home.fetchrow(question) or ()) == (len(DECIDING), True, True)

    await eventually(is_heard, within=30)
    await home.close()


async def test_a_word_that_strays_is_found(inspected: House) -> None:
    stray = "Straycanary"

    answer = await inspected.office.post(
        "/vault/resolutions",
        json={"purpose": "contact", "refs": []},
        headers=saying("vault", "north", stray),
    )

    assert answer.is_success
    found = await places_with(inspected, stray)
    # What was read at night is also among what deserves a look.
    found[stray].discard("GET /vault/readings/to-look-at")
    assert found == {stray: {"vault.journal", "GET /vault/readings", "GET /vault/readings/export"}}

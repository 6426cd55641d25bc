"""After the erasure of a person: nothing of them anywhere, and all figures and proofs as before."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx2
import pytest

from services.chassis.settings import Installation
from services.chassis.tree import Tree, leaf_of
from services.insights.models import MODELS
from tests.callers import OFFICE, signed
from tests.canaries import House, places_with
from tests.doors import answering
from tests.operating import operating
from tests.patience import eventually
from tests.system.test_canaries import SERVICES, say

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

HERS = "Ombrelle"
WORDS = f"Said of or by {HERS}"
KEY = f"P-{HERS}"
THE_TEAMS = "Parapluie"
RULES = {"P-10": "left", "P-20": "ended", "P-30": "kept"}
LISTS = ("partners", "involvements", "requests", "projects")
OF_THE_OFFICE = {"dispositions", "rights-requests", "holds", "incidents"}


@pytest.fixture
async def house(installation: Installation) -> AsyncIterator[House]:
    async with answering(installation, *SERVICES) as housed:
        door = housed.services_at.removesuffix("/{service}")
        marie = signed("north", "marie", roles=OFFICE)
        async with httpx2.AsyncClient(base_url=door, auth=marie, timeout=60) as office:
            yield House(housed, office, SERVICES)


async def a_whole_life(office: httpx2.AsyncClient) -> str:
    """Somebody comes, takes part, says much, is spoken of, and leaves."""
    need = {"title": "Lanterns", "level": "partnership", "partners_sought": 2,
            "words": {"aim": THE_TEAMS}}  # fmt: skip
    team = {"department": str(uuid4()), "contact": str(uuid4())}
    request = (await say(office, "/intake/requests", **need, **team))["id"]
    await say(office, f"/intake/requests/{request}/submission")
    await say(office, f"/intake/requests/{request}/triage", advisor=str(uuid4()))
    await say(office, f"/intake/requests/{request}/acceptance")
    profile = {"given_name": HERS, "family_name": HERS, "email": f"{HERS}@example.org",
               "experience": WORDS, "notes": WORDS}  # fmt: skip
    applied = await say(office, "/intake/candidacies", door="phone", profile=profile)
    person = applied["person"]
    keys = {"kind": "partners", "keys": {KEY: person}}
    assert (await office.post("/vault/keys/statements", json=keys)).is_success
    partner, search = f"/recruitment/partners/{person}", f"/recruitment/searches/{request}"
    await say(office, f"{partner}/preselection", outcome="kept", note=WORDS)
    await say(office, f"{search}/shortlist", partner=person, note=WORDS)
    await say(office, f"{search}/interest", partner=person)
    match = (await say(office, f"{search}/match", partner=person))["id"]
    involvement = await the_involvement(office, match)
    await take_part(office, involvement)
    await say(office, f"{partner}/departure", reason=WORDS)
    return person


async def the_involvement(office: httpx2.AsyncClient, match: str) -> str:
    found: list[str] = []

    async def proposed() -> bool:
        items = (await office.get("/insights/involvements")).json()["items"]
        found[:] = [one["id"] for one in items if one["match"] == match]
        return bool(found)

    await eventually(proposed)
    return found[0]


async def take_part(office: httpx2.AsyncClient, id: str) -> None:
    involvement, followed = (
        f"/accompaniment/involvements/{id}",
        f"/evaluation/involvements/{id}",
    )
    await say(office, f"{involvement}/terms", starts="2026-01", attendance=WORDS, note=WORDS)
    for side in ("partner", "team"):
        await say(office, f"{involvement}/signatures", side=side)
    await say(office, f"{involvement}/start")
    await say(office, f"{involvement}/hours", minutes=90, activity=WORDS)
    contributed = await say(office, f"{involvement}/contributions", text=WORDS)
    answer = f"/accompaniment/contributions/{contributed['id']}/answer"
    await say(office, answer, decision="adopted", why=WORDS)
    await say(office, f"{followed}/check-ins", side="partner", satisfaction=4, note=WORDS)
    await say(office, f"{followed}/concerns", side="team", concern=WORDS)
    contact = {"about": "involvement", "subject": id, "kind": "call", "summary": WORDS}
    await say(office, "/evaluation/contacts", **contact)  # it names nobody, and is kept under it
    await say(office, f"{involvement}/end", reason=WORDS)
    await say(office, f"{followed}/exit-interview", note=WORDS)


async def the_schedule_allows_it(office: httpx2.AsyncClient) -> None:
    """Nothing is kept any longer than it is needed, for once."""
    lead = signed("north", "paul", roles=("office_lead", "operator"))
    for number, starts in RULES.items():
        rule = {"number": number, "title": "Test", "active": 0, "starts": starts, "source": "Test"}
        answer = await office.post("/vault/rules", json=rule, auth=lead)
        assert answer.is_success, answer.text


async def all_is_heard(installation: Installation) -> None:
    """The ledger has all that anybody decided, and insights has read it."""

    async def heard() -> bool:
        async with operating(installation, "ledger") as ledger:
            entered = dict(map(tuple, await ledger.fetch("select source, position from sources")))
            heads = {one: await head(installation, one) for one in entered}
            read = await ledger.fetchval("select min(position) from insights.generations")
            whole = await ledger.fetchval("select max(position) from entries")
        return entered == heads and read == whole

    await eventually(heard, within=30)


async def head(installation: Installation, service: str) -> int:
    async with operating(installation, service) as own:
        return int(await own.fetchval("select position from head"))


# Whoever was erased is shown so, and nobody speaks for them any more.
NO_FIGURE = {"erased", "representatives"}


async def figures(office: httpx2.AsyncClient) -> dict[str, Any]:
    """What is counted: of every list, by state, with every number there is in its documents."""
    found = {}
    for name in LISTS:
        page = (await office.get(f"/insights/{name}", params={"limit": 500})).json()
        items = [{k: one[k] for k in one.keys() - NO_FIGURE} for one in page["items"]]
        found[name] = page["counts"], items
    return found


async def trees(installation: Installation) -> dict[str, tuple[int, list[bytes]]]:
    async with operating(installation, "ledger") as ledger:
        rows = await ledger.fetch("select establishment, size, frontier from trees")
    return {home: (size, frontier) for home, size, frontier in rows}


async def tree_of(installation: Installation, size: int) -> list[bytes]:
    """What the first so many entries still give."""
    async with operating(installation, "ledger") as ledger:
        rows = await ledger.fetch(
            "select body from entries where establishment = 'north' and sequence <= $1"
            " order by sequence", size,
        )  # fmt: skip
    tree = Tree()
    for (body,) in rows:
        tree.append(leaf_of(body))
    return tree.frontier


async def erase(office: httpx2.AsyncClient, person: str) -> str:
    """Marie proposes it, Paul approves it and gives the order; it is done by itself."""
    paul = signed("north", "paul", roles=OFFICE)
    asked = await office.post("/vault/dispositions", json={"files": [person]})
    assert asked.is_success, asked.text
    disposition = asked.json()["id"]
    for step in ("approval", "execution"):
        path = f"/vault/dispositions/{disposition}/{step}"
        answer = await office.post(path, json={} if step == "approval" else None, auth=paul)
        assert answer.is_success, answer.text

    async def certified() -> bool:
        return (await office.get(f"/vault/dispositions/{disposition}/certificate")).is_success

    await eventually(certified, within=20)
    return str(disposition)


async def shelves_and_files(installation: Installation, *words: str) -> set[str]:
    """Where PostgreSQL keeps one of these, its write-ahead log apart: tables, indexes, samples."""
    async with operating(installation, "vault") as own:
        rows = [
            (table, repr(tuple(row)))
            for table in ("kept", "keys", "cards", "aliases", "duplicates", "journal", "erased")
            for row in await own.fetch(f"select * from vault.{table}")
        ]
        await own.execute("checkpoint")  # only then are the files what the tables are
    found = {table for table, row in rows if any(word in row for word in words)}
    [socket] = parse_qs(urlsplit(installation.database_url).query)["host"]
    base = Path(socket).parent / "postgres" / "data" / "base"
    sought = [word.encode() for word in words]
    for file in base.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        found |= {str(file.relative_to(base)) for word in sought if word in content}
    return found


async def test_nothing_of_an_erased_person_is_left_and_all_figures_and_proofs_are_as_before(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", "services")
    office, installation = house.office, house.installation
    await the_schedule_allows_it(office)
    person = await a_whole_life(office)
    await all_is_heard(installation)
    before, proved = await figures(office), await trees(installation)
    assert await shelves_and_files(installation, HERS) >= {"kept", "keys"}

    disposition = await erase(office, person)
    await all_is_heard(installation)

    found = await places_with(house, HERS)
    assert found == {HERS: set()}
    assert await shelves_and_files(installation, HERS) == set()
    assert HERS not in caplog.text
    after = await figures(office)
    assert after == before
    size, frontier = proved["north"]
    assert await tree_of(installation, size) == frontier
    shown = (await office.get(f"/insights/partners/{person}")).json()
    assert shown["erased"]
    told = (await office.get(f"/insights/partners/{person}/story")).json()["steps"]
    assert any("détruit" in step["sentence"] for step in told)
    pdf = await office.get(f"/vault/dispositions/{disposition}/certificate")
    assert pdf.content.startswith(b"%PDF")
    assert HERS.encode() not in pdf.content
    assert await rebuilt(office) == after
    assert THE_TEAMS in await the_teams_words(installation)


async def rebuilt(office: httpx2.AsyncClient) -> dict[str, Any]:
    """The figures once every read model was made anew from the ledger."""
    for name in MODELS:
        answer = await office.post("/insights/rebuilds", json={"projection": name})
        assert answer.is_success, answer.text

    async def done() -> bool:
        under_way = (await office.get("/insights/rebuilds")).json()
        return all(one["state"] != "running" for one in under_way)

    await eventually(done, within=30)
    return await figures(office)


async def the_teams_words(installation: Installation) -> str:
    """What others said of others stays."""
    async with operating(installation, "vault") as own:
        return json.dumps([value for (value,) in await own.fetch("select value from kept")])

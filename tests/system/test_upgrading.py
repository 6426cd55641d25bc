"""What the first schema held lives on in today's: `oldest.ndjson` is never changed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from contracts.envelope import Envelope
from services import together
from services.chassis.database import Connection, connect
from services.chassis.migrating import migrate, scripts_of
from services.chassis.settings import Installation
from services.chassis.tree import Tree, leaf_of
from services.cli.proving.verifying import verify
from services.provisioning import FIRST, KEEPS, provision
from tests.operating import operating
from tests.patience import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

HOME = "institut"
OLDEST = Path(__file__).with_name("oldest.ndjson").read_bytes().splitlines()
FACTS = [Envelope.read(body) for body in OLDEST]
SOURCES = sorted({fact.source for fact in FACTS})
STORED = ("position", "establishment", "stream", "version", "id", "type", "time", "recordedtime",
          "body")  # fmt: skip
ENTERED = (*STORED[:2], "sequence", "source", "source_position", *STORED[2:8], "actor", "body",
           "leaf")  # fmt: skip


@pytest.fixture
async def old(house: Installation) -> AsyncIterator[Installation]:
    """The first file of every room, and a history that was written then."""
    name = f"test_{uuid4().hex}"
    operator = await connect(house.operator_url(FIRST), "public")
    await operator.execute(f"create database {name}")
    old = replace(house, database_url=house.database_url.replace("/tandem?", f"/{name}?"))
    for service, kinds in KEEPS.items():
        async with operating(old, service) as own:
            scripts = scripts_of(service, kinds)
            await migrate(own, service, [one for one in scripts if "/0001" in one.name])
    for source in SOURCES:
        async with operating(old, source) as own:
            await store(own, source)
    async with operating(old, "ledger") as own:
        await enter(own)
    yield old
    await operator.execute(f"drop database {name} with (force)")
    await operator.close()


async def store(own: Connection, source: str) -> None:
    rows = [
        (it.position, it.establishment, it.subject, it.version, it.id, it.type, it.time,
         it.recordedtime, body)
        for it, body in zip(FACTS, OLDEST, strict=True) if it.source == source
    ]  # fmt: skip
    await own.copy_records_to_table("events", records=rows, columns=STORED)
    await own.execute("update head set position = $1, recordedtime = $2", rows[-1][0], rows[-1][7])


async def enter(own: Connection) -> None:
    tree, rows = Tree(), []
    for number, (it, body) in enumerate(zip(FACTS, OLDEST, strict=True), 1):
        tree.append(leaf_of(body))
        rows.append(
            (number, it.establishment, number, it.source, it.position, it.subject, it.version,
             it.id, it.type, it.time, it.recordedtime, it.actor, body, leaf_of(body))
        )  # fmt: skip
    await own.copy_records_to_table("entries", records=rows, columns=ENTERED)
    await own.execute("insert into trees values ($1, $2, $3)", HOME, tree.size, tree.frontier)
    places = [(one, sum(it.source == one for it in FACTS)) for one in SOURCES]
    await own.copy_records_to_table("sources", records=places)
    await own.execute("update head set position = $1", len(rows))


async def read_models(installation: Installation) -> tuple[int, int, int]:
    """How far the slowest is, how many documents there are, and how many could not be made."""
    async with operating(installation, "insights") as own:
        asked = ("select min(position) from generations", "select count(*) from documents",
                 "select count(*) from parked")  # fmt: skip
        read, documents, parked = [int(await own.fetchval(one) or 0) for one in asked]
        return read, documents, parked


async def test_the_oldest_facts_live_on_in_todays_schema(old: Installation) -> None:
    applied = await provision(old)

    assert len(applied) > 20
    async with AsyncExitStack() as living:
        platform = together.build(old)
        await living.enter_async_context(platform.router.lifespan_context(platform))

        async def read() -> bool:
            return (await read_models(old))[0] == len(OLDEST)

        await eventually(read, within=30)
    _, documents, parked = await read_models(old)
    assert documents > 30
    assert parked == 0
    url = old.operator_url(old.database_of("ledger"))
    reports = await asyncio.to_thread(verify, url, dict.fromkeys(SOURCES, url), "tandem")
    assert [(one.entries, one.findings) for one in reports] == [(len(OLDEST), [])]
    async with operating(old, "ledger") as own:
        bodies = await own.fetch("select body from entries order by position")
    assert [body for (body,) in bodies] == OLDEST

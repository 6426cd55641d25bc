"""Gives a service back, byte for byte, the facts that its database lost and the ledger kept."""

from __future__ import annotations

import logging

from contracts import ANNOUNCING
from services.chassis.database import Connection, connect
from services.chassis.settings import Installation
from services.provisioning import provision

log = logging.getLogger(__name__)

AT_ONCE = 5000

KEPT = """
select source_position, establishment, stream, version, id, type, time, recordedtime, body
from ledger.entries where source = $1 and source_position > $2 order by source_position limit $3
"""
COLUMNS = ("position", "establishment", "stream", "version", "id", "type", "time",
           "recordedtime", "body")  # fmt: skip
THERE = "select body from ledger.entries where source = $1 and source_position = $2"


async def make_whole(installation: Installation) -> None:
    """What `provision` makes, and what a restore has lost."""
    await provision(installation)
    for service, count in (await heal(installation)).items():
        log.warning("%s took back %s facts from the ledger", service, count)


async def heal(installation: Installation) -> dict[str, int]:
    """Fill every store up to where the ledger knows it was; return how many facts each took back.

    A service whose last fact is not the one that the ledger has there went another way since: it
    is left as it is, and said.
    """
    ledger = await _connected(installation, "ledger")
    taken = {}
    try:
        for service in ANNOUNCING:
            store = await _connected(installation, service)
            try:
                taken[service] = await _heal(ledger, store, service)
            finally:
                await store.close()
    finally:
        await ledger.close()
    return {service: count for service, count in taken.items() if count}


async def _connected(installation: Installation, service: str) -> Connection:
    return await connect(installation.operator_url(installation.database_of(service)), service)


async def _heal(ledger: Connection, store: Connection, service: str) -> int:
    first = head = await store.fetchval(f"select position from {service}.head")
    last = await store.fetchval(f"select body from {service}.events where position = $1", head)
    there = await ledger.fetchval(THERE, service, head)
    if last != there and (there or await ledger.fetchval(THERE, service, head + 1)):
        log.error("%s has gone another way than the ledger since %s", service, head)
        return 0
    while rows := await ledger.fetch(KEPT, service, head, AT_ONCE):
        async with store.transaction():
            await store.fetchval(f"select position from {service}.head for update")
            await store.copy_records_to_table(
                "events", schema_name=service, records=map(tuple, rows), columns=COLUMNS
            )
            moved = f"update {service}.head set position = $1, recordedtime = $2"
            await store.execute(moved, rows[-1]["source_position"], rows[-1]["recordedtime"])
        head = rows[-1][0]
    await store.execute(f"update {service}.head set looked = now()")
    return int(head - first)

"""Gives a service back, byte for byte, the facts that its database lost and the ledger kept."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import NamedTuple

from contracts import ANNOUNCING
from services.chassis.database import Connection, connect
from services.chassis.reach import AS_LEFT, SERVER
from services.chassis.settings import Installation
from services.provisioning import DECIDING, provision

log = logging.getLogger(__name__)

AT_ONCE = 5000

KEPT = """
select source_position, establishment, stream, version, id, type, time, recordedtime, body
from ledger.entries where source = $1 and source_position > $2 order by source_position limit $3
"""
COLUMNS = ("position", "establishment", "stream", "version", "id", "type", "time",
           "recordedtime", "body")  # fmt: skip
THERE = "select body from ledger.entries where source = $1 and source_position = $2"
HERE = "select body from {}.events where position = $1"
HEARD = "select position from {}.heard where listener = $1"
# What was signed stays so; what was not is signed by the stream, or because the operator says so.
LOOKED = f"""
update {{}}.head set looked = now(),
    server = case when $1 then {SERVER} else server end,
    written = case when $1 or {AS_LEFT} then pg_current_xact_id() end
"""


class Healed(NamedTuple):
    """What a service took back from the ledger, where it now ends, and how far others heard it."""

    taken: int
    position: int
    heard: int
    parted_since: int | None = None  # it has gone another way than the ledger, and was left

    @property
    def lacks(self) -> int:
        """What others heard, and neither it nor the ledger has. Its stream may."""
        return max(0, self.heard - self.position)


async def make_whole(installation: Installation) -> None:
    """What `provision` makes, and what a restore has lost."""
    await provision(installation)
    for service, one in (await heal(installation)).items():
        if one.taken:
            log.warning("%s took back %s facts from the ledger", service, one.taken)


async def heal(installation: Installation, *, without_stream: bool = False) -> dict[str, Healed]:
    """Fill every store up to where the ledger knows it was; return how each then is.

    A service whose last fact is not the one that the ledger has there went another way since: it
    is left as it is, and said. `without_stream`: the operator says that nothing is to be expected
    of the streams, and services that wait for theirs go on.
    """
    homes = {one: installation.database_of(one) for one in ("ledger", *DECIDING)}
    doors = {one: await connect(installation.operator_url(home), one)
             for one, home in homes.items()}  # fmt: skip
    try:
        healed = {}
        for service in ANNOUNCING:
            one = await _heal(doors["ledger"], doors[service], service)
            one = one._replace(heard=await _heard(doors, service))
            if one.parted_since is None:
                await doors[service].execute(LOOKED.format(service), without_stream)
            healed[service] = one
        return healed
    finally:
        for door in doors.values():
            await door.close()


async def _heal(ledger: Connection, store: Connection, service: str) -> Healed:
    first = head = await store.fetchval(f"select position from {service}.head")
    last = await store.fetchval(HERE.format(service), head)
    there = await ledger.fetchval(THERE, service, head)
    if last != there and (there or await ledger.fetchval(THERE, service, head + 1)):
        log.error("%s has gone another way than the ledger", service)
        return Healed(0, head, 0, await _parting(ledger, store, service, head))
    while rows := await ledger.fetch(KEPT, service, head, AT_ONCE):
        async with store.transaction():
            await store.fetchval(f"select position from {service}.head for update")
            await store.copy_records_to_table(
                "events", schema_name=service, records=map(tuple, rows), columns=COLUMNS
            )
            moved = f"update {service}.head set position = $1, recordedtime = $2"
            await store.execute(moved, rows[-1]["source_position"], rows[-1]["recordedtime"])
        head = rows[-1][0]
    return Healed(int(head - first), int(head), 0)


async def _parting(ledger: Connection, store: Connection, service: str, head: int) -> int:
    """The last position at which both have the same: what came before it is the same too."""
    same, other = 0, head
    while other - same > 1:
        middle = (same + other) // 2
        here = await store.fetchval(HERE.format(service), middle)
        if here == await ledger.fetchval(THERE, service, middle):
            same = middle
        else:
            other = middle
    return same


async def _heard(doors: Mapping[str, Connection], service: str) -> int:
    """How far any other service says that it has heard this one."""
    others = [one for one in DECIDING if one != service]
    places = [
        await doors[one].fetchval(HEARD.format(one), f"{one}-{service}") or 0 for one in others
    ]
    return max(places)

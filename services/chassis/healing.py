"""Takes back, byte for byte, what a store has lost and its own stream still has."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from nats.aio.client import Client

from contracts.envelope import Envelope
from services.chassis.jetstream import is_fact, message_at, stream_of
from services.chassis.losing import said_of_losses
from services.chassis.store import Store, StoreBehind

log = logging.getLogger(__name__)

AT_ONCE = 500

ADD = """
insert into events (position, establishment, stream, version, id, type, time, recordedtime, body)
select * from unnest($1::bigint[], $2::text[], $3::uuid[], $4::int[], $5::uuid[], $6::text[],
    $7::timestamptz[], $8::timestamptz[], $9::bytea[])
"""
MOVE = "update head set position = $1, recordedtime = greatest(recordedtime, $2)"


async def heal(store: Store, client: Client, last: int) -> None:
    """Fill the store up to where its stream ends, with the facts that everybody has heard.

    A listener then hears again what it had heard since, and finds that it has acted already. What
    is lost everywhere is said in its place, once the operator has looked for it.
    Raises StoreBehind where the two have parted ways, or the stream has forgotten too much.
    """
    first = place = await store.position()
    await _require_one_past(store, client, place)
    forgotten = min(await _first(client, store.service) - 1, last)
    if place < forgotten:
        place = await _give_up(store, forgotten, to_all=False)
    while place < last:
        bodies = [
            await _fact_at(store.service, client, position)
            for position in range(place + 1, min(place + AT_ONCE, last) + 1)
        ]
        await _take_back(store, bodies)
        place += len(bodies)
    if place > first:
        log.warning("%s took back what it had lost, up to %s", store.service, place)
    if await store.lacks(0) and store.reach.is_given_up:
        await _give_up(store, store.reach.known, to_all=True)


async def _give_up(store: Store, last: int, *, to_all: bool) -> int:
    """Say that all up to there is lost; return where the store then ends."""
    if not store.reach.is_given_up:
        raise StoreBehind(store.service)
    bodies = await said_of_losses(store, last, to_all=to_all)
    await _take_back(store, bodies)
    log.error("%s goes on; lost everywhere, and said in facts: up to %s", store.service, last)
    return await store.position()


async def _take_back(store: Store, bodies: Sequence[bytes]) -> None:
    """Add facts as they once were, right after the last that is here."""
    facts = [(Envelope.read(body), body) for body in bodies]
    rows = [
        (it.position, it.establishment, it.subject, it.version, it.id, it.type, it.time,
         it.recordedtime, body)
        for it, body in facts
    ]  # fmt: skip
    async with store.pool.acquire() as connection, connection.transaction():
        head = await connection.fetchval("select position from head for update")
        if rows[0][0] != head + 1:
            raise StoreBehind(store.service)  # somebody appended meanwhile
        await connection.execute(ADD, *zip(*rows, strict=True))
        await connection.execute(MOVE, rows[-1][0], rows[-1][7])
    store.shelf.clear()
    await store.lacks(0)
    store.committed.ring()


async def _require_one_past(store: Store, client: Client, place: int) -> None:
    """What the store has last, the stream has there too, unless it was forgotten by now."""
    found = await message_at(client, store.service, place) if place else None
    [last] = await store.read_log(place - 1, 1) if place else [None]
    if found and last and found[1] != last.body:
        raise StoreBehind(store.service)


async def _first(client: Client, service: str) -> int:
    """From where on the stream still has facts; one beyond its end if all have expired."""
    return (await client.jetstream().stream_info(stream_of(service))).state.first_seq


async def _fact_at(service: str, client: Client, position: int) -> bytes:
    found = await message_at(client, service, position)
    if found is None or not is_fact(found[1], found[0], service, position):
        raise StoreBehind(service)
    return found[1]

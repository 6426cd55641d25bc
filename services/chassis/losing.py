"""What is lost everywhere is said in facts, at the very positions that were lost."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import cycle
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

from nats.errors import Error as NatsError

from contracts.envelope import KNOWN, Envelope
from services.chassis.appending import moment, written
from services.chassis.jetstream import Client, ask_again
from services.chassis.settings import OPERATOR
from services.chassis.store import Store

HEAD = "select position, recordedtime from head"
HOMES = """
select establishment, count(*) filter (where stream = $1) from events group by 1 order by 1
"""
SAID = "select body from events where stream = $1 order by position"


def losses_of(service: str) -> UUID:
    """The stream in which a service says what it has lost."""
    return uuid5(NAMESPACE_OID, f"lost by {service}")


async def said_of_losses(store: Store, last: int, *, to_all: bool) -> list[bytes]:
    """The facts to write from the store's end on, up to `last`, which is lost like those before.

    No position is given to another fact: whoever heard the old one passes this one over. Whose
    they were nobody knows, so they are said in the log of every establishment; `to_all`: even
    where that takes more of them than were lost.
    """
    first, since = await _end(store)
    rows = await store.pool.fetch(HOMES, losses_of(store.service))
    versions: dict[str, int] = dict(map(tuple, rows)) or {OPERATOR: 0}
    count = max(last - first + 1, len(versions) if to_all else 0)
    now, bodies = max(datetime.now(UTC), since), []
    for position, home in zip(range(first, first + count), cycle(versions), strict=False):
        versions[home] += 1
        said = _said(store.service, home, versions[home], (first, last), now)
        bodies.append(written(store.service, said).stamped(moment(now), position))
    return bodies


async def losses(store: Store) -> list[dict[str, Any]]:
    """The `first` and `last` position of what was lost each time, and `at`, when that was said."""
    told: dict[tuple[int, int], dict[str, Any]] = {}
    for (body,) in await store.pool.fetch(SAID, losses_of(store.service)):
        said = Envelope.read(body)
        told.setdefault(
            (said.data["first"], said.data["last"]), {**said.data, "at": said.recordedtime}
        )
    return list(told.values())


async def says_it_has_no_more(client: Client, service: str, place: int) -> bool:
    """Whether the service itself answers that it has nothing after this place."""
    try:
        return not await ask_again(client, service, place)
    except NatsError:
        return False


async def _end(store: Store) -> tuple[int, datetime]:
    """The first position that is free, and when the last was recorded."""
    position, recorded = await store.pool.fetchrow(HEAD) or (0, datetime.now(UTC))
    return position + 1, recorded


def _said(service: str, home: str, version: int, lost: tuple[int, int], now: datetime) -> Envelope:
    own, kind = uuid4(), KNOWN[f"{service}.FactsLost.v1"]
    return Envelope(
        id=own,
        type=kind.type,
        source=service,
        subject=losses_of(service),
        time=now,
        establishment=home,
        version=version,
        actor=OPERATOR,
        channel="restore",
        correlationid=own,
        data=kind.model_validate({"first": lost[0], "last": lost[1]}).model_dump(mode="json"),
    )

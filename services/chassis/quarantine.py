"""Where facts lie that a listener could not hear: shown, and replayed when asked."""

from __future__ import annotations

import logging

import asyncpg
from nats.errors import Error as NatsError
from pydantic import ValidationError

from contracts.envelope import Envelope
from services.chassis.appending import Conflict, Heard, Overtaken, Thing
from services.chassis.database import OUT_OF_REACH
from services.chassis.domain import NotFound, Refusal, UnknownFact
from services.chassis.ears import Ear, on_behalf_of
from services.chassis.personal import VaultIsAway
from services.chassis.store import MOVE, PARK, Store

log = logging.getLogger(__name__)

BLOCKED = "select establishment, stream from quarantine where listener = $1 and blocks_stream"
ONE = "select body from quarantine where listener = $1 and position = $2"
BEHIND = """
select position, body from quarantine
where listener = $1 and establishment = $2 and stream = $3 and position >= $4 and blocks_stream
order by position
"""
NOT_FOUND = """
select min(position) from quarantine where listener = $1 and blocks_stream
group by establishment, stream having (array_agg(why order by position))[1] like 'NotFound:%'
"""
NOTHING = None, None
CLEAR = "delete from quarantine where listener = $1 and position = $2"
REFUSED = """
update quarantine set why = $3, blocks_stream = false where listener = $1 and position = $2
"""


class BehindAnother(Exception):
    """An earlier fact of the same stream is in quarantine, and order matters."""


class MayStillCome(Exception):
    """What a fact is about is not here yet, and another source has more to tell."""


# Nothing is wrong with the fact: what is needed to hear it is away, or came too late.
NOT_ITS_FAULT: tuple[type[Exception], ...] = (
    *OUT_OF_REACH, NatsError, asyncpg.InterfaceError, Conflict, Overtaken, UnknownFact, VaultIsAway
)  # fmt: skip
TRYING_AGAIN_IS_IN_VAIN = (Refusal, ValidationError, BehindAnother)


class Quarantine:
    """A fact in here holds back what follows in its own stream, and nothing else."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def park(
        self, body: bytes, heard: Heard, error: Exception, blocks_stream: bool
    ) -> Thing | None:
        """Lay a fact aside and move on, in one transaction; return its thing. Raises Overtaken."""
        thing = _thing_of(body)
        async with self._store.pool.acquire() as connection, connection.transaction():
            moved = await connection.execute(MOVE, heard.listener, heard.since, heard.position)
            if moved != "UPDATE 1":
                raise Overtaken(heard.listener)
            why = said(error)
            await connection.execute(
                PARK, heard.listener, heard.position, *(thing or NOTHING), blocks_stream, why, body
            )
        log.error("%s parks %s: %s", heard.listener, heard.position, type(error).__name__)
        return thing

    async def blocked_by(self, listener: str) -> set[Thing]:
        """The things of which something lies here that the rest must wait for."""
        rows = await self._store.pool.fetch(BLOCKED, listener)
        return {(home, stream) for home, stream in rows if stream}

    async def not_found_by(self, listener: str) -> list[int]:
        """The first of each stream that was parked because its cause was not there."""
        return [position for (position,) in await self._store.pool.fetch(NOT_FOUND, listener)]

    async def replay(self, ear: Ear, position: int) -> bool:
        """Hear a parked fact, then what waits behind it, until one fails: then False."""
        body = await self._store.pool.fetchval(ONE, ear.name, position)
        if body is None:
            return False
        waiting = [(position, body)]
        if thing := _thing_of(body):
            rows = await self._store.pool.fetch(BEHIND, ear.name, *thing, position)
            waiting = [(number, body) for number, body in rows] or waiting
        for number, body in waiting:
            if not await self._hear_again(ear, number, body):
                return False
        return True

    async def _hear_again(self, ear: Ear, position: int, body: bytes) -> bool:
        """Its place has been passed: what this leads to has derived ids, and is not doubled."""
        try:
            envelope = Envelope.read(body)
            if understood := ear.understood(envelope):
                handle, fact = understood
                by = on_behalf_of(self._store.service, envelope, ear.name, heard=None)
                await handle(fact, envelope.subject, by)
        except Exception as error:
            if isinstance(error, Refusal) and not isinstance(error, NotFound | VaultIsAway):
                await self._store.pool.execute(REFUSED, ear.name, position, said(error))
                return True
            log.warning("%s cannot hear %s yet: %r", ear.name, position, error)
            return False
        await self._store.pool.execute(CLEAR, ear.name, position)
        return True


def said(error: Exception) -> str:
    """Why, without what was typed: a validation error would repeat it."""
    if isinstance(error, ValidationError):
        return f"{type(error).__name__}: {error.error_count()} faults in {error.title}"
    return f"{type(error).__name__}: {error}"


def _thing_of(body: bytes) -> Thing | None:
    try:
        envelope = Envelope.read(body)
    except ValidationError:
        return None
    return envelope.establishment, envelope.subject

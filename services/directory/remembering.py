"""What each source said last, as keyed digests: what is unchanged need be neither read nor kept."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import SecretStr

from services.chassis.database import Connection
from services.chassis.store import Store

AT_ONCE = 4  # who holds rows waits for other connections of the same pool
NEVER = UUID(int=0)
SHORT = 12  # bytes: enough to tell two values of one person's field apart

LOOK = """
select record, staff, said, '{}', at_work, turn from stated
where establishment = $1 and source = $2 and record = any($3::bytea[])
"""
HOLD = """
select record, staff, said, fields, at_work, turn from stated
where establishment = $1 and source = $2 and record = any($3::bytea[])
order by record for update
"""
TAKE = """
insert into stated (establishment, source, record) select $1, $2, unnest($3::bytea[])
on conflict do nothing
"""
REMEMBER = """
update stated set staff = new.staff, said = new.said, fields = new.fields, at_work = new.at_work,
    turn = gen_random_uuid()
from unnest($3::bytea[], $4::uuid[], $5::bytea[], $6::jsonb[], $7::boolean[])
    as new (record, staff, said, fields, at_work)
where establishment = $1 and source = $2 and stated.record = new.record
"""
AT_WORK = "select record, staff from stated where establishment = $1 and source = $2 and at_work"
OF_STAFF = """
select record from stated where establishment = $1 and source = $2 and staff = any($3::uuid[])
"""
NOW_IS = "update stated set staff = $3 where establishment = $1 and staff = $2"
FORGET = "delete from stated where establishment = $1"


class Remembered(NamedTuple):
    """What was said last under one key of a source."""

    record: bytes
    staff: UUID | None = None
    said: bytes | None = None
    fields: Mapping[str, str] = {}
    at_work: bool = False
    turn: UUID = NEVER  # changes whenever something is remembered


class Memory:
    """The directory's own; digests are made with its secret and say nothing to anybody else."""

    def __init__(self, store: Store, secret: SecretStr) -> None:
        self._store = store
        self._secret = secret.get_secret_value().encode()
        self._room = asyncio.Semaphore(AT_ONCE)

    def digest(self, *words: str) -> bytes:
        """Of these words, apart from each other."""
        return hmac.digest(self._secret, json.dumps(words).encode(), "sha256")

    def short(self, *words: str) -> str:
        return self.digest(*words)[:SHORT].hex()

    def record_of(self, establishment: str, source: str, key: str) -> bytes:
        """What stands for a key here: the key itself is the vault's."""
        return self.digest("record", establishment, source, key)

    async def look(
        self, establishment: str, source: str, records: Sequence[bytes]
    ) -> dict[bytes, Remembered]:
        """What is known of these records, but for their fields: most need not be looked into."""
        rows = await self._store.pool.fetch(LOOK, establishment, source, records)
        return {row["record"]: _read(row) for row in rows}

    @asynccontextmanager
    async def holding(
        self, establishment: str, source: str, records: Collection[bytes]
    ) -> AsyncIterator[Holding]:
        """These records, which nobody else states until the block ends.

        Whoever is new has a turn of their own already, which outlives a kill in between.
        """
        wanted = sorted(records)  # in one order for everybody, so that nobody waits in a ring
        async with self._room, self._store.pool.acquire() as connection:
            await connection.execute(TAKE, establishment, source, wanted)
            async with connection.transaction():
                rows = await connection.fetch(HOLD, establishment, source, wanted)
                known = {row["record"]: _read(row) for row in rows}
                yield Holding(connection, establishment, source, known)

    async def at_work(self, establishment: str, source: str) -> dict[bytes, UUID]:
        """Everybody whom this source said last to be at work."""
        rows = await self._store.pool.fetch(AT_WORK, establishment, source)
        return {record: staff for record, staff in rows if staff}

    async def records_of(
        self, establishment: str, source: str, staff: Sequence[UUID]
    ) -> list[bytes]:
        rows = await self._store.pool.fetch(OF_STAFF, establishment, source, staff)
        return [record for (record,) in rows]

    async def now_is(self, establishment: str, was: UUID, staff: UUID) -> None:
        """What was said of one is said of the other: they were found to be one."""
        await self._store.pool.execute(NOW_IS, establishment, was, staff)

    async def forget(self, establishment: str) -> None:
        await self._store.pool.execute(FORGET, establishment)


class Holding:
    """Records that are held, and what was said of them last."""

    def __init__(
        self, connection: Connection, establishment: str, source: str,
        known: Mapping[bytes, Remembered],
    ) -> None:  # fmt: skip
        self._connection = connection
        self._whose = establishment, source
        self.known = known

    async def remember(self, said: Sequence[Remembered]) -> None:
        rows = [(*one[:3], json.dumps(dict(one.fields)), one.at_work) for one in said]
        if rows:
            await self._connection.execute(REMEMBER, *self._whose, *zip(*rows, strict=True))


def _read(row: Any) -> Remembered:
    record, staff, said, fields, at_work, turn = row
    return Remembered(record, staff, said, json.loads(fields), at_work, turn)

"""Where a resource is found: by its kind, and by keyed digests of what it is looked for by.

The digests say nothing to whoever reads the table: their key is the establishment's, in the vault.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple
from unicodedata import normalize
from uuid import UUID

from services.chassis.database import Connection, Pool
from services.directory.sealing import Seal

UNIQUE = "userName"
RESERVE = """
insert into scim_resources (id, establishment, source, kind) values ($1, $2, $3, $4)
on conflict do nothing
"""
HOLDER = """
select id from scim_keys
where establishment = $1 and source = $2 and attribute = $3 and digest = $4 and id <> $5
"""
ADD = """
insert into scim_keys (establishment, source, id, attribute, digest)
select $1, $2, $3, * from unnest($4::text[], $5::bytea[]) on conflict do nothing
"""
SETTLE = """
delete from scim_keys where id = $1 and not (attribute, digest) in (
    select * from unnest($2::text[], $3::bytea[])
)
"""
FOUND = """
select id from scim_resources
where establishment = $1 and source = $2 and kind = any($3::text[]) and stated and (
    $4::text is null or id in (
        select id from scim_keys
        where establishment = $1 and source = $2 and attribute = $4 and digest = $5
    )
) order by number
"""


class Look(NamedTuple):
    """What a resource is looked for by: an attribute and the digest of a value."""

    attribute: str
    digest: bytes


class Index:
    """One source's resources at one establishment. What it gives may be out of date by a moment."""

    def __init__(self, pool: Pool, seal: Seal, establishment: str, source: UUID) -> None:
        self._pool = pool
        self._of = (establishment, source)
        self._seal = seal

    def look(self, attribute: str, value: str) -> Look:
        """Capitals aside: whoever looks compares again what is found."""
        return Look(attribute, self._seal.over(attribute, normalize("NFC", value).lower()))

    async def claim(self, kind: str, id: UUID, looks: Collection[Look]) -> UUID | None:
        """Take these for a resource; who has the unique one already, if somebody has.

        Then nothing was taken.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            for look in looks:
                taken = look.attribute == UNIQUE and await self._holder(connection, id, look)
                if taken:
                    return taken
            await connection.execute(RESERVE, id, *self._of, kind)
            await connection.execute(ADD, *self._of, id, *_columns(looks))
        return None

    async def _holder(self, connection: Connection, id: UUID, look: Look) -> UUID | None:
        # Two who come with the same name at the same moment: the second waits for the first.
        lock = int.from_bytes(look.digest[:8], signed=True)
        await connection.execute("select pg_advisory_xact_lock($1)", lock)
        holder: UUID | None = await connection.fetchval(HOLDER, *self._of, *look, id)
        return holder

    async def settle(self, id: UUID, looks: Collection[Look]) -> None:
        """What was said is stored: it is found by these and by no others."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(SETTLE, id, *_columns(looks))
            await connection.execute("update scim_resources set stated = true where id = $1", id)

    async def forget(self, id: UUID) -> None:
        await self._pool.execute("delete from scim_resources where id = $1", id)

    async def found(self, kinds: Sequence[str], look: Look | None) -> list[UUID]:
        """The ids of all that may be meant, oldest first."""
        rows = await self._pool.fetch(FOUND, *self._of, kinds, *(look or (None, None)))
        return [one for (one,) in rows]


def _columns(looks: Collection[Look]) -> tuple[list[str], list[bytes]]:
    return [look.attribute for look in looks], [look.digest for look in looks]

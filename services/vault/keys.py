"""Ids that stand for the office's own keys, the same for ever."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

from contracts.vault import Purpose
from services.chassis.database import Connection
from services.chassis.deciding import Provenance
from services.chassis.domain import Refusal
from services.vault.safe import Safe, journal

KNOWN = """
select key, id from keys where establishment = $1 and kind = $2 and key = any($3::text[])
"""
FOUND = """
select distinct on (id) id, key from keys
where establishment = $1 and kind = $2 and id = any($3::uuid[]) order by id, key
"""
STATE = """
insert into keys select $1, $2, * from unnest($3::text[], $4::uuid[]) on conflict do nothing
"""


class KeyOfAnother(Refusal):
    """One of these keys stands for something else already. None was taken over."""

    french = "Une de ces clés désigne déjà autre chose. Aucune n’a été retenue."


class Keys:
    """The office's keys may be made of names: they are compared exactly, and never repeated."""

    def __init__(self, safe: Safe) -> None:
        self._safe = safe

    async def ids_of(
        self, by: Provenance, kind: str, keys: Sequence[str], create: bool
    ) -> dict[str, UUID]:
        """The id of each key; whoever asks first makes it, if it may be made."""
        async with self._safe.opened(by) as connection:
            known = await _known(connection, by, kind, keys)
            if create and (unknown := set(keys) - known.keys()):
                await _state(connection, by, kind, {key: uuid4() for key in unknown})
                known |= await _known(connection, by, kind, list(unknown))
        return known

    async def of(
        self, by: Provenance, kind: str, purpose: Purpose, ids: Sequence[UUID]
    ) -> dict[UUID, str]:
        """The key of each id that has one; of several, the first in their own order."""
        async with self._safe.opened(by) as connection:
            found = await connection.fetch(FOUND, by.establishment, kind, ids)
            await journal(connection, by, purpose, (row["id"] for row in found))
        return dict(map(tuple, found))

    async def state(self, by: Provenance, kind: str, keys: Mapping[str, UUID]) -> None:
        """These keys stand for these ids from now on. Raises KeyOfAnother, and then none does."""
        async with self._safe.opened(by) as connection:
            await _state(connection, by, kind, keys)
            if await _known(connection, by, kind, list(keys)) != keys:
                raise KeyOfAnother


async def _known(
    connection: Connection, by: Provenance, kind: str, keys: Sequence[str]
) -> dict[str, UUID]:
    return dict(map(tuple, await connection.fetch(KNOWN, by.establishment, kind, keys)))


async def _state(
    connection: Connection, by: Provenance, kind: str, keys: Mapping[str, UUID]
) -> None:
    # In one order for everybody, else two who bring the same keys could wait for each other.
    names = sorted(keys)
    await connection.execute(STATE, by.establishment, kind, names, [keys[name] for name in names])

"""Ids that stand for the office's own keys, the same for ever."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID, uuid4

from contracts.journal import Asked, PersonalFilesRead
from contracts.vault import KeysKnown, Purpose
from services.chassis.database import Connection
from services.chassis.deciding import Provenance
from services.chassis.digests import keyed
from services.chassis.domain import Refusal
from services.vault.safe import Safe
from services.vault.values import Values

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
ERASED = """
select key from unnest($3::text[], $4::bytea[]) as asked (key, digest)
join erased_keys using (digest) where establishment = $1 and kind = $2
"""


class KeyOfAnother(Refusal):
    """One of these keys stands for something else already. None was taken over."""

    french = "Une de ces clés désigne déjà autre chose. Aucune n’a été retenue."


class KeyOfErased(Refusal):
    """One of these keys was that of somebody whose file was destroyed. None was taken over."""

    french = "Une de ces clés était celle d’un dossier détruit. Aucune n’a été retenue."


class Keys:
    """The office's keys may be made of names: they are compared exactly, and never repeated."""

    def __init__(self, safe: Safe, values: Values, secret: str) -> None:
        self._safe = safe
        self._values = values
        self._secret = secret.encode()

    async def ids_of(
        self, by: Provenance, kind: str, keys: Sequence[str], create: bool
    ) -> KeysKnown:
        """The id of each key; whoever asks first makes it, if it may be made.

        The key of somebody who was erased has none, and is told apart.
        """
        async with self._safe.opened(by) as connection:
            known = await _known(connection, by, kind, keys)
            unknown = set(keys) - known.keys()
            erased = await self._erased(connection, by, kind, unknown) if unknown else set()
            if create and (new := unknown - erased):
                await _state(connection, by, kind, {key: uuid4() for key in new})
                known |= await _known(connection, by, kind, list(new))
        return KeysKnown(ids=known, erased=tuple(sorted(erased)))

    async def of(
        self, by: Provenance, kind: str, purpose: Purpose, ids: Sequence[UUID]
    ) -> dict[UUID, str]:
        """The key of each id that has one; of several, the first in their own order."""
        read = PersonalFilesRead(asked=Asked.KEYS, purpose=purpose, subjects=())
        terms = await self._values.permitted(by, read)
        async with self._safe.opened(by) as connection:
            found = await connection.fetch(FOUND, by.establishment, kind, ids)
        await self._values.written(by, terms, read, [(row["id"], "key") for row in found])
        return dict(map(tuple, found))

    async def state(self, by: Provenance, kind: str, keys: Mapping[str, UUID]) -> None:
        """These keys stand for these ids from now on.

        Raises KeyOfAnother, KeyOfErased, and then none does.
        """
        async with self._safe.opened(by) as connection:
            if await self._erased(connection, by, kind, keys):
                raise KeyOfErased
            await _state(connection, by, kind, keys)
            if await _known(connection, by, kind, list(keys)) != keys:
                raise KeyOfAnother

    async def _erased(
        self, connection: Connection, by: Provenance, kind: str, keys: Collection[str]
    ) -> set[str]:
        asked = list(keys)
        digests = [digest_of(self._secret, by.establishment, kind, key) for key in asked]
        rows = await connection.fetch(ERASED, by.establishment, kind, asked, digests)
        return {key for (key,) in rows}


def digest_of(secret: bytes, establishment: str, kind: str, key: str) -> bytes:
    """How the key of somebody who was erased is remembered: nobody reads a name out of it.

    HMAC-SHA-256 (RFC 2104) under the vault's own secret.
    """
    return keyed(secret, establishment, kind, key)


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

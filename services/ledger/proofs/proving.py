"""Checkpoints as they are shown, and proofs that lead to them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from uuid import UUID

from contracts.ledger import (
    CheckpointShown,
    ConsistencyProof,
    InclusionProof,
    KeyShown,
    origin_of,
)
from services.chassis.database import Connection, acting_as
from services.chassis.domain import NotFound, Refusal
from services.chassis.notes import Verifier, proof_lines
from services.ledger.book import Book
from services.ledger.proofs.keyring import Keyring
from services.ledger.proofs.roots import Roots
from services.ledger.proofs.sealing import EPOCH, Sealed, Sealer, last_of

ENTRY = "select id, sequence, leaf from entries where establishment = $1 and id = $2"
LIST = """
select establishment, epoch, size, key, at, note from checkpoints
where establishment = $1 and epoch = $2 and size > $3 order by size limit $4
"""
ONE = LIST.replace("size > $3 order by size limit $4", "size = $3")
COSIGNED = """
select size, line from cosignatures
where establishment = $1 and epoch = $2 and size = any($3::bigint[]) order by size, line
"""
# Those whom somebody outside has seen first; then one a day, and the first of all.
KEPT_IN_MIND = """
select establishment, epoch, size, key, at, note from checkpoints as one
where establishment = $1 and epoch = $2 and size <= $3 and (
    exists (select from cosignatures where (establishment, epoch, size)
        = (one.establishment, one.epoch, one.size))
    or size in (select max(size) from checkpoints where establishment = $1 and epoch = $2
        group by at::date)
) order by size limit $4
"""


class NotYetSigned(Refusal):
    """No checkpoint holds this entry yet, and none can be signed now: look at the verification."""

    french = (
        "Aucun point de contrôle ne couvre encore cette entrée, et aucun ne peut être signé : "
        "voyez la vérification."
    )
    passing = True


class Proving:
    """Everything that an establishment's auditor needs; each proof costs O(log n)."""

    def __init__(self, book: Book, keyring: Keyring, sealer: Sealer) -> None:
        self._book = book
        self._keyring = keyring
        self._sealer = sealer

    def reading(self, establishment: str) -> AbstractAsyncContextManager[Connection]:
        """A connection that sees one establishment."""
        return acting_as("ledger_reader", self._book.pool, establishment)

    async def checkpoints(
        self, establishment: str, after: int, limit: int
    ) -> list[CheckpointShown]:
        """Those of the current epoch, the smallest first."""
        async with self.reading(establishment) as connection:
            epoch = await connection.fetchval(EPOCH, establishment)
            found = await connection.fetch(LIST, establishment, epoch, after, limit)
            return await shown(connection, [Sealed(*row) for row in found])

    async def latest(self, establishment: str) -> CheckpointShown:
        """The last that was signed. Raises NotFound."""
        async with self.reading(establishment) as connection:
            epoch = await connection.fetchval(EPOCH, establishment)
            found = await last_of(connection, establishment, epoch)
            return await self._one(connection, found)

    async def at(self, establishment: str, size: int) -> CheckpointShown:
        """The one of this size. Raises NotFound."""
        async with self.reading(establishment) as connection:
            epoch = await connection.fetchval(EPOCH, establishment)
            row = await connection.fetchrow(ONE, establishment, epoch, size)
            return await self._one(connection, Sealed(*row) if row else None)

    async def covering(self, establishment: str, sequence: int) -> CheckpointShown:
        """The last; where that is before this entry, one is signed now. Raises NotYetSigned."""
        try:
            last = await self.latest(establishment)
        except NotFound:
            last = None
        if last is None or last.size < sequence:
            await self._sealer.seal(establishment)
            last = await self.latest(establishment)
        if last.size < sequence:
            raise NotYetSigned
        return last

    async def inclusion(self, establishment: str, entry: UUID, size: int | None) -> InclusionProof:
        """That an entry is in the log. Raises NotFound, NotYetSigned."""
        async with self.reading(establishment) as connection:
            found = await connection.fetchrow(ENTRY, establishment, entry)
        if found is None:
            raise NotFound
        _, sequence, leaf = found
        if size:
            note = await self.at(establishment, size)
        else:
            note = await self.covering(establishment, sequence)
        if sequence > note.size:
            raise NotYetSigned
        async with self.reading(establishment) as connection:
            proof = await Roots(connection, establishment).inclusion(sequence - 1, note.size)
        return InclusionProof(
            entry=entry, sequence=sequence, leaf=leaf.hex(), size=note.size,
            proof=tuple(proof_lines(proof)), checkpoint=note.note,
        )  # fmt: skip

    async def consistency(self, establishment: str, old: int, new: int) -> ConsistencyProof:
        """That one checkpoint's log is the beginning of another's. Raises NotFound."""
        before, after = await self.at(establishment, old), await self.at(establishment, new)
        if old > new:
            raise NotFound
        async with self.reading(establishment) as connection:
            proof = await Roots(connection, establishment).consistency(old, new)
        return ConsistencyProof(
            old=old, size=new, proof=tuple(proof_lines(proof)),
            old_checkpoint=before.note, checkpoint=after.note,
        )  # fmt: skip

    async def keys(self, establishment: str) -> list[KeyShown]:
        """Every key there ever was, as they are called in the establishment's current log."""
        async with self.reading(establishment) as connection:
            epoch = await connection.fetchval(EPOCH, establishment)
        origin = origin_of(self._keyring.name, establishment, epoch)
        return [
            KeyShown(number=key.number, since=key.since, statement=key.statement,
                     key=str(Verifier(origin, key.public)))
            for key in await self._keyring.all()
        ]  # fmt: skip

    async def kept_in_mind(
        self, connection: Connection, last: CheckpointShown, establishment: str, limit: int
    ) -> list[CheckpointShown]:
        """Earlier ones that somebody may hold: those a witness signed, and one a day."""
        asked = establishment, last.epoch, last.size, limit
        found = await connection.fetch(KEPT_IN_MIND, *asked)
        return await shown(connection, [Sealed(*row) for row in found])

    async def _one(self, connection: Connection, found: Sealed | None) -> CheckpointShown:
        if found is None:
            raise NotFound
        [one] = await shown(connection, [found])
        return one


async def shown(connection: Connection, found: Sequence[Sealed]) -> list[CheckpointShown]:
    """With what witnesses signed."""
    lines: dict[int, str] = {}
    if found:
        asked = found[0].establishment, found[0].epoch, [one.size for one in found]
        for size, line in await connection.fetch(COSIGNED, *asked):
            lines[size] = lines.get(size, "") + line
    return list(_shown(found, lines))


def _shown(found: Iterable[Sealed], lines: dict[int, str]) -> Iterable[CheckpointShown]:
    for one in found:
        origin, size, root = one.checkpoint
        yield CheckpointShown(
            origin=origin, epoch=one.epoch, size=size, root=proof_lines([root])[0], at=one.at,
            key=one.key, note=one.note + lines.get(size, ""),
        )  # fmt: skip

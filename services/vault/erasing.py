"""Destroys what is known of a person, for good, and remembers only that it was done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple, Self
from uuid import UUID

from contracts.envelope import Envelope, PersonRef
from contracts.rights import DispositionCertified, ErasureOrdered, PersonErased
from services.chassis.database import Connection, connect
from services.chassis.deciding import Provenance
from services.chassis.store import Store
from services.vault.belonging import Belongings
from services.vault.keeping import card_again
from services.vault.keys import digest_of
from services.vault.safe import Safe

DESTROY = "destroy"  # the alarm of a destruction that was ordered
# Whoever is keeping something of theirs at this moment is waited for, and then kept out.
ALONE = "lock table kept in share row exclusive mode"
# One person may have been known under several references.
SAME = """
with recursive same as (
    select $2::uuid as subject
    union
    select case when aliases.subject = same.subject then same_as else aliases.subject end
    from aliases join same on same.subject in (aliases.subject, same_as)
    where establishment = $1
) select subject from same
"""
VALUES = """
delete from kept where establishment = $1 and (subject = any($2::uuid[]) or ref = any($3::uuid[]))
returning purpose, ref, subject
"""
KEYS = "delete from keys where establishment = $1 and id = any($2::uuid[]) returning kind, key"
CARDS = "delete from cards where establishment = $1 and subject = any($2::uuid[])"
ALIASES = """
delete from aliases where establishment = $1
and (subject = any($2::uuid[]) or same_as = any($2::uuid[]))
"""
LIKENESSES = """
delete from duplicates where establishment = $1
and (one = any($2::uuid[]) or other = any($2::uuid[]))
"""
REMEMBER = """
insert into erased (establishment, subject) select $1, * from unnest($2::uuid[])
on conflict do nothing
"""
REMEMBER_KEYS = """
insert into erased_keys (establishment, kind, digest)
select $1, * from unnest($2::text[], $3::bytea[]) on conflict do nothing
"""
SAY = """
update erased set disposition = $3, said = $4 where establishment = $1 and subject = $2
"""
SAID = "select said from erased where establishment = $1 and subject = $2 and said is not null"
AMONG = "select subject from erased where establishment = $1 and subject = any($2::uuid[])"
# What was ordered before the backup that was put back, and has no alarm any more.
AGAIN = f"""
insert into alarms (stream, kind, establishment, due)
select stream, '{DESTROY}', establishment, now() from events as ordered
where type = $1 and not exists (
    select from events as done
    where done.stream = ordered.stream and done.establishment = ordered.establishment
        and done.type = $2
) on conflict do nothing
"""
ERASED = "select body from events where type = $1 order by position"
# And what a restore to an earlier moment has noted: the facts that told of it are gone.
SINCE = "select establishment, said from destroyed_since where said is not null"
SINGLE = """
select establishment, array_agg(ref) from destroyed_since where ref is not null
group by establishment
"""
ONE_BY_ONE = """
delete from kept where establishment = $1 and ref = any($2::uuid[]) returning subject
"""
# Their free space would keep the values until other rows take it: written anew, they have none.
REWRITTEN = ("kept", "keys", "cards", "aliases", "duplicates")


class Gone(NamedTuple):
    """What was deleted: how many values by purpose, and those that stood under another's name."""

    counts: dict[str, int]
    words: tuple[UUID, ...]


class Shredder:
    """All of a person in one transaction, with the memory that it was done."""

    def __init__(self, safe: Safe, secret: str) -> None:
        self._safe = safe
        self._secret = secret.encode()

    async def destroy(
        self, by: Provenance, person: PersonRef, theirs: Belongings, disposition: UUID
    ) -> PersonErased:
        """What is to be announced. Done before, it changes nothing and says the same."""
        home = by.establishment
        async with self._safe.opened(by) as connection:
            if said := await connection.fetchval(SAID, home, person.root):
                return PersonErased.model_validate_json(said)
            await connection.execute(ALONE)
            rows = await connection.fetch(SAME, home, person.root)
            streams = {one for (one,) in rows} | theirs.streams
            gone = await self._delete(connection, home, streams, theirs.refs)
            erased = PersonErased(
                person=person,
                streams=tuple(sorted(streams - {person.root})),
                words=gone.words,
                destroyed=gone.counts,
            )
            said = erased.model_dump_json()
            await connection.execute(SAY, home, person.root, disposition, said)
        return erased

    async def destroy_again(self, establishment: str, erased: Sequence[PersonErased]) -> int:
        """What a backup brought back; return how many values that were."""
        subjects = [one for each in erased for one in (each.person.root, *each.streams)]
        words = [one for each in erased for one in each.words]
        async with self._safe.opened_for(establishment) as connection:
            gone = await self._delete(connection, establishment, subjects, words)
        return sum(gone.counts.values())

    async def let_go_again(self, establishment: str, refs: Sequence[UUID]) -> int:
        """The same, of single values."""
        async with self._safe.opened_for(establishment) as connection:
            gone = [one for (one,) in await connection.fetch(ONE_BY_ONE, establishment, refs)]
            await card_again(connection, establishment, list(set(gone)))
        return len(gone)

    async def among(self, by: Provenance, subjects: Sequence[UUID]) -> set[UUID]:
        """Those of these who were erased."""
        async with self._safe.opened(by) as connection:
            rows = await connection.fetch(AMONG, by.establishment, subjects)
        return {one for (one,) in rows}

    async def rewrite(self) -> None:
        """Leave no dead row behind. Waits for who reads; raises where that takes too long."""
        connection = await connect(self._safe.database_url, "vault", lock_timeout="10s")
        try:
            for table in REWRITTEN:
                await connection.execute(f"vacuum (full) {table}")
        finally:
            await connection.close()

    async def _delete(
        self, connection: Connection, home: str, subjects: Collection[UUID], refs: Collection[UUID]
    ) -> Gone:
        gone = await connection.fetch(VALUES, home, subjects, refs)
        keys = [tuple(row) for row in await connection.fetch(KEYS, home, subjects)]
        for statement in (CARDS, ALIASES, LIKENESSES, REMEMBER):
            await connection.execute(statement, home, subjects)
        digests = [digest_of(self._secret, home, kind, key) for kind, key in keys]
        await connection.execute(REMEMBER_KEYS, home, [kind for kind, _ in keys], digests)
        counts = Counter(purpose for purpose, _, _ in gone) + Counter({"keys": len(keys)})
        words = {ref for _, ref, subject in gone if subject not in subjects}
        return Gone(dict(sorted(counts.items())), tuple(sorted(words)))


class DestroyedAgain:
    """Before the door opens: whoever the facts say is erased is so, whatever a backup held."""

    def __init__(self, store: Store, shredder: Shredder) -> None:
        self._store = store
        self._shredder = shredder

    async def __aenter__(self) -> Self:
        pool = self._store.pool
        await pool.execute(AGAIN, ErasureOrdered.type, DispositionCertified.type)
        found = [await self._shredder.destroy_again(*one) for one in (await self._erased()).items()]
        found += [await self._shredder.let_go_again(*one) for one in await pool.fetch(SINGLE)]
        if sum(found):
            await self._shredder.rewrite()
        await pool.execute("delete from destroyed_since")
        return self

    async def _erased(self) -> dict[str, list[PersonErased]]:
        """By establishment: as its facts say, or as somebody noted who had read them."""
        erased: dict[str, list[PersonErased]] = {}
        for (body,) in await self._store.pool.fetch(ERASED, PersonErased.type):
            envelope = Envelope.read(body)
            fact = PersonErased.model_validate(envelope.data)
            erased.setdefault(envelope.establishment, []).append(fact)
        for establishment, said in await self._store.pool.fetch(SINCE):
            erased.setdefault(establishment, []).append(PersonErased.model_validate_json(said))
        return erased

    async def __aexit__(self, *_: object) -> None: ...

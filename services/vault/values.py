"""Personal values: kept for a fact that is about to be written, read by whoever says why."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

from contracts.envelope import PersonalRef
from contracts.vault import Purpose, Reservation
from services.chassis.database import Connection
from services.chassis.deciding import Provenance
from services.vault.commitments import commitment, new_salt
from services.vault.names import begins_a_word, grams_in, is_name, words_in
from services.vault.safe import Safe, journal

MOST_WORDS = 6

KEEP = """
insert into kept (establishment, ref, digest, claim, subject, field, salt, value, commitment,
    purpose, rule, grams)
select $1, ref, digest, claim, subject, field, salt, value, commitment,
    purpose, purpose, string_to_array(grams, '|')
from unnest($2::uuid[], $3::bytea[], $4::uuid[], $5::uuid[], $6::text[], $7::bytea[], $8::text[],
    $9::text[], $10::text[], $11::text[])
    as new (ref, digest, claim, subject, field, salt, value, commitment, purpose, grams)
on conflict (digest) do nothing
"""
KEPT = """
select ref, commitment from unnest($1::bytea[]) with ordinality as asked (digest, place)
join kept using (digest) order by place
"""
RESOLVE = "select ref, subject, value from kept where establishment = $1 and ref = any($2::uuid[])"
KNOW = """
select distinct on (subject, field) subject, field, value from kept
where establishment = $1 and subject = any($2::uuid[])
    and (cardinality($3::text[]) = 0 or field = any($3::text[]))
order by subject, field, number desc
"""


class Values:
    """What is known of people, by reference."""

    def __init__(self, safe: Safe) -> None:
        self._safe = safe

    async def keep(self, by: Provenance, asked: Sequence[Reservation]) -> list[PersonalRef]:
        """A reference for each, in order. What was kept for the same fact keeps its reference."""
        if not asked:
            return []
        rows = [_row(by.establishment, one) for one in asked]
        columns = list(zip(*rows, strict=True))
        async with self._safe.opened(by) as connection:
            done = await connection.execute(KEEP, by.establishment, *columns)
            if done == f"INSERT 0 {len(rows)}":
                return [PersonalRef(ref=row[0], commitment=row[7]) for row in rows]
            before = await connection.fetch(KEPT, columns[1])
        return [PersonalRef(ref=ref, commitment=commitment) for ref, commitment in before]

    async def resolve(
        self, by: Provenance, purpose: Purpose, refs: Sequence[UUID]
    ) -> dict[UUID, str]:
        """The values behind these references, but for what is not here."""
        async with self._safe.opened(by) as connection:
            rows = await connection.fetch(RESOLVE, by.establishment, refs)
            await journal(connection, by, purpose, (row["subject"] for row in rows))
        return {row["ref"]: row["value"] for row in rows}

    async def know(
        self, by: Provenance, purpose: Purpose, subjects: Sequence[UUID], fields: Sequence[str]
    ) -> dict[UUID, dict[str, str]]:
        """The latest value of each of these fields, or of all, by subject."""
        known: dict[UUID, dict[str, str]] = {}
        async with self._safe.opened(by) as connection:
            rows = await connection.fetch(KNOW, by.establishment, subjects, fields)
            await journal(connection, by, purpose, (row["subject"] for row in rows))
        for subject, field, value in rows:
            known.setdefault(subject, {})[field] = value
        return known

    async def named(self, by: Provenance, purpose: Purpose, text: str, limit: int) -> list[UUID]:
        """Whose names have words that begin like these, in the order of the names."""
        async with self._safe.opened(by) as connection:
            found = await _named(connection, words_in(text)[:MOST_WORDS])
            subjects = sorted(found, key=lambda one: (found[one], one))[:limit]
            await journal(connection, by, purpose, subjects)
        return subjects


def _row(establishment: str, asked: Reservation) -> tuple[Any, ...]:
    salt = new_salt()
    said = (establishment, str(asked.claim), str(asked.subject), asked.field, asked.value)
    return (
        uuid4(),
        sha256("\n".join(said).encode()).digest(),
        asked.claim,
        asked.subject,
        asked.field,
        salt,
        asked.value,
        commitment(salt, asked.field, asked.value),
        asked.purpose.value,
        ("|".join(grams_in(asked.value)) or None) if is_name(asked.field) else None,
    )


async def _named(connection: Connection, words: Sequence[str]) -> dict[UUID, list[str]]:
    """Subjects with all the words in one name or another, and the words of those names."""
    found: dict[UUID, list[str]] = {}
    for number, word in enumerate(words):
        rows = await connection.fetch("select * from names_with($1)", grams_in(word))
        fits = {subject: words_in(value) for subject, value in rows if begins_a_word(word, value)}
        if number:
            fits = {subject: found[subject] + fits[subject] for subject in found.keys() & fits}
        found = fits
    return found

"""Who is meant: by a few letters of a name, or by an address or a number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from uuid import UUID

from contracts.journal import Asked, PersonalFilesRead
from contracts.vault import ContactAsked, Purpose
from services.chassis.database import Connection
from services.chassis.deciding import Provenance
from services.vault.journal import Journal
from services.vault.names import begins_a_word, contact_of, grams_in, words_in
from services.vault.safe import Safe
from services.vault.values import Values

MOST_WORDS = 6
AT_ONCE = 80  # candidates that are looked at
TELLING = 3  # letters of a word that few names have
MANY = 8_000  # names with the same letters
NAMED_BY = "name"

ROOTS = """
select subject, same_as from aliases where establishment = $1 and subject = any($2::uuid[])
"""
COMMON = """
select is_common(string_to_array(grams, '|'), $2)
from unnest($1::text[]) with ordinality as asked (grams, place) order by place
"""
# Few have such a word: find them, and put them in order.
HITS = """
select subject, (
    select min(sort) from cards where establishment = $1 and cards.subject = hits.subject
        and field in ('full name', 'name')
) as sort from ({hits}) as hits order by sort nulls last, subject offset $2 limit $3
"""
# Many have: go through everybody in order, and stop when enough are found.
WALK = """
select * from (
    select subject, sort from cards where establishment = $1 and field = 'full name' {having}
    order by sort, subject limit $2::int + $3::int
) as persons union all select * from (
    select subject, sort from cards where establishment = $1 and field = 'name' {having}
    order by sort, subject limit $2::int + $3::int
) as staff order by sort, subject offset $2 limit $3
"""
HAVING = """ and exists (select from kept where kept.establishment = $1
    and kept.subject = cards.subject and kept.grams @> ${at})"""
NAMES = """
select subject, array_agg(value) as names from kept
where establishment = $1 and subject = any($2::uuid[]) and grams is not null group by subject
"""
REACHED = """
select distinct subject from cards where establishment = $1 and contact = any($2::text[])
"""


class Searching:
    """Subjects are found, not values: whoever asked reads those for a purpose, and is heard."""

    def __init__(self, safe: Safe, values: Values, journal: Journal) -> None:
        self._safe = safe
        self._values = values
        self._journal = journal

    async def named(self, by: Provenance, purpose: Purpose, text: str, limit: int) -> list[UUID]:
        """Whose names have words that begin like these, in the order of the names."""
        asked = PersonalFilesRead(
            asked=Asked.SEARCH, purpose=purpose, subjects=(), **self._journal.of_text(text)
        )
        await self._values.permitted(by, asked, (NAMED_BY,))
        async with self._safe.opened(by) as connection:
            words = words_in(text)[:MOST_WORDS]
            found = await _named(connection, by.establishment, words, 2 * limit)
            subjects = (await _once(connection, by.establishment, found))[:limit]
        await self._found(by, asked, subjects, NAMED_BY)
        return subjects

    async def reached(self, by: Provenance, asked: ContactAsked) -> list[UUID]:
        """Who is reached at exactly this address or this number, whoever they are."""
        given = {"email": asked.email, "phone": asked.phone}
        said = {field: value for field, value in given.items() if value}
        read = PersonalFilesRead(
            asked=Asked.CONTACT, purpose=asked.purpose, subjects=(),
            **self._journal.of_text("\n".join(said.values())),
        )  # fmt: skip
        await self._values.permitted(by, read, tuple(said))
        contacts = [contact_of(field, value) for field, value in said.items()]
        async with self._safe.opened(by) as connection:
            rows = await connection.fetch(REACHED, by.establishment, contacts)
            found = sorted(row["subject"] for row in rows)
            subjects = await _once(connection, by.establishment, found)
        await self._found(by, read, subjects, *said)
        return subjects

    async def _found(
        self, by: Provenance, asked: PersonalFilesRead, subjects: Sequence[UUID], *fields: str
    ) -> None:
        said = {"subjects": tuple(subjects), "fields": fields}
        await self._journal.write(by, asked.model_copy(update=said))


async def _once(connection: Connection, establishment: str, subjects: Sequence[UUID]) -> list[UUID]:
    """Each person under one reference."""
    roots: dict[UUID, UUID] = dict(
        map(tuple, await connection.fetch(ROOTS, establishment, subjects))
    )
    return list(dict.fromkeys(roots.get(one, one) for one in subjects))


async def _named(
    connection: Connection, establishment: str, words: Sequence[str], most: int
) -> list[UUID]:
    """Who has all these words in one name or another, in the order of the names; so many."""
    found: list[UUID] = []
    if not words:
        return found
    candidates, grams = await _way(connection, words)
    for place in count(0, AT_ONCE):
        rows = await connection.fetch(candidates, establishment, place, AT_ONCE, *grams)
        subjects = [row["subject"] for row in rows]
        names = dict(map(tuple, await connection.fetch(NAMES, establishment, subjects)))
        # The grams of a word may all be there, and none of the words begin so.
        found += [one for one in subjects if _fits(words, names.get(one, ()))]
        if len(found) >= most or len(rows) < AT_ONCE:
            break
    return found[:most]


async def _way(connection: Connection, words: Sequence[str]) -> tuple[str, list[list[str]]]:
    """The shorter way to the candidates, by the words that are rare if any is; and their grams."""
    grams = [grams_in(word) for word in words]
    rare = [some for word, some in zip(words, grams, strict=True) if len(word) >= TELLING]
    if not rare:
        joined = ["|".join(some) for some in grams]
        common = [row[0] for row in await connection.fetch(COMMON, joined, MANY)]
        rare = [some for some, many in zip(grams, common, strict=True) if not many]
    if rare:
        hits = (f"select subject from names_with(${4 + at})" for at in range(len(rare)))
        return HITS.format(hits=" intersect ".join(hits)), rare
    having = "".join(HAVING.format(at=4 + at) for at in range(len(grams)))
    return WALK.format(having=having), grams


def _fits(words: Sequence[str], names: Sequence[str]) -> bool:
    theirs = words_in(" ".join(names))
    return all(begins_a_word(word, theirs) for word in words)

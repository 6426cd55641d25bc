"""Who is meant: by a few letters of a name, or by an address or a number."""

from __future__ import annotations

from collections.abc import Sequence
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
MANY = 3_000  # names with the same letters
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
) as sort from ({hits}) as hits where true {having} order by sort nulls last, subject
"""
# Many have it, and nothing else is asked: go through everybody in order until enough are found.
WALK = """
select * from (
    select subject, sort from cards as hits where establishment = $1 and field = 'full name'
        {having} order by sort, subject
) as persons union all select * from (
    select subject, sort from cards as hits where establishment = $1 and field = 'name'
        {having} order by sort, subject
) as staff order by sort, subject
"""
# One by one, by its index: joined, all names would be read before the first is told.
HAVING = """ and (select true from kept where kept.establishment = $1
    and kept.subject = hits.subject and kept.grams @> ${at} limit 1)"""
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
    way, grams = await _way(connection, words)
    candidates = await connection.cursor(way, establishment, *grams)
    while len(found) < most and (rows := await candidates.fetch(AT_ONCE)):
        subjects = [row["subject"] for row in rows]
        names = dict(map(tuple, await connection.fetch(NAMES, establishment, subjects)))
        # The grams of a word may all be there, and none of the words begin so.
        found += [one for one in subjects if _fits(words, names.get(one, ()))]
    return found[:most]


async def _way(connection: Connection, words: Sequence[str]) -> tuple[str, list[list[str]]]:
    """The shorter way to the candidates: by the words that are rare if any is, else by all."""
    grams = [grams_in(word) for word in words]
    joined = ["|".join(some) for some in grams]
    common = [row[0] for row in await connection.fetch(COMMON, joined, MANY)]
    if len(words) == 1 and all(common):
        return WALK.format(having=HAVING.format(at=2)), grams
    alone = [at for at, many in enumerate(common, 2) if all(common) or not many]
    having = "".join(HAVING.format(at=at) for at in range(2, len(grams) + 2) if at not in alone)
    hits = " intersect ".join(f"select subject from names_with(${at})" for at in alone)
    return HITS.format(hits=hits, having=having), grams


def _fits(words: Sequence[str], names: Sequence[str]) -> bool:
    theirs = words_in(" ".join(names))
    return all(begins_a_word(word, theirs) for word in words)

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
NAMED_BY = "name"

ROOTS = """
select subject, same_as from aliases where establishment = $1 and subject = any($2::uuid[])
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
            found = await _named(connection, words_in(text)[:MOST_WORDS])
            subjects = sorted(found, key=lambda one: (found[one], one))
            subjects = (await _once(connection, by.establishment, subjects))[:limit]
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


async def _named(connection: Connection, words: Sequence[str]) -> dict[UUID, list[str]]:
    """Subjects with all the words in one name or another, and the words of those names."""
    found: dict[UUID, list[str]] = {}
    for number, word in enumerate(words):
        rows = await connection.fetch("select * from names_with($1)", grams_in(word))
        named = ((subject, words_in(value)) for subject, value in rows)
        fits = {subject: words for subject, words in named if begins_a_word(word, words)}
        if number:
            fits = {subject: found[subject] + fits[subject] for subject in found.keys() & fits}
        found = fits
    return found

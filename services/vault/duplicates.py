"""People who may have two references: proposed by likeness, and remembered where they are two."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from contracts.access import AccessRole
from contracts.journal import Asked, PersonalFilesRead
from contracts.vault import Likeness, Likenesses, Purpose, Sought
from services.chassis.database import Connection
from services.chassis.deciding import Provenance
from services.chassis.domain import NotFound, Refusal
from services.vault.journal import Journal
from services.vault.keeping import NAMES
from services.vault.safe import Safe
from services.vault.values import Values

COMPARED = (*NAMES, "email", "phone", "phone2", "birth_date")
READ = PersonalFilesRead(
    asked=Asked.DUPLICATES, purpose=Purpose.RECRUITMENT, subjects=(), fields=("name",)
)

PEOPLE = """
select subject, field, split_part(sort, chr(1), 1) as letters, contact from cards
where establishment = $1 and field = any($2::text[]) and not exists (
    select from aliases where aliases.establishment = $1 and aliases.subject = cards.subject
)
order by subject
"""
FOUND = """
insert into duplicates (id, establishment, one, other, score, why)
select gen_random_uuid(), $1, one, other, score, string_to_array(why, ' ')
from unnest($2::uuid[], $3::uuid[], $4::int[], $5::text[]) as found (one, other, score, why)
on conflict (establishment, one, other) do update
set score = excluded.score, why = excluded.why where duplicates.same is null
returning xmax = 0 as new
"""
FIELDS = "id, one, other, score, why, found_at, same, kept, decided_by, decided_at"
# Who stands behind another is no longer compared with anybody.
OPEN = """
establishment = $1 and same is null and not exists (
    select from aliases where aliases.establishment = $1
        and aliases.subject in (duplicates.one, duplicates.other)
)
"""
WAITING = f"""
select {FIELDS} from duplicates where {OPEN} and ($2::uuid is null
    or (-cardinality(why), -score, id) > (
        select -cardinality(why), -score, id from duplicates where establishment = $1 and id = $2
    ))
order by cardinality(why) desc, score desc, id limit $3
"""
DECIDED = f"""
select {FIELDS} from duplicates where establishment = $1 and same is not null
    and ($2::uuid is null or (decided_at, id) < (
        select decided_at, id from duplicates where establishment = $1 and id = $2
    ))
order by decided_at desc, id desc limit $3
"""
COUNT = f"select count(*) from duplicates where {OPEN}"
ONE = f"select {FIELDS} from duplicates where establishment = $1 and id = $2"
TWO = """
update duplicates set same = false, decided_by = $3, decided_at = now()
where establishment = $1 and id = $2 and same is not true
"""


class OnePersonAsDecided(Refusal):
    """These files were merged: undo the merge, and they are two persons again."""

    french = (
        "Ces fiches sont réunies : défaites la réunion, et ce seront de nouveau deux personnes."
    )


class Duplicates:
    """Nothing is ever merged by itself. A decision may be taken again, and the last one counts."""

    def __init__(self, safe: Safe, values: Values, journal: Journal) -> None:
        self._safe = safe
        self._values = values
        self._journal = journal

    async def seek(self, by: Provenance) -> Sought:
        """Compare everybody, in a process of its own. What was decided is not proposed again."""
        begun = time.monotonic()
        purpose = Purpose.REGISTER if by.role == AccessRole.OPERATOR else Purpose.RECRUITMENT
        read = READ.model_copy(update={"fields": COMPARED, "purpose": purpose})
        await self._values.permitted(by, read, COMPARED)
        async with self._safe.opened(by) as connection:
            rows = await connection.fetch(PEOPLE, by.establishment, COMPARED)
        people = _people(rows)
        pairs = await _compared(people)
        async with self._safe.opened(by) as connection:
            new = await _write(connection, by.establishment, pairs)
            waiting = await connection.fetchval(COUNT, by.establishment)
        # Nobody is shown a value here: the computer compared everybody, and says so once.
        await self._journal.write(by, read)
        seconds = time.monotonic() - begun
        return Sought(people=len(people), found=new, waiting=waiting, seconds=seconds)

    async def page(
        self, by: Provenance, decided: bool, after: UUID | None, limit: int
    ) -> Likenesses:
        """Pairs that wait, the likeliest first; or those decided on, the latest first."""
        await self._values.permitted(by, READ, READ.fields)
        async with self._safe.opened(by) as connection:
            question = DECIDED if decided else WAITING
            rows = await connection.fetch(question, by.establishment, after, limit + 1)
            waiting = await connection.fetchval(COUNT, by.establishment)
        items = tuple(Likeness(**dict(row)) for row in rows[:limit])
        await self._read(by, *items)
        further = items[-1].id if len(rows) > limit else None
        return Likenesses(items=items, next=further, waiting=waiting)

    async def one(self, by: Provenance, id: UUID) -> Likeness:
        """Raises NotFound."""
        await self._values.permitted(by, READ, READ.fields)
        async with self._safe.opened(by) as connection:
            row = await connection.fetchrow(ONE, by.establishment, id)
        if row is None:
            raise NotFound
        found = Likeness(**dict(row))
        await self._read(by, found)
        return found

    async def are_two(self, by: Provenance, id: UUID) -> None:
        """Remembered, and not proposed again. Raises NotFound, OnePersonAsDecided."""
        async with self._safe.opened(by) as connection:
            found = await connection.fetchrow(ONE, by.establishment, id)
            if found is None:
                raise NotFound
            if found["same"]:
                raise OnePersonAsDecided
            await connection.execute(TWO, by.establishment, id, by.actor)

    async def _read(self, by: Provenance, *pairs: Likeness) -> None:
        """Who may be one person says something of both."""
        subjects = tuple(person for one in pairs for person in (one.one, one.other))
        await self._journal.write(by, READ.model_copy(update={"subjects": subjects}))


def _people(rows: Sequence[Any]) -> list[tuple[str, str, str, list[str], str | None]]:
    """As `likeness` reads them: subject, given name, family name, contacts, day of birth."""
    people: dict[UUID, dict[str, Any]] = {}
    for subject, field, letters, contact in rows:
        said = people.setdefault(subject, {"contacts": []})
        said[field] = letters
        if contact:
            said["contacts"].append(contact)
    return [
        (str(subject), said.get("given_name", ""), said.get("family_name", ""),
         said["contacts"], said.get("birth_date"))
        for subject, said in people.items() if "given_name" in said or "family_name" in said
    ]  # fmt: skip


async def _compared(people: Sequence[Any]) -> list[tuple[UUID, UUID, int, str]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "services.vault.likeness",
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        said, _ = await process.communicate(b"\n".join(map(orjson.dumps, people)))
    except BaseException:
        process.kill()
        raise
    if process.returncode:
        raise RuntimeError("the search for duplicates was broken off")
    pairs = map(orjson.loads, said.splitlines())
    return [(UUID(one), UUID(other), score, " ".join(why)) for one, other, score, why in pairs]


async def _write(
    connection: Connection, establishment: str, pairs: Sequence[tuple[UUID, UUID, int, str]]
) -> int:
    if not pairs:
        return 0
    rows = await connection.fetch(FOUND, establishment, *zip(*pairs, strict=True))
    return sum(row["new"] for row in rows)

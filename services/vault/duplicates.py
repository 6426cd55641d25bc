"""People who may have two references: proposed by likeness, decided by a person, remembered."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from contracts.journal import Asked, PersonalFilesRead
from contracts.vault import Likeness, LikenessDecided, Purpose, Sought
from services.chassis.database import Connection
from services.chassis.deciding import Provenance
from services.chassis.domain import NotFound, Refusal
from services.vault.journal import Journal
from services.vault.keeping import NAMES
from services.vault.safe import Safe
from services.vault.values import Values

COMPARED = (*NAMES, "email", "phone", "phone2", "birth_date")

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
SHOWN = """
select id, one, other, score, why, found_at, same, kept, decided_by, decided_at from duplicates
where establishment = $1 and (same is not null) = $2
order by cardinality(why) desc, score desc, id limit $3
"""
ONE = """
select one, other, same, kept from duplicates where establishment = $1 and id = $2 for update
"""
DECIDE = """
update duplicates set same = $3, kept = $4, decided_by = $5, decided_at = now()
where establishment = $1 and id = $2
"""
# Whoever was an alias of the one that goes is an alias of the one that stays.
MERGE = """
with moved as (
    update aliases set same_as = $3 where establishment = $1 and same_as = $2
)
insert into aliases (establishment, subject, same_as) values ($1, $2, $3)
on conflict (establishment, subject) do update set same_as = excluded.same_as
"""
ROOT = """
select coalesce((select same_as from aliases where establishment = $1 and subject = $2), $2)
"""
PART = "delete from aliases where establishment = $1 and subject = $2 and same_as = $3"


class NeitherOfThem(Refusal):
    """Say which of the two references is kept."""

    french = "Dites laquelle des deux références est conservée."


class Duplicates:
    """Nothing is ever merged by itself. A decision may be taken again, and the last one counts."""

    def __init__(self, safe: Safe, values: Values, journal: Journal) -> None:
        self._safe = safe
        self._values = values
        self._journal = journal

    async def seek(self, by: Provenance) -> Sought:
        """Compare everybody, in a process of its own. What was decided is not proposed again."""
        begun = time.monotonic()
        read = PersonalFilesRead(
            asked=Asked.DUPLICATES, purpose=Purpose.RECRUITMENT, subjects=(), fields=COMPARED
        )
        await self._values.permitted(by, read, COMPARED)
        async with self._safe.opened(by) as connection:
            rows = await connection.fetch(PEOPLE, by.establishment, COMPARED)
        people = _people(rows)
        pairs = await _compared(people)
        async with self._safe.opened(by) as connection:
            new = await _write(connection, by.establishment, pairs)
        # Nobody is shown a value here: the computer compared everybody, and says so once.
        await self._journal.write(by, read)
        return Sought(people=len(people), found=new, seconds=time.monotonic() - begun)

    async def shown(self, by: Provenance, decided: bool, limit: int) -> list[Likeness]:
        """Pairs that wait for a decision, the likeliest first; or those that were decided."""
        read = PersonalFilesRead(
            asked=Asked.DUPLICATES, purpose=Purpose.RECRUITMENT, subjects=(), fields=("name",)
        )
        await self._values.permitted(by, read, ("name",))
        async with self._safe.opened(by) as connection:
            rows = await connection.fetch(SHOWN, by.establishment, decided, limit)
        subjects = tuple(row[which] for row in rows for which in ("one", "other"))
        await self._journal.write(by, read.model_copy(update={"subjects": subjects}))
        return [Likeness(**dict(row)) for row in rows]

    async def decide(self, by: Provenance, id: UUID, decided: LikenessDecided) -> None:
        """One person, whose values are found under either reference from now on; or two.

        Raises NotFound, NeitherOfThem.
        """
        async with self._safe.opened(by) as connection:
            found = await connection.fetchrow(ONE, by.establishment, id)
            if found is None:
                raise NotFound
            both = {found["one"], found["other"]}
            if decided.same and decided.keep not in both:
                raise NeitherOfThem
            if found["same"]:
                [gone] = both - {found["kept"]}
                await connection.execute(PART, by.establishment, gone, found["kept"])
            kept = decided.keep if decided.same else None
            if kept:
                [gone] = both - {kept}
                root = await connection.fetchval(ROOT, by.establishment, kept)
                await connection.execute(MERGE, by.establishment, gone, root)
            await connection.execute(DECIDE, by.establishment, id, decided.same, kept, by.actor)


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

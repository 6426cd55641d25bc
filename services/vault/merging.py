"""Which references are one person's: as recruitment decided in its facts, and nobody else."""

from __future__ import annotations

from uuid import UUID

from services.chassis.deciding import Provenance
from services.vault.safe import Safe

# Nobody who was erased is brought back, be it as an alias.
HERE = """
not exists (select from erased where establishment = $1 and subject in ($2::uuid, $3::uuid))
"""
JOIN = f"""
insert into aliases (establishment, subject, same_as) select $1, $3::uuid, $2::uuid
where {HERE}
on conflict (establishment, subject) do update set same_as = excluded.same_as
"""
PART = "delete from aliases where establishment = $1 and same_as = $2 and subject = $3"
# Also where nobody had proposed it: what was decided is not proposed again.
DECIDED = f"""
insert into duplicates (id, establishment, one, other, score, why, same, kept, decided_by,
    decided_at)
select gen_random_uuid(), $1, least($2::uuid, $3::uuid), greatest($2::uuid, $3::uuid), 0, '{{}}',
    $4::boolean, case when $4 then $2::uuid end, $5, now() where {HERE}
on conflict (establishment, one, other) do update set same = excluded.same, kept = excluded.kept,
    decided_by = excluded.decided_by, decided_at = excluded.decided_at
where (duplicates.same, duplicates.kept) is distinct from (excluded.same, excluded.kept)
"""


FILES = """
select subject from aliases where establishment = $1 and same_as = $2
union select same_as from aliases where establishment = $1 and subject = $2
"""


class Aliases:
    """Follows the facts: heard twice, they change nothing; a crash in between loses nothing."""

    def __init__(self, safe: Safe) -> None:
        self._safe = safe

    async def join(self, by: Provenance, kept: UUID, merged: UUID, decided_by: str) -> None:
        """From now on the values of both are found under either."""
        await self._follow(JOIN, by, kept, merged, True, decided_by)

    async def part(self, by: Provenance, kept: UUID, merged: UUID, decided_by: str) -> None:
        """Each has their own again, and they are remembered to be two."""
        await self._follow(PART, by, kept, merged, False, decided_by)

    async def files_of(self, by: Provenance, person: UUID) -> list[UUID]:
        """The references under which this person is known, the given one first."""
        async with self._safe.opened(by) as connection:
            rows = await connection.fetch(FILES, by.establishment, person)
        return [person, *(one for (one,) in rows)]

    async def _follow(
        self, change: str, by: Provenance, kept: UUID, merged: UUID, same: bool, decided_by: str
    ) -> None:
        both = by.establishment, kept, merged
        async with self._safe.opened(by) as connection:
            await connection.execute(change, *both)
            await connection.execute(DECIDED, *both, same, decided_by)

"""Which files are of one person, as recruitment said: what holds of one holds of the others."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from contracts.recruitment import MergeUndone, PartnersMerged
from services.chassis.deciding import Provenance
from services.chassis.store import Store

JOIN = """
insert into same_person (establishment, kept, merged) values ($1, $2, $3)
on conflict (establishment, merged) do update set kept = excluded.kept
"""
PART = "delete from same_person where establishment = $1 and kept = $2 and merged = $3"
OF = """
with roots as (
    select asked, coalesce(kept, asked) as root from unnest($2::uuid[]) as asked
    left join same_person on establishment = $1 and merged = asked
)
select asked, root as file from roots
union select asked, asked from roots
union select asked, merged from roots join same_person on establishment = $1 and kept = root
"""


class Files:
    """What was merged, and what was parted again."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def join(self, said: PartnersMerged, by: Provenance) -> None:
        values = by.establishment, said.kept.root, said.merged.root
        await self._store.pool.execute(JOIN, *values)

    async def part(self, said: MergeUndone, by: Provenance) -> None:
        values = by.establishment, said.kept.root, said.merged.root
        await self._store.pool.execute(PART, *values)

    async def of(self, establishment: str, persons: Collection[UUID]) -> dict[UUID, set[UUID]]:
        """All files of each of these persons, their own among them."""
        found: dict[UUID, set[UUID]] = {one: {one} for one in persons}
        for asked, file in await self._store.pool.fetch(OF, establishment, list(persons)):
            found[asked].add(file)
        return found

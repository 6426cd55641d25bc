"""Personal values as they are read: by whoever says why, and each reading written down first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from contracts.journal import Asked, PersonalFilesRead
from contracts.vault import Purpose, Version
from services.chassis.deciding import Provenance
from services.vault.journal import Journal
from services.vault.safe import Safe
from services.vault.schedule import NotForThisPurpose, Schedules, Terms, sees

RESOLVE = """
select ref, subject, field, value, purpose from kept
where establishment = $1 and ref = any($2::uuid[])
"""
# What two references of one person have together, first what the one that was kept has; but for
# what its service does not know of.
KNOW = """
with roots as (
    select asked, coalesce(same_as, asked) as root from unnest($2::uuid[]) as asked
    left join aliases on establishment = $1 and aliases.subject = asked
), members as (
    select asked, root as subject, root from roots
    union select asked, asked, root from roots
    union select asked, aliases.subject, root from roots
    join aliases on establishment = $1 and same_as = root
)
select distinct on (asked, field) asked, field, value, purpose, subject
from members cross join lateral (
    select field, value, purpose, number from kept
    where establishment = $1 and kept.subject = members.subject
        and (cardinality($3::text[]) = 0 or field = any($3::text[]))
        and not exists (
            select from claims where claims.establishment = $1 and claims.claim = kept.claim
                and doubted is not null
        )
    offset 0 -- each by the index of subjects, however many are kept
) as theirs
order by asked, field, subject = root desc, number desc
"""
VERSIONS = """
select ref, field, value, kept_at, kept_by, kept_for, kept_as, claim, purpose, rule,
    row_number() over (partition by field order by number)::int as number,
    row_number() over (partition by field order by number desc) = 1 as current, subject
from kept where establishment = $1 and subject = $2 and ($3::text is null or field = $3)
order by field, kept.number
"""


class Values:
    """What is known of people, by reference."""

    def __init__(self, safe: Safe, schedules: Schedules, journal: Journal) -> None:
        self._safe = safe
        self._schedules = schedules
        self._journal = journal

    async def resolve(
        self, by: Provenance, purpose: Purpose, refs: Sequence[UUID]
    ) -> dict[UUID, str]:
        """The values behind these references that are here. Raises NotForThisPurpose."""
        asked = PersonalFilesRead(asked=Asked.VALUES, purpose=purpose, subjects=())
        terms = await self.permitted(by, asked)
        async with self._safe.opened(by) as connection:
            rows = await connection.fetch(RESOLVE, by.establishment, refs)
        seen = [row for row in rows if sees(by, row["subject"], row["purpose"])]
        await self.written(by, terms, asked, [(row["subject"], row["field"]) for row in seen])
        return {row["ref"]: row["value"] for row in seen}

    async def know(
        self, by: Provenance, purpose: Purpose, subjects: Sequence[UUID], fields: Sequence[str]
    ) -> dict[UUID, dict[str, str]]:
        """The latest value of each of these fields, or of all that the purpose covers, by subject.

        Of who has two references, what both have. Raises NotForThisPurpose.
        """
        asked = PersonalFilesRead(asked=Asked.PERSONS, purpose=purpose, subjects=())
        terms = await self.permitted(by, asked, fields)
        async with self._safe.opened(by) as connection:
            rows = await connection.fetch(KNOW, by.establishment, subjects, fields)
        seen = [
            row for row in rows
            if terms.covers(purpose, row["field"]) and sees(by, row["subject"], row["purpose"])
        ]  # fmt: skip
        known: dict[UUID, dict[str, str]] = {}
        for row in seen:
            known.setdefault(row["asked"], {})[row["field"]] = row["value"]
        await self.written(by, terms, asked, [(row["asked"], row["field"]) for row in seen])
        return known

    async def versions(
        self, by: Provenance, purpose: Purpose, subject: UUID, field: str | None
    ) -> list[Version]:
        """All that was kept of somebody, oldest first in each field: who said so, and when."""
        asked = PersonalFilesRead(asked=Asked.VERSIONS, purpose=purpose, subjects=())
        terms = await self.permitted(by, asked, (field,) if field else ())
        async with self._safe.opened(by) as connection:
            rows = await connection.fetch(VERSIONS, by.establishment, subject, field)
        seen = [
            row for row in rows
            if terms.covers(purpose, row["field"]) and sees(by, row["subject"], row["purpose"])
        ]  # fmt: skip
        await self.written(by, terms, asked, [(subject, row["field"]) for row in seen])
        return [Version(**{k: v for k, v in row.items() if k != "subject"}) for row in seen]

    async def permitted(
        self, by: Provenance, asked: PersonalFilesRead, fields: Collection[str] = ()
    ) -> Terms:
        """What this establishment allows. A refusal is in the journal too.

        Raises NotForThisPurpose where the purpose covers one of these fields not at all, or is
        none of this role's.
        """
        terms = await self._schedules.of(by.establishment)
        try:
            terms.require(by, asked.purpose, fields)
        except NotForThisPurpose as refusal:
            refused = {"fields": tuple(sorted(fields)), "refused": type(refusal).__name__}
            await self._journal.write(by, asked.model_copy(update=refused))
            raise
        return terms

    async def written(
        self, by: Provenance, terms: Terms, asked: PersonalFilesRead,
        found: Collection[tuple[UUID, str]],
    ) -> None:  # fmt: skip
        """The reading is in the journal: these values may leave. Raises NotForThisPurpose."""
        fields = {field for _, field in found}
        said = {
            "subjects": tuple({subject for subject, _ in found}),
            "fields": tuple(sorted(fields)),
            "values": len(found),
        }
        if not all(terms.covers(asked.purpose, field) for field in fields):
            said |= {"values": 0, "refused": NotForThisPurpose.__name__}
        await self._journal.write(by, asked.model_copy(update=said))
        if "refused" in said:
            raise NotForThisPurpose

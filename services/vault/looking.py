"""Readings to look at, and the year's review: they accuse nobody, they say where to look."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from statistics import median
from typing import Any
from uuid import UUID

from contracts.journal import (
    Access,
    Counted,
    ReadingsToLookAt,
    Remarkable,
    Review,
    ToLookAt,
)
from services.chassis.database import Connection
from services.chassis.deciding import Provenance
from services.chassis.moments import HERE
from services.chassis.tree import Tree
from services.vault.keeping import FULL_NAME
from services.vault.safe import Safe
from services.vault.schedule import Schedules

FILES_OPENED = 3  # who reads more at once looks at a list
SHOWN = 100
FEWEST = 20  # subjects in a day: less is never unusual
UNUSUAL = 3.5  # Iglewicz and Hoaglin (1993), for the modified z-score
NIGHT = 22, 6  # hours, in Québec

# Of persons' files, opened one or a few at a time; one's own is one's own.
OPENED = f"""
select actor, (at at time zone $4)::date as day, sequence, subject
from journal, unnest(subjects) as subject
where journal.establishment = $1 and at >= $2 and at < $3 and whole and not own and not refused
    and cardinality(subjects) <= {FILES_OPENED} and actor not like 'service:%'
    and exists (
        select from cards where cards.establishment = $1 and cards.subject = subject
            and cards.field = '{FULL_NAME}'
    )
"""
# Whose caseload it is: as services say, and of whom somebody has written.
OUTSIDE = f"""
with opened as ({OPENED})
select * from opened where not exists (
    select from caseloads where establishment = $1 and caseloads.actor = opened.actor
        and caseloads.subject = opened.subject and since < $3 and (until is null or until > $2)
) and not exists (
    select from kept where establishment = $1 and kept_by = opened.actor
        and kept.subject = opened.subject and purpose <> 'register'
)
"""
# Who seems to be staff as well: they said so, or are reached where a member of staff is.
COLLEAGUES = f"""
with opened as ({OPENED}), partners as (select distinct subject from opened),
colleagues as (
    select subject from partners where exists (
        select from kept where establishment = $1 and kept.subject = partners.subject
            and field = 'employee' and lower(value) not in ('no', 'non', 'false', '0')
    ) or exists (
        select from cards mine
        join cards theirs on theirs.establishment = $1 and theirs.contact = mine.contact
            and theirs.subject <> mine.subject
        join cards named on named.establishment = $1 and named.subject = theirs.subject
            and named.field = 'name'
        where mine.establishment = $1 and mine.subject = partners.subject
    )
)
select opened.* from opened join colleagues using (subject)
"""
AT_NIGHT = f"""
select actor, (at at time zone $4)::date as day, sequence, subject
from journal left join lateral unnest(subjects) as subject on true
where establishment = $1 and at >= $2 and at < $3 and not own and actor not like 'service:%'
    and (extract(hour from at at time zone $4) >= {NIGHT[0]}
        or extract(hour from at at time zone $4) < {NIGHT[1]})
"""
REFUSED = """
select actor, (at at time zone $4)::date as day, sequence, null::uuid as subject from journal
where establishment = $1 and at >= $2 and at < $3 and refused
"""
DAYS = """
select actor, (at at time zone $4)::date as day, count(distinct subject)::int as subjects,
    count(distinct sequence)::int as readings, min(sequence) as first
from journal, unnest(subjects) as subject
where establishment = $1 and at >= $2 and at < $3 and whole and not own
    and actor not like 'service:%'
group by 1, 2
"""
ASKED = {
    Remarkable.OUTSIDE_CASELOAD: OUTSIDE,
    Remarkable.COLLEAGUE: COLLEAGUES,
    Remarkable.AT_NIGHT: AT_NIGHT,
    Remarkable.REFUSED: REFUSED,
}
COUNT = """
select coalesce({by}, '—') as key, count(*)::int as readings,
    coalesce(sum(cardinality(subjects)), 0)::int as subjects
from journal where establishment = $1 and at >= $2 and at < $3 group by 1 order by 2 desc, 1
"""
ALL = """
select count(*)::int as readings, count(*) filter (where own)::int as own,
    count(*) filter (where refused)::int as refused,
    (select count(distinct subject)::int from journal, unnest(subjects) as subject
     where establishment = $1 and at >= $2 and at < $3) as subjects
from journal where establishment = $1 and at >= $2 and at < $3
"""
TREE = "select size, frontier from journal_trees where establishment = $1"
ENDED = """
update caseloads set until = now()
where establishment = $1 and actor = $2 and until is null and subject <> all($3::uuid[])
"""
BEGUN = """
insert into caseloads (establishment, actor, subject)
select $1, $2, subject from unnest($3::uuid[]) as subject where not exists (
    select from caseloads where establishment = $1 and actor = $2
        and caseloads.subject = subject and until is null
)
on conflict do nothing
"""


class Looking:
    """Asks the journal what deserves a look, over a stretch of time."""

    def __init__(self, safe: Safe, schedules: Schedules) -> None:
        self._safe = safe
        self._schedules = schedules

    async def to_look_at(
        self, by: Provenance, since: datetime, until: datetime | None = None
    ) -> ReadingsToLookAt:
        """By day and actor, the latest first."""
        span = by.establishment, since, until or datetime.now(UTC), str(HERE)
        async with self._safe.opened(by) as connection:
            items = [
                one for why, sql in ASKED.items()
                for one in _by_day(why, await connection.fetch(sql, *span))
            ]  # fmt: skip
            items += _unusual(await connection.fetch(DAYS, *span))
        return ReadingsToLookAt(
            since=since, items=tuple(sorted(items, key=lambda it: (it.day, it.actor), reverse=True))
        )

    async def review(self, by: Provenance, year: int) -> Review:
        """A fiscal year's, from the first of April (R-22.1: access is analysed every year)."""
        since = datetime(year, 4, 1, tzinfo=HERE)
        until = datetime(year + 1, 4, 1, tzinfo=HERE)
        span = by.establishment, since, until
        remarkable = (await self.to_look_at(by, since, until)).items
        terms = await self._schedules.of(by.establishment)
        async with self._safe.opened(by) as connection:
            counted = {
                key: await _counted(connection, key, span) for key in ("role", "purpose", "actor")
            }
            whole = await connection.fetchrow(ALL, *span)
            size, frontier = await connection.fetchrow(TREE, by.establishment) or (0, [])
        return Review(
            year=year,
            **dict(whole or {}),
            **{f"by_{key}": value for key, value in counted.items()},
            to_look_at={why: sum(one.why is why for one in remarkable) for why in Remarkable},
            access=tuple(
                Access(purpose=one.code, recipients=tuple(map(str, one.recipients)))
                for one in terms.purposes.values()
            ),
            size=size,
            root=Tree(size, list(frontier)).root().hex(),
        )  # fmt: skip

    async def entrust(self, by: Provenance, actor: str, subjects: Sequence[UUID]) -> None:
        """From now on these are somebody's to follow, and no others."""
        async with self._safe.opened(by) as connection:
            await connection.execute(ENDED, by.establishment, actor, subjects)
            await connection.execute(BEGUN, by.establishment, actor, subjects)


async def _counted(
    connection: Connection, by: str, span: tuple[str, datetime, datetime]
) -> tuple[Counted, ...]:
    return tuple(Counted(**dict(row)) for row in await connection.fetch(COUNT.format(by=by), *span))


def _by_day(why: Remarkable, rows: Sequence[Any]) -> list[ToLookAt]:
    days: defaultdict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows:
        days[row["actor"], row["day"].isoformat()].append(row)
    return [
        ToLookAt(
            why=why, actor=actor, day=day,
            readings=len({row["sequence"] for row in some}),
            subjects=tuple(sorted({row["subject"] for row in some if row["subject"]})[:SHOWN]),
            sequences=tuple(sorted({row["sequence"] for row in some})[:SHOWN]),
        )
        for (actor, day), some in days.items()
    ]  # fmt: skip


def _unusual(rows: Sequence[Any]) -> list[ToLookAt]:
    """Days on which somebody read of more persons than is usual, for them and for the office."""
    office = [row["subjects"] for row in rows]
    own: defaultdict[str, list[int]] = defaultdict(list)
    for row in rows:
        own[row["actor"]].append(row["subjects"])
    found = []
    for row in rows:
        score = min(z_score(row["subjects"], own[row["actor"]]), z_score(row["subjects"], office))
        if row["subjects"] >= FEWEST and score > UNUSUAL:
            found.append(
                ToLookAt(
                    why=Remarkable.UNUSUAL_VOLUME, actor=row["actor"], day=row["day"].isoformat(),
                    readings=row["readings"], subjects=(), sequences=(row["first"],),
                    score=round(score, 1),
                )
            )  # fmt: skip
    return found


def z_score(count: int, counts: Sequence[int]) -> float:
    """The modified z-score: how far from the median, in median deviations of at least one."""
    middle = median(counts)
    deviation = max(median(abs(one - middle) for one in counts), 1.0)
    return 0.6745 * (count - middle) / deviation

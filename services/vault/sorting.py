"""Lists in the order of a personal value: ids leave, and the values stay."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from contracts.journal import Asked, PersonalFilesRead
from contracts.vault import Kind, Only, Purpose, SortedAsked, SubjectsSorted
from services.chassis.database import Connection
from services.chassis.deciding import Provenance
from services.chassis.domain import Refusal
from services.vault.journal import Journal
from services.vault.keeping import FULL_NAME
from services.vault.names import END, SORTED, letters_of
from services.vault.safe import Safe
from services.vault.schedule import NotForThisPurpose
from services.vault.values import Values

KNOWN_BY = {Kind.PERSON: FULL_NAME, Kind.STAFF: "name"}

PLACE = "select sort from cards where establishment = $1 and subject = $2 and field = $3"
# By one card of each subject; who has none of that field comes in a page of its own, by name.
PAGE = """
select subject from cards where establishment = $1 and field = $2
    and ($3::text is null or (sort, subject) {beyond} ($3, $4)) {only}
order by sort {way}, subject {way} limit $5
"""
OF_THESE = " and subject = any(${at}::uuid[])"
OF_A_KIND = """ and exists (select from cards k where k.establishment = $1
    and k.subject = cards.subject and k.field = ${at})"""
LACKING = """ and not exists (select from cards k where k.establishment = $1
    and k.subject = cards.subject and k.field = ${at})"""
LIKE = """ and exists (select from cards k where k.establishment = $1
    and k.subject = cards.subject and k.field = ${at} and k.sort >= ${low} and k.sort < ${high})"""
NO_ALIAS = """ and not exists (select from aliases a where a.establishment = $1
    and a.subject = cards.subject)"""
LAST = "\U0010ffff"


class NotSortable(Refusal):
    """Lists are not sorted or filtered by this field."""

    french = "On ne peut ni trier ni filtrer selon ce champ."


class Sorting:
    """Sorts and filters a hundred thousand people, by keys made when their values came in."""

    def __init__(self, safe: Safe, values: Values, journal: Journal) -> None:
        self._safe = safe
        self._values = values
        self._journal = journal

    async def page(self, by: Provenance, asked: SortedAsked) -> SubjectsSorted:
        """One page and where it ends. Raises NotSortable, NotForThisPurpose."""
        fields = [asked.field, *(one.field for one in asked.only)]
        if not SORTED.issuperset(fields):
            raise NotSortable
        read = PersonalFilesRead(asked=Asked.SORTED, purpose=asked.purpose, subjects=())
        await self._values.permitted(by, read, fields)
        if asked.purpose is Purpose.STAFF and asked.kind is Kind.PERSON:
            raise NotForThisPurpose  # to work with the staff, nobody needs a list of partners
        async with self._safe.opened(by) as connection:
            found = await _Question(connection, by.establishment, asked).page()
        said = {"subjects": tuple(found), "fields": tuple(sorted(set(fields)))}
        await self._journal.write(by, read.model_copy(update=said))
        return SubjectsSorted(
            subjects=tuple(found), next=found[-1] if len(found) == asked.limit else None
        )


class _Question:
    """One list: first whoever has the field, then whoever lacks it."""

    def __init__(self, connection: Connection, establishment: str, asked: SortedAsked) -> None:
        self._connection = connection
        self._establishment = establishment
        self._asked = asked
        self._known_by = KNOWN_BY[asked.kind]
        self._field = self._known_by if asked.field == "name" else asked.field

    async def page(self) -> list[UUID]:
        asked, found = self._asked, list[UUID]()
        place = await self._place(self._field)
        if asked.after is None or place is not None:
            found = await self._fetch(self._field, place, asked.limit, lacking=False)
        if len(found) < asked.limit and self._field != self._known_by:
            further = await self._place(self._known_by) if place is None else None
            rest = asked.limit - len(found)
            found += await self._fetch(self._known_by, further, rest, lacking=True)
        return found

    async def _place(self, field: str) -> str | None:
        if self._asked.after is None:
            return None
        place: str | None = await self._connection.fetchval(
            PLACE, self._establishment, self._asked.after, field
        )
        return place

    async def _fetch(
        self, field: str, place: str | None, limit: int, *, lacking: bool
    ) -> list[UUID]:
        down = self._asked.descending and not lacking
        after = self._asked.after if place is not None else None
        given: list[Any] = [self._establishment, field, place, after, limit]
        only = self._only(given, lacking)
        sql = PAGE.format(beyond="<" if down else ">", way="desc" if down else "asc", only=only)
        return [row["subject"] for row in await self._connection.fetch(sql, *given)]

    def _only(self, given: list[Any], lacking: bool) -> str:
        """The conditions; what they are given is added to the end."""
        asked, only = self._asked, NO_ALIAS
        if asked.subjects is not None:
            only += OF_THESE.format(at=_added(given, asked.subjects))
        of_a_kind = asked.subjects is None or asked.purpose is Purpose.STAFF
        if of_a_kind and self._field != self._known_by and not lacking:
            only += OF_A_KIND.format(at=_added(given, self._known_by))
        if lacking:
            only += LACKING.format(at=_added(given, self._field))
        for one in asked.only:
            low, high = _between(one)
            field = self._known_by if one.field == "name" else one.field
            at = {"at": _added(given, field), "low": _added(given, low)}
            only += LIKE.format(**at, high=_added(given, high))
        return only


def _added(given: list[Any], value: object) -> int:
    given.append(value)
    return len(given)


def _between(only: Only) -> tuple[str, str]:
    letters = letters_of(only.equals or only.begins or "")
    return (letters + END, letters + END + LAST) if only.equals else (letters, letters + LAST)

"""What readers are given: one establishment's documents, whole, page by page."""

from __future__ import annotations

import base64
import json
from binascii import Error as NotBase64
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from services.chassis.database import acting_as
from services.chassis.domain import NotFound, NotUnderstood
from services.chassis.folding import Document, ReadModel
from services.chassis.library import Library

LIVE = """
from documents join live using (projection, generation)
where projection = $1 and establishment = $2 and state <> ''
"""
SUCH = """
    and facets @> $3::text[] and not exists (
        select from unnest($4::text[]) as asked (word) where strpos(words, word) = 0
    ) and (cardinality($5::uuid[]) = 0 or key = any($5))
    and (cardinality($6::text[]) = 0 or facets && $6)
"""
PAGE = f"""
select body, sorts[$8] as sort, key {LIVE} {SUCH}
    and (cardinality($7::text[]) = 0 or state = any($7))
    and ($9::text is null or (sorts[$8], key) {{beyond}} ($9, $10::uuid))
order by sorts[$8] {{way}}, key {{way}} limit $11
"""
COUNTS = f"select state, count(*) {LIVE} {SUCH} group by state"
ONE = f"select body {LIVE} and key = $3 and facets @> $4::text[]"
SOME = f"select body {LIVE} and key = any($3::uuid[])"
EVERYWHERE = """
select body from documents join live using (projection, generation)
where projection = $1 and state <> '' order by sorts[1], establishment
"""
STREAMS = """
select distinct stream from links join live using (projection, generation)
where projection = $1 and establishment = $2 and key = any($3::uuid[])
"""
EACH = """
select key::text, stream::text from links join live using (projection, generation)
where projection = $1 and establishment = $2 and key = any($3::uuid[])
"""
KEPT = """
select other, kept from joined join live using (projection, generation)
where projection = $1 and establishment = $2 and other = any($3::uuid[])
"""
OTHERS = """
select other from joined join live using (projection, generation)
where projection = $1 and establishment = $2 and kept = $3
"""

# Under which document a thing is shown, which stand behind that one, and all their streams.
FEEDING = """
with shown as (
    select coalesce((
        select kept from joined join live using (projection, generation)
        where projection = $1 and establishment = $2 and other = $3
    ), $3::uuid) as key
), behind as (
    select array_agg(other) as others from joined join live using (projection, generation)
    where projection = $1 and establishment = $2 and kept = (select key from shown)
)
select key::text, coalesce(others, '{}')::text[], (
    select coalesce(array_agg(distinct stream), '{}')::text[]
    from links join live using (projection, generation)
    where projection = $1 and establishment = $2 and links.key = any(shown.key || others)
) from shown, behind
"""

POSITION = """
select position from generations join live using (projection, generation) where projection = $1
"""
ALL_OF = """
select {columns} from {table} join live using (projection, generation)
where projection = $1 and establishment = $2
"""


class NoSuchPage(NotUnderstood):
    """This page cannot be found again. Begin with the first."""

    french = "Cette page est introuvable. Revenez à la première."


class Asked(NamedTuple):
    """Which documents of an establishment, in which order, after which one."""

    facets: Sequence[str] = ()
    words: Sequence[str] = ()
    either: Sequence[str] = ()  # facets of which one is enough; none: whatever they have
    ids: Sequence[UUID] = ()  # none: all; who searched by a name has them from the vault
    states: Sequence[str] = ()
    sort: int = 1
    descending: bool = False
    after: str | None = None
    limit: int = 50


class Feeding(NamedTuple):
    """The document that is shown for a thing, those behind it, and the streams of them all."""

    shown: str
    others: list[str]
    streams: list[str]


class Whole(NamedTuple):
    """All documents of an establishment as they stand at one place of the log."""

    place: int
    bodies: list[bytes]
    joined: dict[str, str]  # whom some stand behind
    parked: list[str]


class Page[D](NamedTuple):
    items: list[D]
    counts: dict[str, int]  # by state, whatever states were asked for
    next: str | None


class Shelf[D: Document]:
    """The live documents of one read model."""

    def __init__(self, model: ReadModel[D], library: Library) -> None:
        self._model = model
        self._library = library

    async def one(self, establishment: str, id: str, facets: Sequence[str] = ()) -> D:
        """Raises NotFound, also where it is another establishment's or lacks these facets."""
        scope = self._model.name, establishment, id, facets
        async with acting_as("documents_reader", self._library.pool, establishment) as connection:
            body = await connection.fetchval(ONE, *scope)
        if body is None:
            raise NotFound
        return self._model.read(body)

    async def some(self, establishment: str, ids: Sequence[str]) -> list[D]:
        """Those that are known, in no order."""
        async with acting_as("documents_reader", self._library.pool, establishment) as connection:
            rows = await connection.fetch(SOME, self._model.name, establishment, ids)
        return [self._model.read(body) for (body,) in rows]

    async def page(self, establishment: str, asked: Asked) -> Page[D]:
        """Raises NoSuchPage where `after` is none of ours."""
        such = asked.facets, asked.words, asked.ids, asked.either
        scope = self._model.name, establishment, *such
        last = place_in(asked.after) if asked.after else (None, None)
        way = {"beyond": "<", "way": "desc"} if asked.descending else {"beyond": ">", "way": "asc"}
        async with acting_as("documents_reader", self._library.pool, establishment) as connection:
            counts = await connection.fetch(COUNTS, *scope)
            rows = await connection.fetch(
                PAGE.format(**way), *scope, asked.states, asked.sort, *last, asked.limit + 1
            )
        shown = rows[: asked.limit]
        more = token_of(*shown[-1][1:]) if len(rows) > len(shown) else None
        items = [self._model.read(body) for body, *_ in shown]
        return Page(items, dict(map(tuple, counts)), more)

    async def whole(self, establishment: str) -> Whole:
        """What has a state and what has none, but for those that stand behind another."""
        scope = self._model.name, establishment

        async def all_of(table: str, columns: str) -> list[tuple[Any, ...]]:
            rows = await connection.fetch(ALL_OF.format(table=table, columns=columns), *scope)
            return [tuple(row) for row in rows]

        async with (
            self._library.pool.acquire() as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            place = await connection.fetchval(POSITION, self._model.name) or 0
            bodies = [body for (body,) in await all_of("documents", "body")]
            joined = dict(await all_of("joined", "other::text, kept::text"))
            parked = [key for (key,) in await all_of("parked", "key::text")]
        return Whole(place, bodies, joined, parked)

    async def feeding_each(self, establishment: str, ids: Sequence[str]) -> dict[str, set[str]]:
        """Of each of these documents, the streams that feed it beside its own."""
        rows = await self._library.pool.fetch(EACH, self._model.name, establishment, ids)
        fed: dict[str, set[str]] = {}
        for key, stream in rows:
            fed.setdefault(key, set()).add(stream)
        return fed

    async def streams_of(self, establishment: str, id: str) -> list[str]:
        """The streams that feed a document, and those behind it, its own first."""
        ids = [id, *await self.others(establishment, id)]
        async with acting_as("documents_reader", self._library.pool, establishment) as connection:
            rows = await connection.fetch(STREAMS, self._model.name, establishment, ids)
        return [*ids, *(str(stream) for (stream,) in rows)]

    async def feeding(self, establishment: str, id: str) -> Feeding:
        """What a story is made of, in one question."""
        async with acting_as("documents_reader", self._library.pool, establishment) as connection:
            row = await connection.fetchrow(FEEDING, self._model.name, establishment, id)
        assert row
        shown, others, streams = row
        return Feeding(shown, others, [shown, *others, *streams])

    async def kept(self, establishment: str, ids: Sequence[UUID]) -> list[UUID]:
        """For each of these the document that is shown: another, where it stands behind one."""
        if not self._model.joining or not ids:
            return list(ids)
        async with acting_as("documents_reader", self._library.pool, establishment) as connection:
            rows = await connection.fetch(KEPT, self._model.name, establishment, ids)
        shown: dict[UUID, UUID] = dict(map(tuple, rows))
        return [shown.get(one, one) for one in ids]

    async def others(self, establishment: str, id: str) -> list[str]:
        """The documents that stand behind this one."""
        if not self._model.joining:
            return []
        async with acting_as("documents_reader", self._library.pool, establishment) as connection:
            rows = await connection.fetch(OTHERS, self._model.name, establishment, id)
        return [str(one) for (one,) in rows]

    async def everywhere(self) -> list[D]:
        """Every establishment's: only for what is no secret between them."""
        rows = await self._library.pool.fetch(EVERYWHERE, self._model.name)
        return [self._model.read(body) for (body,) in rows]


def token_of(sort: str, key: UUID | str) -> str:
    """Where a page ends, for whoever asks for the next."""
    words = json.dumps([sort, str(key)]).encode()
    return base64.urlsafe_b64encode(words).decode().rstrip("=")


def place_in(token: str) -> tuple[str, UUID]:
    """Raises NoSuchPage."""
    try:
        words = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        sort, key = msgspec.json.decode(words, type=tuple[str, UUID])
    except (NotBase64, ValueError) as error:
        raise NoSuchPage from error
    if "\0" in sort:
        raise NoSuchPage
    return sort, key

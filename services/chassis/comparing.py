"""What readers see, beside what the log gives when it is read again: the two must be the same."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from services.chassis.database import Connection
from services.chassis.documents import Documents
from services.chassis.folding import Document, ReadModel
from services.chassis.generations import Generation, Progress
from services.chassis.library import Library
from services.chassis.projecting import HELD_BACK, REBUILT_AT_ONCE, AlreadyRebuilding

PAUSE = 0.05
MOST = 1000  # differences that are told
# While this row is locked, readers' documents stay as they are.
HOLD_STILL = """
select generation, position from generations join live using (projection, generation)
where projection = $1 for update of generations
"""
PLACE = "select position from generations where projection = $1 and generation = $2"
DIFFER = """
select coalesce(live.establishment, again.establishment), coalesce(live.key, again.key)::text,
    case when live.key is null then 'lacking' when again.key is null then 'beyond'
    else 'altered' end
from (select * from documents where projection = $1 and generation = $2) as live
full join (select * from documents where projection = $1 and generation = $3) as again
    using (establishment, key)
where (live.body, live.state, live.facets, live.words, live.sorts)
    is distinct from (again.body, again.state, again.facets, again.words, again.sorts)
order by 1, 2 limit $4
"""


class Difference(NamedTuple):
    """A document that readers lack, have beyond what the log gives, or have otherwise."""

    establishment: str
    key: str
    how: str  # `lacking`, `beyond`, `altered`


async def compare[D: Document](model: ReadModel[D], library: Library) -> list[Difference]:
    """Read the whole log again beside the live generation; nothing that readers see changes.

    Raises AlreadyRebuilding, LaterVersion.
    """
    documents = Documents(model.name, library)
    async with documents.rebuilding() as scratch:
        if scratch is None:
            raise AlreadyRebuilding
        try:
            return await _compare(Generation(scratch, model, library, Progress()), model, library)
        finally:
            await documents.clear(await documents.live())


async def _compare[D: Document](
    generation: Generation[D], model: ReadModel[D], library: Library
) -> list[Difference]:
    while True:
        await generation.catch_up(REBUILT_AT_ONCE, HELD_BACK)
        async with library.pool.acquire() as connection, connection.transaction():
            found = await _at_one_place(connection, model.name, generation.number)
        if found is not None:
            return found
        await asyncio.sleep(PAUSE)  # the live one is on its way, or has gone on


async def _at_one_place(connection: Connection, name: str, scratch: int) -> list[Difference] | None:
    """None where one of the two has read more than the other."""
    live, place = await connection.fetchrow(HOLD_STILL, name) or (0, 0)
    if place != await connection.fetchval(PLACE, name, scratch):
        return None
    rows = await connection.fetch(DIFFER, name, live, scratch, MOST)
    return [Difference(*row) for row in rows]

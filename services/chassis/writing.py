"""The one statement that a page is written with, no larger than what is on the page.

PostgreSQL takes longer to get ready for a statement than to run it: a lone fact comes as it is,
several come as columns, and of places and answers nothing is said where there are none.
"""

from __future__ import annotations

from functools import cache
from itertools import count

# One round trip. What is not as the page has it becomes null, which the tables refuse, and then
# nothing of it stays. The head row is locked first and held until commit: positions have no gap.
FENCE = """
with fence as (
    update head set recordedtime = $2, written = pg_current_xact_id(), position = case
        when position = $1::bigint and recordedtime <= $2::timestamptz and {} then {} end
    returning position
)"""
EVENTS = "(establishment, stream, version, id, type, time, body, position, recordedtime)"
# Who begins a stream that is there already is refused by its key.
ONE_AS_HAD = """
($5 = 1 or $5 - 1 = (
    select max(version) from events where stream = $4 and establishment = $3
))
"""
ONE = f"""
insert into events {EVENTS} select $3::text, $4::uuid, $5::int, $6::uuid, $7::text,
    $8::timestamptz, $9::bytea, position, $2 from fence
"""
SEVERAL_AS_HAD = """
not exists (
    select from unnest($3::text[], $4::uuid[], $5::int[]) as had (home, thing, last)
    where last <> coalesce(
        (select max(version) from events where stream = thing and establishment = home), 0
    )
)
"""
SEVERAL = f"""
insert into events {EVENTS} select home, stream, version, id, type, time, body, $1 + place, $2
from fence, unnest(
    $6::text[], $7::uuid[], $8::int[], $9::uuid[], $10::text[], $11::timestamptz[], $12::bytea[]
) with ordinality as new (home, stream, version, id, type, time, body, place)
"""
MOVED = """
update heard set position = case when heard.position = place.since then place.reached end
from fence, unnest(${}::text[], ${}::bigint[], ${}::bigint[]) as place (name, since, reached)
where listener = place.name
"""
SAID = """
insert into commands (key, fingerprint, answer)
select said.* from fence, unnest(${}::uuid[], ${}::bytea[], ${}::jsonb[]) as said
"""


@cache
def statement(alone: bool, moves: bool, says: bool) -> str:
    """Takes the position before, when this is recorded, and then what each part takes.

    `alone`: the one fact there is, which goes to the only stream there is; else columns of what
    each stream had, and columns of facts. `moves`: columns of listeners' places, since when and
    how far. `says`: columns of answers to commands.
    """
    if alone:
        fence, parts, numbers = FENCE.format(ONE_AS_HAD, "$1 + 1"), [ONE], count(10)
    else:
        reached = "$1 + cardinality($6::text[])"
        fence, parts, numbers = FENCE.format(SEVERAL_AS_HAD, reached), [SEVERAL], count(13)
    for part in [MOVED] * moves + [SAID] * says:
        parts.append(part.format(*(next(numbers) for _ in range(3))))
    *before, last = parts
    return fence + "".join(f", part_{at} as ({one})" for at, one in enumerate(before)) + last

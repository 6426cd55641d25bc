"""Which entry it is, where hashes say only that it is one of many: the services kept theirs too."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from contracts.ledger import Promise
from services.chassis.database import Connection, connect
from services.cli.proving.stretches import Finding

# Of these, a tree that is no longer the same is but the consequence.
EXPLAIN = (Promise.WRITTEN_ONCE, Promise.IN_ORDER, Promise.NOTHING_REMOVED)
AT_ONCE = 2_000
HERE = """
select sequence, source, source_position, body from ledger.entries
where establishment = $1 and sequence between $2 and $3 order by sequence
"""
THERE = "select position, body from {}.events where position = any($1::bigint[])"


async def locate(
    url: str, stores: Mapping[str, str], establishment: str, findings: Sequence[Finding]
) -> list[Finding]:
    """The findings, with the entries that the trees only hint at; each told once."""
    named = [one for one in findings if one.promise is not Promise.ONE_TREE]
    hints = [one for one in findings if one.promise is Promise.ONE_TREE]
    if not hints:
        return named
    connection = await connect(url, "ledger")
    try:
        for hint in hints:
            if not any(_explains(one, hint) for one in named):
                changed = await _changed(connection, stores, establishment, hint)
                named += changed or [hint]
    finally:
        await connection.close()
    return sorted(named, key=lambda one: (one.first or 0, one.last or 0))


def _explains(one: Finding, hint: Finding) -> bool:
    if one == hint or one.first is None or one.last is None:
        return one == hint
    begins, ends = hint.first or 0, hint.last or 0
    if one.promise is Promise.ONE_TREE:  # the narrowest is told
        return begins <= one.first and one.last <= ends
    return one.promise in EXPLAIN and one.first <= ends and begins <= one.last


async def _changed(
    connection: Connection, stores: Mapping[str, str], establishment: str, hint: Finding
) -> list[Finding]:
    """Entries whose service has other bytes, or none."""
    found: list[Finding] = []
    for first in range(hint.first or 1, (hint.last or 0) + 1, AT_ONCE):
        last = min(first + AT_ONCE - 1, hint.last or 0)
        rows = await connection.fetch(HERE, establishment, first, last)
        for source in sorted({str(row[1]) for row in rows} & stores.keys()):
            mine = {place: (sequence, body) for sequence, of, place, body in rows if of == source}
            theirs = await _theirs(stores[source], source, mine)
            found += _different(source, mine, theirs)
    return found


async def _theirs(url: str, source: str, places: Iterable[int]) -> dict[int, bytes]:
    store = await connect(url, source)
    try:
        return dict(map(tuple, await store.fetch(THERE.format(source), list(places))))
    finally:
        await store.close()


def _different(
    source: str, mine: Mapping[int, tuple[int, bytes]], theirs: Mapping[int, bytes]
) -> Iterator[Finding]:
    for place, (sequence, body) in mine.items():
        if theirs.get(place, body) != body:
            why = f"le service {source} en a gardé d’autres octets"
            yield Finding(Promise.WRITTEN_ONCE, sequence, sequence, why)

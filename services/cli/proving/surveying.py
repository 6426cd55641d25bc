"""What the ledger keeps beside its entries: trees, checkpoints, keys, what witnesses signed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from services.chassis.database import Connection
from services.chassis.notes import Verifier

# All of it as of one moment: the ledger grows meanwhile.
AT_A_MOMENT: Mapping[str, Any] = {"isolation": "repeatable_read", "readonly": True}
# From one establishment's entries to the next's, and not through all of them.
HOMES = """
with recursive entered (home) as (
    select min(establishment) from ledger.entries union all
    select (select min(establishment) from ledger.entries where establishment > home)
    from entered where home is not null
)
select home from entered where home is not null union
select establishment from ledger.trees union select establishment from ledger.checkpoints
order by 1
"""
TREES = """
select home, coalesce(size, 0), coalesce(frontier, '{}'),
    coalesce((select max(sequence) from ledger.entries where establishment = home), 0)
from unnest($1::text[]) as home left join ledger.trees on establishment = home
"""
NODES = """
select establishment, level, number, hash from ledger.nodes where establishment = any($1)
"""
CHECKPOINTS = """
select establishment, epoch, size, key, note from ledger.checkpoints
where establishment = any($1) order by epoch, size
"""
EPOCHS = "select establishment, epoch, size from ledger.epochs where establishment = any($1)"
COSIGNED = """
select one.establishment, one.epoch, one.size, line, key from ledger.cosignatures as one
left join ledger.witnesses on id = witness where one.establishment = any($1) order by 2, 3
"""
KEYS = "select number, public, statement from ledger.signing_keys order by number"
PLACES = """
select source, position, (select coalesce(max(source_position), 0) from ledger.entries
    where entries.source = sources.source) from ledger.sources order by source
"""
HEAD = "select position, (select coalesce(max(position), 0) from ledger.entries) from ledger.head"


class Kept(NamedTuple):
    """A checkpoint as it is kept."""

    epoch: int
    size: int
    key: int
    note: str


class Cosigned(NamedTuple):
    epoch: int
    size: int
    line: str
    key: str | None


class Key(NamedTuple):
    number: int
    public: bytes
    statement: str

    def called(self, name: str) -> Verifier:
        return Verifier(name, self.public)


@dataclass(frozen=True)
class Survey:
    """Of one establishment."""

    establishment: str
    entries: int  # the last sequence there is
    size: int  # of the tree that is kept
    frontier: list[bytes]
    nodes: dict[tuple[int, int], bytes]
    checkpoints: Sequence[Kept]
    ends: dict[int, int]  # how large the log was when an epoch ended
    cosigned: Sequence[Cosigned]

    @property
    def last(self) -> int:
        """As far as entries are looked for."""
        return max(self.entries, self.size)


async def survey(connection: Connection, establishments: Sequence[str]) -> list[Survey]:
    """As they are in the caller's transaction, in this order."""
    nodes = await _each(connection, NODES, establishments)
    epochs = await _each(connection, EPOCHS, establishments)
    checkpoints = await _each(connection, CHECKPOINTS, establishments)
    cosigned = await _each(connection, COSIGNED, establishments)
    return [
        Survey(
            establishment=home,
            entries=last,
            size=size,
            frontier=list(frontier),
            nodes={(level, number): kept for level, number, kept in nodes[home]},
            checkpoints=[Kept(*row) for row in checkpoints[home]],
            ends={epoch - 1: size for epoch, size in epochs[home]},
            cosigned=[Cosigned(*row) for row in cosigned[home]],
        )
        for home, size, frontier, last in await connection.fetch(TREES, establishments)
    ]


async def _each(
    connection: Connection, question: str, establishments: Sequence[str]
) -> Mapping[str, Sequence[Sequence[Any]]]:
    found = defaultdict[str, list[Sequence[Any]]](list)
    for home, *row in await connection.fetch(question, establishments):
        found[home].append(row)
    return found


async def homes(connection: Connection) -> list[str]:
    """Every establishment that has entries, or had."""
    return [str(home) for (home,) in await connection.fetch(HOMES)]


async def keys(connection: Connection) -> list[Key]:
    return [Key(*row) for row in await connection.fetch(KEYS)]


async def head(connection: Connection) -> tuple[int, int]:
    """How many entries the whole ledger says that it has, and where the last one lies."""
    said, last = await connection.fetchrow(HEAD) or (0, 0)
    return said, last


async def places(connection: Connection) -> list[str]:
    """Which service's last fact is not the one that the ledger says it has come to, in words."""
    return [
        f"{source} : {place} faits annoncés, le dernier est le {last}"
        for source, place, last in await connection.fetch(PLACES)
        if place != last
    ]

"""What the ledger keeps beside its entries: trees, checkpoints, keys, what witnesses signed."""

from __future__ import annotations

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
TREE = "select size, frontier from ledger.trees where establishment = $1"
LAST = "select coalesce(max(sequence), 0) from ledger.entries where establishment = $1"
NODES = """
select level, number, hash from ledger.nodes where establishment = $1 order by level, number
"""
CHECKPOINTS = """
select epoch, size, key, note from ledger.checkpoints where establishment = $1 order by epoch, size
"""
EPOCHS = "select epoch, size from ledger.epochs where establishment = $1"
COSIGNED = """
select one.epoch, one.size, line, key from ledger.cosignatures as one
left join ledger.witnesses on id = witness where one.establishment = $1 order by 1, 2
"""
KEYS = "select number, public, statement from ledger.signing_keys order by number"
PLACES = """
select source, position, (select coalesce(max(source_position), 0) from ledger.entries
    where entries.source = sources.source) from ledger.sources order by source
"""
HEAD = "select position from ledger.head"


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


async def survey(connection: Connection, establishment: str) -> Survey:
    """As it is in the caller's transaction."""
    size, frontier = await connection.fetchrow(TREE, establishment) or (0, ())
    nodes = await connection.fetch(NODES, establishment)
    epochs = await connection.fetch(EPOCHS, establishment)
    checkpoints = await connection.fetch(CHECKPOINTS, establishment)
    cosigned = await connection.fetch(COSIGNED, establishment)
    return Survey(
        establishment=establishment,
        entries=await connection.fetchval(LAST, establishment),
        size=size,
        frontier=list(frontier),
        nodes={(level, number): kept for level, number, kept in nodes},
        checkpoints=[Kept(*row) for row in checkpoints],
        ends={epoch - 1: size for epoch, size in epochs},
        cosigned=[Cosigned(*row) for row in cosigned],
    )


async def homes(connection: Connection) -> list[str]:
    """Every establishment that has entries, or had."""
    return [str(home) for (home,) in await connection.fetch(HOMES)]


async def keys(connection: Connection) -> list[Key]:
    return [Key(*row) for row in await connection.fetch(KEYS)]


async def head(connection: Connection) -> int:
    """How many entries the whole ledger says that it has."""
    return int(await connection.fetchval(HEAD))


async def places(connection: Connection) -> list[str]:
    """Which service's last fact is not the one that the ledger says it has come to, in words."""
    return [
        f"{source} : {place} faits annoncés, le dernier est le {last}"
        for source, place, last in await connection.fetch(PLACES)
        if place != last
    ]

"""One stretch of a ledger: every entry read, hashed and held against what is kept beside it.

A tile of 256 entries is one row and is checked as a whole: a million entries in a few seconds. Only
where a tile is not as it should be is each of its entries looked at alone, to name it.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from itertools import accumulate, pairwise
from operator import lt
from typing import Any, NamedTuple

import msgspec

from contracts.ledger import Promise
from services.chassis.database import Connection
from services.chassis.tree import WIDTH, cover, full

LENGTH = 1 << 12  # entries to a stretch: what is over a whole one is one node
# What PostgreSQL says of the entries beside their bytes: numbers as it sends them, eight bytes or
# four, moments in microseconds since 2000; and words, in the order of `_words`.
TILES = """
select first, sequences, positions, times, known, words, leaves, lengths, bodies
from generate_series($2::bigint, $3, 256) as first cross join lateral (
    select string_agg(int8send(sequence), '') as sequences,
        string_agg(int8send(position), '') as positions,
        string_agg(timestamptz_send(time), '') as times,
        string_agg(timestamptz_send(recordedtime), '') as known,
        string_agg(
            concat_ws(' ', source, source_position, type, id, stream, version, actor), e'\\n'
        ) as words,
        string_agg(leaf, '') as leaves,
        string_agg(int4send(octet_length(body)), '') as lengths,
        string_agg(body, '\\x00') as bodies
    from (
        select * from ledger.entries
        where establishment = $1 and sequence between first and least(first + 255, $3)
        order by sequence
    ) as entry
) as tile order by first
"""
ENTRIES = """
select sequence, position, leaf, body, source, source_position, type, id::text, stream::text,
    version, actor, time, recordedtime
from ledger.entries where establishment = $1 and sequence between $2 and $3 order by sequence
"""
SINCE = datetime(2000, 1, 1, tzinfo=UTC).timestamp() * 1e6
LOST = bytes(32)  # stands where an entry is missing, so that what follows keeps its place
NAMES = ("la source", "le rang", "le type", "l’identifiant", "le flux", "la version", "l’auteur",
         "la date", "la date de consignation")  # fmt: skip


class Finding(NamedTuple):
    """A promise that was broken, at these entries or at none in particular."""

    promise: Promise
    first: int | None
    last: int | None
    why: str


class Written(msgspec.Struct, gc=False):
    """Of an envelope, what is kept beside its bytes too."""

    id: str
    type: str
    source: str
    subject: str
    time: datetime
    recordedtime: datetime
    establishment: str
    version: int
    actor: str
    position: int | None = None


_read = msgspec.json.Decoder(Written).decode
_read_all = msgspec.json.Decoder(list[Written]).decode


class Tile(NamedTuple):
    """At most 256 entries as PostgreSQL keeps them, read at once."""

    first: int
    sequences: bytes | None
    positions: bytes
    times: bytes
    known: bytes
    words: str
    leaves: bytes
    lengths: bytes
    bodies: bytes  # with the zero between them that every leaf begins with

    def hashes(self) -> list[bytes]:
        """A leaf for each of the bodies."""
        ends = accumulate((1 + length for length in _numbers(self.lengths, "i")), initial=0)
        hashed = b"\x00" + self.bodies
        return [sha256(hashed[begin:end]).digest() for begin, end in pairwise(ends)]

    def says(self) -> list[Written]:
        """What the bodies say. Raises msgspec.DecodeError."""
        return _read_all(b"[%b]" % self.bodies.replace(b"\x00", b","))

    def is_said_by(self, said: Sequence[Written]) -> bool:
        """Whether all that is kept beside the bytes is what they say."""
        return (
            "\n".join(map(_words, said)) == self.words
            and [one.time.timestamp() for one in said] == _seconds(self.times)
            and [one.recordedtime.timestamp() for one in said] == _seconds(self.known)
        )


class Stretch:
    """What was found; hashes are made of the bytes, never of what is kept beside them."""

    def __init__(self, establishment: str, first: int) -> None:
        self.first = first
        self.leaves: list[bytes] = []
        self.tiles: list[bytes] = []
        self.findings: list[Finding] = []
        self.entries = 0  # that there are
        self.begins = 0  # the position in the whole ledger of its first entry, and of its last
        self.ends = 0
        self._establishment = establishment
        self._places: dict[str, int] = {}

    def frontier(self, count: int) -> list[bytes]:
        """The full subtrees over the first `count` of its entries."""
        return [self._hash(node.level, node.number) for node in cover(0, count)]

    def takes(self, tile: Tile, last: int) -> bool:
        """Whether the entries of a tile, up to the last, are all there and as they should be."""
        if _numbers(tile.sequences or b"", "q") != tuple(range(tile.first, last + 1)):
            return False
        hashes, positions = tile.hashes(), _numbers(tile.positions, "q")
        try:
            said = tile.says()
        except msgspec.DecodeError:
            return False
        if not (
            b"".join(hashes) == tile.leaves
            and {one.establishment for one in said} == {self._establishment}
            and tile.is_said_by(said)
            and all(map(lt, (self.ends, *positions), positions))
            and self._are_in_order(said)
        ):
            return False
        self.begins, self.ends = self.begins or positions[0], positions[-1]
        self.entries += len(said)
        self._keep(hashes)
        return True

    def look_at(self, rows: Sequence[Sequence[Any]], first: int, last: int) -> None:
        """One by one, the entries there are from the first to the last."""
        leaves: list[bytes] = []
        for sequence, position, leaf, body, *beside in rows:
            self._miss(first + len(leaves), sequence - 1, leaves)
            leaves.append(sha256(b"\x00" + body).digest())
            if leaves[-1] != leaf:
                self._tell(Promise.WRITTEN_ONCE, sequence, "ses octets ne sont plus les mêmes")
            self._compare(sequence, body, beside)
            self._place(sequence, position, beside[0], beside[1])
        self._miss(first + len(leaves), last, leaves)
        self.entries += len(rows)
        self._keep(leaves)

    def _are_in_order(self, said: Sequence[Written]) -> bool:
        places = self._places.copy()
        for one in said:
            if one.position is None or one.position <= places.get(one.source, 0):
                return False
            places[one.source] = one.position
        self._places = places
        return True

    def _place(self, sequence: int, position: int, source: str, place: int) -> None:
        if position <= self.ends or place <= self._places.get(source, 0):
            self._tell(Promise.IN_ORDER, sequence, "elle est venue avant la précédente")
        self.begins, self.ends = self.begins or position, position
        self._places[source] = place

    def _compare(self, sequence: int, body: bytes, beside: Sequence[object]) -> None:
        try:
            said = _read(body)
        except msgspec.DecodeError:
            self._tell(Promise.WRITTEN_ONCE, sequence, "ses octets sont illisibles")
            return
        told = (said.source, said.position, said.type, said.id, said.subject, said.version,
                said.actor, said.time, said.recordedtime)  # fmt: skip
        pairs = zip(NAMES, told, beside, strict=True)
        if wrong := ", ".join(name for name, one, other in pairs if one != other):
            why = f"{wrong} n’est pas ce que disent ses octets"
            self._tell(Promise.DATED_AS_WRITTEN, sequence, why)
        if said.establishment != self._establishment:
            self._tell(Promise.DATED_AS_WRITTEN, sequence, "elle est d’ailleurs")

    def _miss(self, first: int, last: int, leaves: list[bytes]) -> None:
        if first <= last:
            finding = Finding(Promise.NOTHING_REMOVED, first, last, "n’est plus là")
            self.findings.append(finding)
            leaves += [LOST] * (last + 1 - first)

    def _tell(self, promise: Promise, sequence: int, why: str) -> None:
        self.findings.append(Finding(promise, sequence, sequence, why))

    def _keep(self, leaves: list[bytes]) -> None:
        self.leaves += leaves
        if len(leaves) == WIDTH:
            self.tiles.append(full(leaves))

    def _hash(self, level: int, number: int) -> bytes:
        wide = 1 << level
        if wide < WIDTH:
            return full(self.leaves[number * wide : (number + 1) * wide])
        wide //= WIDTH
        return full(self.tiles[number * wide : (number + 1) * wide])


async def read(connection: Connection, establishment: str, first: int, last: int) -> Stretch:
    """The entries from `first` to `last`; `first` is one more than a multiple of LENGTH."""
    stretch = Stretch(establishment, first)
    for row in await connection.fetch(TILES, establishment, first, last):
        tile = Tile(*row)
        until = min(tile.first + WIDTH - 1, last)
        if not stretch.takes(tile, until):
            rows = await connection.fetch(ENTRIES, establishment, tile.first, until)
            stretch.look_at([tuple(one) for one in rows], tile.first, until)
    return stretch


def _words(said: Written) -> str:
    return (
        f"{said.source} {said.position} {said.type} {said.id} {said.subject} {said.version}"
        f" {said.actor}"
    )


def _numbers(sent: bytes, form: str) -> tuple[int, ...]:
    return struct.unpack(f"!{len(sent) // struct.calcsize('!' + form)}{form}", sent)


def _seconds(sent: bytes) -> list[float]:
    return [(moment + SINCE) / 1e6 for moment in _numbers(sent, "q")]

"""Entries as they are checked while all is well: 256 of them are one row, read and held as one.

Whoever begins to read waits for these modules alone, so they import little.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import accumulate, pairwise
from operator import attrgetter
from typing import NamedTuple

import msgspec

# What PostgreSQL says of the entries beside their bytes, a column at a time: words a line each, and
# numbers as it sends them, of four bytes or eight; moments are microseconds since 2000.
BESIDE = """
    array[
        string_agg(establishment, e'\\n'), string_agg(source, e'\\n'), string_agg(type, e'\\n'),
        string_agg(id::text, e'\\n'), string_agg(stream::text, e'\\n'), string_agg(actor, e'\\n')
    ] as words,
    string_agg(int8send(source_position), '') as places,
    string_agg(int4send(version), '') as versions,
    string_agg(timestamptz_send(time), '') as times,
    string_agg(timestamptz_send(recordedtime), '') as known,
    coalesce(string_agg(int8send(sequence), ''), '') as sequences,
    string_agg(int8send(position), '') as positions,
    string_agg(leaf, '') as leaves,
    string_agg(int4send(octet_length(body)), '') as lengths,
    string_agg(body, '\\x00') as bodies
"""
TILES = f"""
select first, tile.* from generate_series($2::bigint, $3, 256) as first cross join lateral (
    select {BESIDE} from (
        select * from ledger.entries
        where establishment = $1 and sequence between first and least(first + 255, $3)
        order by sequence
    ) as entry
) as tile
"""
WORDS = [*map(attrgetter, ("establishment", "source", "type", "id", "subject", "actor"))]
SINCE, MICROSECOND = datetime(2000, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


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


read = msgspec.json.Decoder(Written).decode
_read_all = msgspec.json.Decoder(list[Written]).decode


class Tile(NamedTuple):
    """At most 256 entries as PostgreSQL keeps them, read at once."""

    first: int
    words: list[str]
    places: bytes
    versions: bytes
    times: bytes
    known: bytes
    sequences: bytes  # without any entry, this alone is there: empty
    positions: bytes
    leaves: bytes
    lengths: bytes
    bodies: bytes  # with the zero between them that every leaf begins with

    @property
    def order(self) -> tuple[int, ...]:
        """The places that the entries have in their trees."""
        return numbers(self.sequences, "q")

    def hashes(self) -> list[bytes]:
        """A leaf for each of the bodies."""
        ends = accumulate((1 + length for length in numbers(self.lengths, "i")), initial=0)
        hashed = b"\x00" + self.bodies
        return [sha256(hashed[begin:end]).digest() for begin, end in pairwise(ends)]

    def says(self) -> list[Written]:
        """What the bodies say. Raises msgspec.DecodeError."""
        return _read_all(b"[%b]" % self.bodies.replace(b"\x00", b","))

    def is_said_by(self, said: Sequence[Written]) -> bool:
        """Whether all that is kept beside the bytes is what they say."""
        return (
            ["\n".join(map(word, said)) for word in WORDS] == self.words
            and [one.position for one in said] == [*numbers(self.places, "q")]
            and [one.version for one in said] == [*numbers(self.versions, "i")]
            and _since([one.time for one in said]) == [*numbers(self.times, "q")]
            and _since([one.recordedtime for one in said]) == [*numbers(self.known, "q")]
        )


def numbers(sent: bytes, form: str) -> tuple[int, ...]:
    """As PostgreSQL sends them, one after another: of four bytes (i) or eight (q)."""
    return struct.unpack(f"!{len(sent) // struct.calcsize('!' + form)}{form}", sent)


def _since(moments: Iterable[datetime]) -> list[int]:
    return [(moment - SINCE) // MICROSECOND for moment in moments]

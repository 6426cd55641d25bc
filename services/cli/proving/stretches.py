"""One stretch of a ledger: every entry read, hashed and held against what is kept beside it.

It is read by COPY in binary, whose layout PostgreSQL documents under COPY, Binary Format. The loop
over entries is the one place here where a microsecond counts: a million of them in a few seconds.
"""

from __future__ import annotations

import struct
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

import msgspec

from contracts.ledger import Promise
from services.chassis.database import Connection
from services.chassis.tree import WIDTH, cover, full

LENGTH = 1 << 14  # entries to a stretch: what is over a whole one is one node
# Beside the bytes is what PostgreSQL says of the entry, in the order of `_beside`.
QUERY = """
select position, sequence, source_position, leaf || '\\x00'::bytea || body,
    concat_ws(' ', source, source_position, type, id, stream, version, actor, time, recordedtime)
from ledger.entries where establishment = $1 and sequence between $2 and $3 order by sequence
"""
HABITS = {"timezone": "UTC", "datestyle": "ISO"}  # how it writes a moment
HEADER, HASH = 19, 32
LOST = bytes(HASH)  # stands where an entry is missing, so that what follows keeps its place
FIXED = struct.Struct("!hiqiqiqi")
LENGTH_OF = struct.Struct("!i")


class Finding(NamedTuple):
    """A promise that was broken, at these entries or at none in particular."""

    promise: Promise
    first: int | None
    last: int | None
    why: str


class Written(msgspec.Struct):
    """Of an envelope, what is kept beside its bytes too."""

    id: str
    type: str
    source: str
    subject: str
    time: str
    recordedtime: str
    establishment: str
    version: int
    actor: str
    position: int | None = None


class Stretch(NamedTuple):
    """What was found; hashes are made of the bytes, never of what is kept beside them."""

    first: int
    leaves: list[bytes]
    tiles: list[bytes]
    findings: list[Finding]
    begins: int  # the position in the whole ledger of its first entry, and of its last
    ends: int

    def frontier(self, count: int) -> list[bytes]:
        """The full subtrees over the first `count` of its entries."""
        return [self._hash(node.level, node.number) for node in cover(0, count)]

    def _hash(self, level: int, number: int) -> bytes:
        wide = 1 << level
        if wide < WIDTH:
            return full(self.leaves[number * wide : (number + 1) * wide])
        wide //= WIDTH
        return full(self.tiles[number * wide : (number + 1) * wide])


async def read(connection: Connection, establishment: str, first: int, last: int) -> Stretch:
    """The entries from `first` to `last`; `first` is one more than a multiple of LENGTH.

    The connection has the HABITS.
    """
    found: list[bytes] = []

    async def keep(data: bytes) -> None:
        found.append(data)

    asked = establishment, first, last
    await connection.copy_from_query(QUERY, *asked, output=keep, format="binary")
    return check(establishment, first, last, b"".join(found))


def check(establishment: str, first: int, last: int, found: bytes) -> Stretch:
    """What PostgreSQL copied, entry by entry."""
    fixed, length_of = FIXED.unpack_from, LENGTH_OF.unpack_from
    decode = msgspec.json.Decoder(Written).decode
    leaves: list[bytes] = []
    findings: list[Finding] = []
    places: dict[str, int] = {}
    begins = ends = 0
    expected, at, end = first, HEADER, len(found) - 2  # the last two bytes say that it ends
    while at < end:
        _, _, position, _, sequence, _, place, length = fixed(found, at)
        split = at + FIXED.size + HASH
        at += FIXED.size + length
        hashed = found[split:at]
        words = found[at + 4 : (at := at + 4 + length_of(found, at)[0])]
        leaf = sha256(hashed).digest()
        if sequence != expected:
            findings.append(_missing(expected, sequence - 1))
            leaves += [LOST] * (sequence - expected)
        leaves.append(leaf)
        expected = sequence + 1
        if leaf != found[split - HASH : split]:
            findings.append(
                _one(Promise.WRITTEN_ONCE, sequence, "ses octets ne sont plus les mêmes")
            )
        try:
            said = decode(hashed[1:])
        except msgspec.DecodeError:
            findings.append(_one(Promise.WRITTEN_ONCE, sequence, "ses octets sont illisibles"))
            continue
        if _beside(said) != words.decode() and (wrong := differs(said, words.decode())):
            findings.append(_one(Promise.DATED_AS_WRITTEN, sequence, wrong))
        if said.establishment != establishment:
            findings.append(_one(Promise.DATED_AS_WRITTEN, sequence, "elle est d’ailleurs"))
        if position <= ends or place <= places.get(said.source, 0):
            findings.append(_one(Promise.IN_ORDER, sequence, "elle est venue avant la précédente"))
        begins, ends, places[said.source] = begins or position, position, place
    if expected <= last:
        findings.append(_missing(expected, last))
        leaves += [LOST] * (last + 1 - expected)
    tiles = [full(leaves[at : at + WIDTH]) for at in range(0, len(leaves) - WIDTH + 1, WIDTH)]
    return Stretch(first, leaves, tiles, findings, begins, ends)


def _missing(first: int, last: int) -> Finding:
    return Finding(Promise.NOTHING_REMOVED, first, last, "n’est plus là")


def _one(promise: Promise, sequence: int, why: str) -> Finding:
    return Finding(promise, sequence, sequence, why)


def _beside(said: Written) -> str:
    """As PostgreSQL writes it, where the moments have no trailing zero and are in UTC."""
    time, known = said.time, said.recordedtime
    return (
        f"{said.source} {said.position} {said.type} {said.id} {said.subject} {said.version}"
        f" {said.actor} {time[:10]} {time[11:-1]}+00 {known[:10]} {known[11:-1]}+00"
    )


NAMES = ("la source", "le rang", "le type", "l’identifiant", "le flux", "la version", "l’auteur",
         "la date", "la date de consignation")  # fmt: skip


def differs(said: Written, beside: str) -> str:
    """What is not the same in the bytes and beside them, in words; nothing if all is."""
    *kept, day, hour, known_day, known_hour = beside.split(" ")
    time, known = f"{day} {hour}", f"{known_day} {known_hour}"
    told = (said.source, said.position, said.type, said.id, said.subject, said.version, said.actor)
    same = [str(one) == other for one, other in zip(told, kept, strict=False)]
    same += [_moment(said.time) == _moment(time), _moment(said.recordedtime) == _moment(known)]
    wrong = [name for name, is_same in zip(NAMES, same, strict=True) if not is_same]
    return f"{', '.join(wrong)} n’est pas ce que disent ses octets" if wrong else ""


def _moment(words: str) -> datetime:
    return datetime.fromisoformat(words)

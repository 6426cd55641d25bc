"""Entries looked at one by one, where a tile of them is not as it should be: which, and how."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from contracts.ledger import Promise
from services.cli.proving.tiles import read

if TYPE_CHECKING:
    from services.cli.proving.stretches import Stretch

ENTRIES = """
select sequence, position, leaf, body, source, source_position, type, id::text, stream::text,
    version, actor, time, recordedtime
from ledger.entries where establishment = $1 and sequence between $2 and $3 order by sequence
"""
LOST = bytes(32)  # stands where an entry is missing, so that what follows keeps its place
NAMES = ("la source", "le rang", "le type", "l’identifiant", "le flux", "la version", "l’auteur",
         "la date", "la date de consignation")  # fmt: skip


def look_at(stretch: Stretch, rows: Sequence[Sequence[Any]], first: int, last: int) -> list[bytes]:
    """Tell the stretch what is wrong from the first to the last; the leaves of what there is."""
    leaves: list[bytes] = []
    for sequence, position, leaf, body, *beside in rows:
        _miss(stretch, first + len(leaves), sequence - 1, leaves)
        leaves.append(sha256(b"\x00" + body).digest())
        if leaves[-1] != leaf:
            stretch.tell(Promise.WRITTEN_ONCE, sequence, "ses octets ne sont plus les mêmes")
        _compare(stretch, sequence, body, beside)
        if not stretch.places(position, beside[0], beside[1]):
            stretch.tell(Promise.IN_ORDER, sequence, "elle est venue avant la précédente")
    _miss(stretch, first + len(leaves), last, leaves)
    return leaves


def _compare(stretch: Stretch, sequence: int, body: bytes, beside: Sequence[object]) -> None:
    try:
        said = read(body)
    except msgspec.DecodeError:
        stretch.tell(Promise.WRITTEN_ONCE, sequence, "ses octets sont illisibles")
        return
    told = (said.source, said.position, said.type, said.id, said.subject, said.version,
            said.actor, said.time, said.recordedtime)  # fmt: skip
    pairs = zip(NAMES, told, beside, strict=True)
    if wrong := ", ".join(name for name, one, other in pairs if one != other):
        why = f"{wrong} n’est pas ce que disent ses octets"
        stretch.tell(Promise.DATED_AS_WRITTEN, sequence, why)
    if said.establishment != stretch.establishment:
        stretch.tell(Promise.DATED_AS_WRITTEN, sequence, "elle est d’ailleurs")


def _miss(stretch: Stretch, first: int, last: int, leaves: list[bytes]) -> None:
    if first <= last:
        stretch.tell(Promise.NOTHING_REMOVED, first, "n’est plus là", last)
        leaves += [LOST] * (last + 1 - first)

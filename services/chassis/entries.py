"""Facts as they are read back: what folds read of them, and all that was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from contracts.envelope import Envelope
from services.chassis.correcting import effective, is_correction


class Entry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A fact as folds read it; ids and moments stay the words they were written in."""

    id: str
    type: str
    subject: str
    time: str
    establishment: str
    version: int
    actor: str
    data: dict[str, Any]
    precision: str | None = None

    @property
    def when(self) -> str:
        """The partial date it was told in, else the instant."""
        return self.precision or self.time


class Written(Entry, frozen=True, kw_only=True, gc=False):
    """A fact as stories tell it: with who brought it, how, and when it was known."""

    source: str
    recordedtime: str = ""
    onbehalfof: str | None = None
    role: str | None = None
    channel: str | None = None
    causationid: str | None = None
    persons: str = ""


read = msgspec.json.Decoder(Written).decode
read_all = msgspec.json.Decoder(list[Entry]).decode

# A fact as it was written, and as it counts today: corrected, or None where it does not count.
type Counted = tuple[Written, Written | None]


def counted(history: Sequence[bytes]) -> list[Counted]:
    """Each fact with how it counts today: as corrected, or None where it does not count."""
    entries = [read(body) for body in history]
    if not any(is_correction(entry.type) for entry in entries):
        return [(entry, entry) for entry in entries]
    envelopes = [Envelope.read(body) for body in history]
    return [
        (entry, entry if now is was else read(now.write()) if now else None)
        for entry, was, now in zip(entries, envelopes, effective(envelopes), strict=True)
    ]

"""Which documents each fact of a batch goes to, and which must be folded again: pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from services.chassis.correcting import is_correction
from services.chassis.documents import Key
from services.chassis.folding import Entry, ReadModel


class Routed(NamedTuple):
    """For each fact its documents; which streams feed which from now on; which to refold."""

    each: list[tuple[Key, int, Entry]]
    links: set[tuple[str, Key]]
    again: set[Key]


def routes(
    model: ReadModel[Any], entries: Sequence[tuple[int, Entry]], fed: dict[str, set[str]]
) -> Routed:
    """Facts with their positions, in order; `fed` says whom streams fed before, and is added to."""
    routed = Routed([], set(), set())
    for position, entry in entries:
        home, stream = entry.establishment, entry.subject
        if is_correction(entry.type):
            fresh = _corrected(model, entry, fed, routed)
        else:
            keys, fresh = model.routes(entry, fed.get(stream, ()))
            for key in keys:
                routed.each.append((Key(home, key), position, entry))
        for key in fresh:
            fed.setdefault(stream, set()).add(key)
            if key != stream:
                routed.links.add((stream, Key(home, key)))
    return routed


def _corrected(
    model: ReadModel[Any], entry: Entry, fed: dict[str, set[str]], routed: Routed
) -> Collection[str]:
    """Whatever the corrected fact named, or names now, is folded again with this stream."""
    named = set(model.corrected(entry))
    again = named | fed.get(entry.subject, set())
    routed.again.update(Key(entry.establishment, key) for key in again)
    return named

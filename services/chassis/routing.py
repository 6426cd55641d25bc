"""Which documents each fact of a batch goes to, and which must be folded again: pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from services.chassis.changes import Key
from services.chassis.folding import Entry, ReadModel

type Placed = tuple[int, Entry]  # a fact, and its position in the log


class Routed(NamedTuple):
    """For each document its facts; which streams feed which from now on; which to refold."""

    each: dict[Key, list[Placed]]
    links: set[tuple[str, Key]]
    again: set[Key]


def routes(model: ReadModel[Any], entries: Sequence[Placed], fed: dict[Key, set[str]]) -> Routed:
    """Facts in order; `fed` says whom streams fed before, and is added to."""
    routed = Routed({}, set(), set())
    each = routed.each
    for placed in entries:
        _, entry = placed
        home = entry.establishment
        stream = Key(home, entry.subject)
        if entry.type in model.rules:
            keys, fresh = model.routes(entry, fed.get(stream, ()))
            for key in keys:
                its = each.get((home, key))  # type: ignore[call-overload]  # a Key is this tuple
                if its is None:
                    each[Key(home, key)] = [placed]
                else:
                    its.append(placed)
        else:
            fresh = _corrected(model, entry, fed, routed)
        if fresh:
            _feed(stream, fresh, fed, routed)
    return routed


def _feed(stream: Key, fresh: Collection[str], fed: dict[Key, set[str]], routed: Routed) -> None:
    known = fed.setdefault(stream, set())
    for key in fresh:
        if key not in known:
            known.add(key)
            if key != stream.id:
                routed.links.add((stream.id, Key(stream.establishment, key)))


def _corrected(
    model: ReadModel[Any], entry: Entry, fed: dict[Key, set[str]], routed: Routed
) -> Collection[str]:
    """Whatever the corrected fact named, or names now, is folded again with this stream."""
    named = set(model.corrected(entry))
    home = entry.establishment
    again = named | fed.get(Key(home, entry.subject), set())
    routed.again.update(Key(home, key) for key in again)
    return named

"""Which documents each fact of a batch goes to, and which must be folded again: pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from services.chassis.changes import Key
from services.chassis.folding import Entry, Of, ReadModel
from services.chassis.joining import Together, instead

type Placed = tuple[int, Entry]  # a fact, and its position in the log

NOBODY: frozenset[str] = frozenset()


class Routed(NamedTuple):
    """For each document its facts; which streams feed which from now on; which to refold.

    `joined`: whom each of these stands behind from now on; none: nobody.
    """

    each: dict[Key, list[Placed]]
    links: set[tuple[str, Key]]
    again: set[Key]
    joined: dict[Key, str | None]


def routes(
    model: ReadModel[Any], entries: Sequence[Placed], fed: dict[Key, set[str]], together: Together
) -> Routed:
    """Facts in order; `fed` says whom streams fed before, and `together` who stood behind whom.

    Both are changed as the facts say.
    """
    routed = Routed({}, set(), set(), {})
    each = routed.each
    plain = _plain(model)
    for placed in entries:
        _, entry = placed
        home, its = entry.establishment, (entry.establishment, entry.subject)
        if entry.type in plain and its not in together:  # most are: the shortest way
            _lay(each, home, entry.subject, placed)
            continue
        known = fed.get(its, NOBODY)  # type: ignore[call-overload]  # a Key is this tuple
        if entry.type in model.rules:
            keys, fresh = model.routes(entry, known)
            for key in _shown(model, entry, keys, together) if together else keys:
                _lay(each, home, key, placed)
        else:
            fresh = _corrected(model, entry, fed, routed, together)
        if not known.issuperset(fresh):
            _feed(Key(*its), fresh, fed, routed)
        if model.joining and entry.type in model.joining:
            _join(model, entry, routed, together)
    return routed


def _lay(each: dict[Key, list[Placed]], home: str, key: str, placed: Placed) -> None:
    its = each.get((home, key))  # type: ignore[call-overload]  # a Key is this tuple
    if its is None:
        each[Key(home, key)] = [placed]
    else:
        its.append(placed)


def _plain(model: ReadModel[Any]) -> set[str]:
    """The facts that go to the document of their stream, and say nothing of others."""
    its_own = {one for one, rule in model.rules.items() if rule.of is Of.ITS_STREAM}
    return its_own.difference(model.joining or ())


def _shown(
    model: ReadModel[Any], entry: Entry, keys: Collection[str], together: Together
) -> Collection[str]:
    """What adds up goes once to whoever is shown; what is of a file alone stays behind with it."""
    adds_up = model.rules[entry.type].adds_up
    each = instead(entry.establishment, keys, together)
    return {shown for key, shown in each.items() if shown == key or adds_up}


def _join(model: ReadModel[Any], entry: Entry, routed: Routed, together: Together) -> None:
    assert model.joining
    if named := model.joining.take(entry, together):
        kept, other = (Key(entry.establishment, one) for one in named)
        routed.joined[other] = together.get(other)
        routed.again.update((kept, other))


def _feed(stream: Key, fresh: Collection[str], fed: dict[Key, set[str]], routed: Routed) -> None:
    known = fed.setdefault(stream, set())
    for key in set(fresh).difference(known):
        known.add(key)
        if key != stream.id:
            routed.links.add((stream.id, Key(stream.establishment, key)))


def _corrected(
    model: ReadModel[Any], entry: Entry, fed: dict[Key, set[str]], routed: Routed,
    together: Together,
) -> Collection[str]:  # fmt: skip
    """Whatever the corrected fact named, or names now, is folded again with this stream."""
    named = set(model.corrected(entry))
    home = entry.establishment
    again = named | fed.get(Key(home, entry.subject), set())
    routed.again.update(Key(home, key) for key in instead(home, again, together).values())
    return named

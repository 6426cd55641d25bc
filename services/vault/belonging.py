"""Which streams and which words were one person's alone: pure, from the ledger's history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from contracts.recruitment import MergeUndone, PartnersMerged

# What names no one but is part of an involvement is part of whose involvement it is.
PART_OF = ("involvement", "plan")
MERGED, UNDONE = PartnersMerged.type, MergeUndone.type


class Belongings(NamedTuple):
    """Beside the person's own file: their streams, and references to words that stand elsewhere."""

    streams: frozenset[UUID] = frozenset()
    refs: frozenset[UUID] = frozenset()


def belongings(person: UUID, history: Sequence[Mapping[str, Any]]) -> Belongings:
    """What these facts (envelopes, as JSON) hold of this person and of nobody else.

    A stream is theirs if its first fact names them, and none of its facts names another; words
    are theirs in such a stream, or in a fact that names them alone. What others hold together
    with them, a family's involvement, stays with the others.
    """
    named: dict[str, set[str]] = defaultdict(set)
    first: dict[str, Mapping[str, Any]] = {}
    for fact in history:
        named[fact["subject"]] |= set(fact.get("persons", "").split())
        if fact["version"] == 1:
            first[fact["subject"]] = fact
    me = files_of(person, history)
    streams = {
        one for one, fact in first.items() if _persons(fact) and _persons(fact) | named[one] <= me
    }
    streams |= {
        one for one, fact in first.items() if not named[one] and _part_of(fact["data"]) & streams
    }
    mine = (
        one for one in history
        if one["subject"] in streams or (_persons(one) and _persons(one) <= me)
    )  # fmt: skip
    refs = {ref for fact in mine for ref in _refs(fact["data"])}
    return Belongings(frozenset(map(UUID, streams)) - {person}, frozenset(map(UUID, refs)))


def files_of(person: UUID, history: Sequence[Mapping[str, Any]]) -> set[str]:
    """The references under which this is one person, as these facts leave it."""
    files = {str(person)}
    for fact in history:
        if fact.get("type") in (MERGED, UNDONE) and fact["data"]["kept"] == str(person):
            (files.add if fact["type"] == MERGED else files.discard)(fact["data"]["merged"])
    return files


def _persons(fact: Mapping[str, Any]) -> set[str]:
    return set(fact.get("persons", "").split())


def _part_of(data: Mapping[str, Any]) -> set[str]:
    return {data[field] for field in PART_OF if isinstance(data.get(field), str)}


def _refs(value: object) -> Iterator[str]:
    match value:
        case {"ref": str(ref), "commitment": str()}:
            yield ref
        case dict():
            yield from _within(value.values())
        case list():
            yield from _within(value)


def _within(values: Iterable[object]) -> Iterator[str]:
    for one in values:
        yield from _refs(one)

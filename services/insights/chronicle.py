"""What happened in an establishment or under a department, page by page; and what led to what."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from services.chassis.correcting import is_correction
from services.chassis.domain import NotFound
from services.chassis.folding import Counted, counted
from services.chassis.library import Library
from services.chassis.log import EVER, Period, Place, Told
from services.chassis.reading import NoSuchPage
from services.insights.glossary import Language
from services.insights.story import Step, as_step

MOST = 300  # facts of one web of causes

type Titled = Callable[[list[Counted]], Any]  # awaitable titles of requests and projects


class Leading(msgspec.Struct, frozen=True):
    """One fact led to another."""

    cause: str
    effect: str


class Web(msgspec.Struct, frozen=True, kw_only=True):
    """What led to what: facts, and the lines between them; `more` where it goes on beyond."""

    nodes: list[Step]
    edges: list[Leading]
    more: bool = False


class Chapter(msgspec.Struct, frozen=True, kw_only=True):
    """A page of a long story, and where the next one begins."""

    steps: list[Step]
    next: str | None = None


class Chronicle:
    """The log as people would tell it, by its indexes alone."""

    def __init__(self, library: Library) -> None:
        self._library = library

    async def chapter(
        self, home: str, period: Period, after: str | None, limit: int, titles: Titled,
        language: Language, *, as_entered: bool = False, subjects: Collection[str] = (),
    ) -> Chapter:  # fmt: skip
        """Raises NoSuchPage where `after` is none of ours."""
        place = _place(after) if after else None
        rows = await self._library.log.page(
            home, period, place, limit + 1, as_entered=as_entered, of=subjects
        )
        shown = rows[:limit]
        steps = await self._steps(
            home, [one for one, _ in shown], period.known_until, titles, language
        )
        more = f"{shown[-1][1].isoformat()}~{shown[-1][0].sequence}" if rows[limit:] else None
        return Chapter(steps=steps, next=more)

    async def web(
        self, home: str, fact: UUID, known: datetime, titles: Titled, language: Language
    ) -> Web:
        """From the first cause of a fact to all that this led to. Raises NotFound."""
        path = await self._library.log.these(home, [fact])
        if not path:
            raise NotFound
        while cause := _cause(path[0].body):
            if not (before := await self._library.log.these(home, [cause])):
                break
            path = before + path
        found, reached = {one.sequence: one for one in path}, path[:1]
        while reached and len(found) <= MOST:
            ids = [_id(one.body) for one in reached]
            reached = await self._library.log.effects(home, ids, MOST)
            found |= {one.sequence: one for one in reached}
        told = [found[sequence] for sequence in sorted(found)]
        nodes = await self._steps(home, told, known, titles, language)
        return _web(nodes, nodes, more=len(found) > MOST)

    async def beyond(
        self, home: str, steps: Sequence[Step], known: datetime, titles: Titled,
        language: Language,
    ) -> Web:  # fmt: skip
        """What led to these steps, and what they led to, where that is no step of the story."""
        ids = {UUID(one.id) for one in steps}
        causes = {UUID(one.cause) for one in steps if one.cause} - ids
        before = await self._library.log.these(home, causes)
        after = await self._library.log.effects(home, ids, MOST)
        places = {one.sequence for one in steps}
        told = {one.sequence: one for one in (*before, *after) if one.sequence not in places}
        rows = [told[sequence] for sequence in sorted(told)]
        nodes = await self._steps(home, rows, known, titles, language)
        return _web(nodes, (*steps, *nodes), more=len(after) == MOST)

    async def _steps(
        self, home: str, told: Sequence[Told], known: datetime, titles: Titled, language: Language
    ) -> list[Step]:
        """Each in the order given, with how it counts as far as that was known."""
        streams = {one.stream for one in told}
        spoken = await self._library.log.corrections(home, streams) if streams else []
        rows = {one.sequence: one for one in (*spoken, *told)}
        places = sorted(rows)
        pairs = _known(places, [rows[one].body for one in places], known)
        right = {
            entry.data["fact"]: entry for entry, _ in pairs.values() if is_correction(entry.type)
        }
        kept = [(one.sequence, pairs[one.sequence]) for one in told if one.sequence in pairs]
        words = await titles([pair for _, pair in kept])
        return [
            msgspec.structs.replace(
                as_step(entry, counts, right.get(entry.id), words, language),
                sequence=sequence,
                persons=entry.persons.split(),
            )
            for sequence, (entry, counts) in kept
        ]


def _known(places: Sequence[int], bodies: list[bytes], known: datetime) -> dict[int, Counted]:
    """By their places: what was recorded by then, as it counted then."""
    pairs = dict(zip(places, counted(bodies), strict=True))
    if known >= EVER:
        return pairs
    kept = [
        (place, body)
        for (place, (entry, _)), body in zip(pairs.items(), bodies, strict=True)
        if datetime.fromisoformat(entry.recordedtime) <= known
    ]
    again = counted([body for _, body in kept])
    return dict(zip((place for place, _ in kept), again, strict=True))


def _web(nodes: list[Step], steps: Iterable[Step], *, more: bool) -> Web:
    ids = {one.id for one in steps}
    edges = [Leading(one.cause, one.id) for one in steps if one.cause and one.cause in ids]
    return Web(nodes=nodes, edges=edges, more=more)


def _place(token: str) -> Place:
    time, _, sequence = token.partition("~")
    try:
        place = Place(datetime.fromisoformat(time), int(sequence))
    except ValueError as error:
        raise NoSuchPage from error
    if place.time.tzinfo is None or not 0 <= place.sequence < 2**63:
        raise NoSuchPage
    return place


class _Caused(msgspec.Struct):
    id: str
    causationid: str | None = None


_caused = msgspec.json.Decoder(_Caused).decode


def _cause(body: bytes) -> UUID | None:
    cause = _caused(body).causationid
    return UUID(cause) if cause else None


def _id(body: bytes) -> UUID:
    return UUID(_caused(body).id)

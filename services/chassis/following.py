"""What a service does that carries on where another has decided."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from contracts.envelope import KNOWN, Envelope, Fact
from services.chassis.correcting import effective
from services.chassis.deciding import Position, Provenance, is_for
from services.chassis.domain import Aggregate, NotFound, Refusal
from services.chassis.moments import HERE, happened
from services.chassis.telling import Telling


def dated(day: str | None, by: Provenance) -> tuple[Provenance, str]:
    """A command about something of that day; by default of the day it tells of, or of today.

    Raises NotADate, NotYet.
    """
    if day is None:
        return by, by.precision or local_day(by).isoformat()
    when = happened(day)
    return replace(by, time=when.time, precision=when.precision), day


def local_day(by: Provenance) -> date:
    """The day on which what a command tells of happened, in Québec."""
    return (by.time or datetime.now(UTC)).astimezone(HERE).date()


class AnnulledFromTheStart(Refusal):
    """What this was about has been annulled; nothing can follow from it."""

    french = "Ce dont il s’agit a été annulé : rien ne peut s’y ajouter."


class Following(Telling):
    """Use cases that go on where other services' facts lead."""

    async def find[A: Aggregate](self, kind: type[A], id: UUID, by: Provenance) -> A | None:
        """None if it never began. Raises AnnulledFromTheStart, ChangedMeanwhile, NotFound."""
        history = await self._store.read_stream(by.establishment, id)
        found = kind.replay(history)
        if history and found is None:
            raise AnnulledFromTheStart
        if found and not is_for(by, found):
            raise NotFound
        if history:
            self._require_seen(by, history)
        return found

    async def standing[A: Aggregate](
        self, kind: type[A], ids: Iterable[UUID], by: Provenance
    ) -> list[A]:
        """Those of these that began, and were not annulled from the start."""
        histories = [await self._store.read_stream(by.establishment, one) for one in ids]
        return [found for history in histories if (found := kind.replay(history))]

    async def undo_effects(self, ids: Iterable[UUID], by: Provenance) -> Position:
        """Annul what these streams hold because of the fact that was annulled, as was heard."""
        return await self.undo(ids, by, lambda fact: fact.causationid == by.undoes)

    async def undo(
        self, ids: Iterable[UUID], by: Provenance, applies: Callable[[Envelope], bool]
    ) -> Position:
        """Annul, last first, all facts of these streams that count and to which this applies.

        What was decided since is not asked: only for facts on which nothing else rests.
        """
        undone = []
        for stream in await self._store.streams_among(by.establishment, list(ids)):
            history, kind = await self._history(stream, by)
            if aggregate := kind.replay(history):
                for one in reversed(effective(history)):
                    if one and applies(one):
                        aggregate.record(self._annulment_of(one))
                undone.append(aggregate)
        return await self.save(by, *undone)

    def _annulment_of(self, fact: Envelope) -> Fact:
        annulment = KNOWN[f"{self._store.service}.FactAnnulled.v1"]
        return annulment.model_validate({"fact": fact.id, "of": fact.type, "data": fact.data})

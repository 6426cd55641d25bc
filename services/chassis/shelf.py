"""Aggregates as this process last saved them, so that the next command need not read them."""

from __future__ import annotations

from collections import OrderedDict
from uuid import UUID

from services.chassis.domain import Aggregate

ROOM = 4096


class Shelf:
    """Each is taken by one command at a time, and comes back only when it was saved.

    What is taken may be out of date: another process may have written meanwhile. It may be
    trusted only by a decision that is then appended, since the store compares the version; what
    it refuses, or sees no need for, is to be decided again on what the store has.
    """

    def __init__(self, room: int = ROOM) -> None:
        self._kept: OrderedDict[tuple[str, UUID], Aggregate] = OrderedDict()
        self._room = room

    def take[A: Aggregate](self, kind: type[A], establishment: str, id: UUID) -> A | None:
        """Whoever comes next finds it gone. None if it is not here."""
        found = self._kept.pop((establishment, id), None)
        return found if type(found) is kind else None

    def put(self, establishment: str, aggregate: Aggregate) -> None:
        """As it is in the store now; those not asked for longest make room."""
        aggregate.collect_events()
        self._kept[establishment, aggregate.id] = aggregate
        while len(self._kept) > self._room:
            self._kept.popitem(last=False)

    def clear(self) -> None:
        """What was kept may no longer be so."""
        self._kept.clear()

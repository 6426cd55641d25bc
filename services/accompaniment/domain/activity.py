"""What a partner did on a day, and the pauses a register tells of: each in its own stream."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from contracts.accompaniment import HoursLogged, InvolvementPauseRecorded
from contracts.envelope import Fact, PersonRef
from services.accompaniment.domain.involvement import Involvement
from services.accompaniment.domain.refusals import MoreThanADay
from services.chassis.domain import Aggregate

A_DAY = 24 * 60


class Activity(Aggregate):
    """A meeting or another activity of one partner."""

    begun_by = (HoursLogged,)

    partner: PersonRef | None = None

    @classmethod
    def log(
        cls, id: UUID, involvement: Involvement, date: str, minutes: int, **more: Any
    ) -> Activity:
        involvement.require_begun()
        partner, _ = involvement.holders()
        if minutes > A_DAY:
            raise MoreThanADay
        logged = HoursLogged(
            partner=partner,
            involvement=involvement.id,
            project=involvement.project,
            date=date,
            minutes=minutes,
            **more,
        )
        return cls.begin(id, logged)

    def concerns(self, who: UUID) -> bool:
        return self.partner == PersonRef(who)

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, HoursLogged):
            self.partner = fact.partner


class PastPause(Aggregate):
    """A pause that the register tells of: it is over or known elsewhere."""

    begun_by = (InvolvementPauseRecorded,)

    def evolve(self, fact: Fact) -> None:
        pass

"""What a person asks of those who know something about them, and the clock of the law."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID

from contracts.envelope import Fact, PersonalRef, PersonRef
from contracts.rights import (
    Right,
    RightsRequestAnswered,
    RightsRequestExtended,
    RightsRequestReceived,
    RightsRequestRefused,
    RightsRequestWithdrawn,
)
from services.chassis.domain import Aggregate, Refusal

# art. 98: twenty days from the day it is received; before they are over, and by a notice
# to whoever asks, up to ten more. (Art. 47 is the same clock for documents that are nobody's own.)
# art. 17, gives the same right over health and social services information; its art. 134
# counts thirty days from receipt, so that the clock of, extended or not, is never the later.
DAYS = timedelta(days=20)
FURTHER = timedelta(days=10)


class AlreadyAnswered(Refusal):
    """This request was settled already."""

    french = "Cette demande est déjà réglée."


class TooLateToExtend(Refusal):
    """A delay is extended before it is over."""

    french = "Un délai se prolonge avant d’être écoulé."


class ExtendedOnce(Refusal):
    """A delay is extended once, by ten days."""

    french = "Un délai se prolonge une seule fois, de dix jours."


class Stage(StrEnum):
    """How far a request has come."""

    OPEN = "open"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class RightsRequest(Aggregate):
    """One request, from the day it was received to its answer."""

    begun_by = (RightsRequestReceived,)

    stage: Stage = Stage.OPEN
    right: Right = Right.ACCESS
    person: PersonRef | None = None
    due: str = ""
    extended: bool = False

    @classmethod
    def receive(
        cls, id: UUID, right: Right, person: PersonRef | None, on: date, words: PersonalRef | None
    ) -> RightsRequest:
        due = (on + DAYS).isoformat()
        received = RightsRequestReceived(
            right=right, person=person, received=on.isoformat(), due=due, words=words
        )
        return cls.begin(id, received)

    def concerns(self, who: UUID) -> bool:
        return self.person is not None and self.person.root == who

    def extend(self, reason: PersonalRef, today: date) -> None:
        """Raises AlreadyAnswered, ExtendedOnce, TooLateToExtend."""
        self._require_open()
        if self.extended:
            raise ExtendedOnce
        if today > date.fromisoformat(self.due):
            raise TooLateToExtend
        due = (date.fromisoformat(self.due) + FURTHER).isoformat()
        self.record(RightsRequestExtended(due=due, reason=reason))

    def answer(self, answer: PersonalRef | None = None) -> None:
        if self.stage is not Stage.ANSWERED:
            self._require_open()
            self.record(RightsRequestAnswered(answer=answer))

    def refuse(self, reason: PersonalRef) -> None:
        if self.stage is not Stage.REFUSED:
            self._require_open()
            self.record(RightsRequestRefused(reason=reason))

    def withdraw(self) -> None:
        if self.stage is not Stage.WITHDRAWN:
            self._require_open()
            self.record(RightsRequestWithdrawn())

    def _require_open(self) -> None:
        if self.stage is not Stage.OPEN:
            raise AlreadyAnswered

    def evolve(self, fact: Fact) -> None:
        match fact:
            case RightsRequestReceived():
                self.right, self.person, self.due = fact.right, fact.person, fact.due
            case RightsRequestExtended(due=due):
                self.due, self.extended = due, True
            case RightsRequestAnswered():
                self.stage = Stage.ANSWERED
            case RightsRequestRefused():
                self.stage = Stage.REFUSED
            case RightsRequestWithdrawn():
                self.stage = Stage.WITHDRAWN

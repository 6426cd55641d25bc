"""A receiver outside, and which messages it hears."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID

from contracts.directory import (
    SubscriptionEnded,
    SubscriptionMade,
    SubscriptionPaused,
    SubscriptionResumed,
    SubscriptionSecretRotated,
)
from contracts.envelope import Fact
from services.chassis.domain import Aggregate, Refusal


class AlreadyEnded(Refusal):
    """This subscription has ended. Make another one."""

    french = "Cet abonnement a pris fin. Créez-en un autre."


class RotationUnderWay(Refusal):
    """Its secret was changed a short while ago, and the one before still counts."""

    french = "Son secret a été changé il y a peu, et le précédent compte encore."


class SubscriptionState(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class Subscription(Aggregate):
    """One receiver: an address, its secrets, and the messages it asked for."""

    begun_by = (SubscriptionMade,)
    loose = (SubscriptionSecretRotated,)

    made: SubscriptionMade = field(init=False)
    state: SubscriptionState = SubscriptionState.ACTIVE
    unreachable: bool = False
    gone: bool = False
    rotating_until: datetime | None = None

    @classmethod
    def make(cls, id: UUID, made: SubscriptionMade) -> Self:
        return cls.begin(id, made)

    def rotate(self, until: datetime, now: datetime) -> None:
        self.require_open()
        if self.rotating_until and now < self.rotating_until:
            raise RotationUnderWay
        self.record(SubscriptionSecretRotated(until=until))

    def pause(self, *, unreachable: bool = False) -> None:
        self.require_open()
        if self.state is SubscriptionState.ACTIVE:
            self.record(SubscriptionPaused(unreachable=unreachable))

    def resume(self) -> None:
        self.require_open()
        if self.state is SubscriptionState.PAUSED:
            self.record(SubscriptionResumed())

    def end(self, *, gone: bool = False) -> None:
        if self.state is not SubscriptionState.ENDED:
            self.record(SubscriptionEnded(gone=gone))

    def hears(self, message: str) -> bool:
        return self.state is not SubscriptionState.ENDED and message in self.made.messages

    def require_open(self) -> None:
        if self.state is SubscriptionState.ENDED:
            raise AlreadyEnded

    def evolve(self, fact: Fact) -> None:
        match fact:
            case SubscriptionMade():
                self.made = fact
            case SubscriptionSecretRotated():
                self.rotating_until = fact.until
            case SubscriptionPaused():
                self.state, self.unreachable = SubscriptionState.PAUSED, fact.unreachable
            case SubscriptionResumed():
                self.state, self.unreachable = SubscriptionState.ACTIVE, False
            case SubscriptionEnded():
                self.state, self.gone = SubscriptionState.ENDED, fact.gone

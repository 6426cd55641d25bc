"""What an involvement rests on, and who is to hear that it ended or waits."""

from __future__ import annotations

from contracts.accompaniment import Stop, StopLifted, StopTold, StopToTell
from contracts.envelope import Fact
from contracts.terms import Side
from services.accompaniment.domain.refusals import StillStopped
from services.accompaniment.domain.sides import Sides


class Stopping(Sides):
    """It waits while something it rests on is taken back, and both sides hear that it does."""

    stops: frozenset[Stop] = frozenset()
    to_tell: frozenset[Side] = frozenset()

    def tell_both(self, why: Stop, team_alone: bool = False) -> None:
        sides = (Side.TEAM,) if team_alone else (Side.PARTNER, Side.TEAM)
        self.record(StopToTell(why=why, sides=sides))

    def tell(self, side: Side) -> None:
        """This side has heard."""
        if side in self.to_tell:
            self.record(StopTold(side=side))

    def lift(self, why: Stop) -> None:
        """It was given again; people decide when to go on."""
        if why in self.stops:
            self.record(StopLifted(why=why))

    def require_nothing_stops(self) -> None:
        """Raises StillStopped."""
        if self.stops:
            raise StillStopped

    def heed(self, fact: Fact) -> None:
        match fact:
            case StopToTell(why=why, sides=sides):
                self.stops |= {why}
                self.to_tell |= set(sides)
            case StopTold(side=side):
                self.to_tell -= {side}
            case StopLifted(why=why):
                self.stops -= {why}

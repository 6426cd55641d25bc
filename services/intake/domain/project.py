"""Projects and committees, and the places they keep for users."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from contracts.envelope import Fact, PersonalRef, PersonRef
from contracts.intake import (
    ProjectClosed,
    ProjectOpened,
    ProjectRecorded,
    ProjectState,
    SeatFilled,
    SeatFor,
    SeatOpened,
    SeatRecorded,
    SeatVacated,
)
from services.chassis.domain import Aggregate, NotFound, Refusal


class ProjectIsOver(Refusal):
    """This project is over: nobody can take a seat in it any more."""

    french = "Ce projet est terminé : plus personne ne peut y siéger."


class SeatIsTaken(Refusal):
    """Somebody else has this seat. It must be vacated first."""

    french = "Quelqu’un d’autre occupe ce siège. Il faut d’abord le libérer."


@dataclass(frozen=True, slots=True)
class Seat:
    """Whom a place is kept for, and who has it."""

    reserved_for: SeatFor
    partner: PersonRef | None = None
    involvement: UUID | None = None

    def filled(self, fact: SeatFilled) -> Seat:
        return Seat(self.reserved_for, fact.partner, fact.involvement)

    def vacated(self) -> Seat:
        return Seat(self.reserved_for)

    def fill(self, fact: SeatFilled) -> SeatFilled | None:
        """What is to be recorded, if anything. Raises SeatIsTaken."""
        if self.partner is None:
            return fact
        if self.partner != fact.partner:
            raise SeatIsTaken
        return None

    def vacate(self, seat: UUID) -> SeatVacated | None:
        if self.partner is None:
            return None
        return SeatVacated(seat=seat, partner=self.partner, involvement=self.involvement)


class Project(Aggregate):
    """A project or committee in which partners take part, with its seats."""

    begun_by = (ProjectOpened, ProjectRecorded)
    loose = (SeatFilled, SeatVacated)

    over: bool = False
    seats: dict[UUID, Seat] = field(default_factory=dict)

    @classmethod
    def open(cls, id: UUID, opening: ProjectOpened) -> Self:
        return cls.begin(id, opening)

    def close(self, abandoned: bool, note: PersonalRef | None = None) -> None:
        if not self.over:
            self.record(ProjectClosed(abandoned=abandoned, note=note))

    def open_seat(self, seat: UUID, title: str, reserved_for: SeatFor) -> None:
        self._require_running()
        if seat not in self.seats:
            self.record(SeatOpened(seat=seat, title=title, reserved_for=reserved_for))

    def fill(self, filling: SeatFilled) -> None:
        self._require_running()
        if fact := self._seat(filling.seat).fill(filling):
            self.record(fact)

    def vacate(self, seat: UUID) -> None:
        if fact := self._seat(seat).vacate(seat):
            self.record(fact)

    def seat_for(self, involvement: UUID, partner: PersonRef, until: str | None) -> None:
        """An involvement takes the first vacant seat for partners, where there is one."""
        if self.over or any(one.involvement == involvement for one in self.seats.values()):
            return
        vacant = (
            seat
            for seat, place in self.seats.items()
            if place.reserved_for is SeatFor.PARTNER and place.partner is None
        )
        if seat := next(vacant, None):
            fact = SeatFilled(seat=seat, partner=partner, involvement=involvement, until=until)
            self.record(fact)

    def vacate_for(self, involvement: UUID) -> None:
        for seat, place in self.seats.items():
            if place.involvement == involvement:
                self.vacate(seat)

    def _seat(self, id: UUID) -> Seat:
        if id not in self.seats:
            raise NotFound
        return self.seats[id]

    def _require_running(self) -> None:
        if self.over:
            raise ProjectIsOver

    def evolve(self, fact: Fact) -> None:
        match fact:
            case ProjectRecorded(state=state):
                self.over = state in (ProjectState.FINISHED, ProjectState.ABANDONED)
            case ProjectClosed():
                self.over = True
            case SeatOpened(seat=seat, reserved_for=reserved_for):
                self.seats[seat] = Seat(reserved_for)
            case SeatFilled(seat=seat) if seat in self.seats:
                self.seats[seat] = self.seats[seat].filled(fact)
            case SeatVacated(seat=seat) if seat in self.seats:
                self.seats[seat] = self.seats[seat].vacated()


class RegisteredSeat(Aggregate):
    """A seat taken over from the office's register, which has a stream of its own."""

    begun_by = (SeatRecorded,)
    loose = (SeatFilled, SeatVacated)

    seat: Seat = field(init=False)

    def fill(self, filling: SeatFilled) -> None:
        if fact := self.seat.fill(filling):
            self.record(fact)

    def vacate(self) -> None:
        if fact := self.seat.vacate(self.id):
            self.record(fact)

    def evolve(self, fact: Fact) -> None:
        match fact:
            case SeatRecorded(reserved_for=reserved_for, partner=partner):
                self.seat = Seat(reserved_for, partner)
            case SeatFilled():
                self.seat = self.seat.filled(fact)
            case SeatVacated():
                self.seat = self.seat.vacated()

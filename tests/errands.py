"""A small aggregate that no service owns, to try the road with."""

from uuid import UUID, uuid4

from contracts.envelope import Envelope, Fact, PersonRef
from services.chassis.deciding import Position, Provenance, UseCases, seal
from services.chassis.domain import Aggregate, Refusal


def north() -> Provenance:
    """Marie asks, and each time it is another command."""
    return Provenance(establishment="north", actor="marie")


class ErrandBegun(Fact, type="intake.ErrandBegun.v1"):
    title: str
    person: PersonRef | None = None


class ErrandNoted(Fact, type="intake.ErrandNoted.v1"):
    minutes: int


class ErrandEnded(Fact, type="intake.ErrandEnded.v1"):
    pass


class AlreadyEnded(Refusal):
    """This errand has ended."""


class Errand(Aggregate):
    """Something one is sent to do."""

    begun_by = (ErrandBegun,)

    minutes: int = 0
    ended: bool = False

    @classmethod
    def begin_as(cls, id: UUID, title: str, person: PersonRef | None = None) -> "Errand":
        return cls.begin(id, ErrandBegun(title=title, person=person))

    def note(self, minutes: int) -> None:
        if self.ended:
            raise AlreadyEnded
        self.record(ErrandNoted(minutes=minutes))

    def end(self) -> None:
        if not self.ended:
            self.record(ErrandEnded())

    def evolve(self, fact: Fact) -> None:
        match fact:
            case ErrandNoted(minutes=minutes):
                self.minutes += minutes
            case ErrandEnded():
                self.ended = True


class Errands(UseCases):
    async def begin(self, title: str, by: Provenance) -> tuple[UUID, Position]:
        errand = Errand.begin_as(by.id_for("errand"), title)
        return errand.id, await self.once(by, lambda: self.save(by, errand))

    async def note(self, id: UUID, minutes: int, by: Provenance) -> Position:
        return await self.change(Errand, id, lambda errand: errand.note(minutes), by)

    async def end(self, id: UUID, by: Provenance) -> Position:
        return await self.change(Errand, id, Errand.end, by)


def an_errand(by: Provenance | None = None, person: PersonRef | None = None) -> list[Envelope]:
    """The sealed first fact of an errand that nobody has seen yet."""
    title = "Find out why the second lift is always late"
    return seal(Errand.begin_as(uuid4(), title, person).recorded(), "intake", by or north())


def an_effect_of(cause: Envelope) -> Envelope:
    """What recruitment decided because of it: a kind of fact that nobody here reads."""
    [effect] = an_errand()
    said = {
        "causationid": cause.id,
        "causationsource": cause.source,
        "source": "recruitment",
        "type": "recruitment.ReplyPromised.v1",
    }
    return effect.model_copy(update=said)

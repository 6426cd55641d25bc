"""Another service, which owes a reply to whoever began an errand."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from contracts.envelope import Fact
from services.chassis.deciding import Position, Provenance, UseCases
from services.chassis.domain import Aggregate
from services.chassis.hearing import Listener
from services.chassis.store import Store
from tests.errands import ErrandBegun, ErrandEnded


class ReplyPromised(Fact, type="recruitment.ReplyPromised.v1"):
    errand: UUID


class ReplyGiven(Fact, type="recruitment.ReplyGiven.v1"):
    pass


class Reply(Aggregate):
    """What another service owes whoever began an errand."""

    begun_by = (ReplyPromised,)

    given: bool = False

    @staticmethod
    def id_for(errand: UUID) -> UUID:
        return uuid5(errand, "reply")

    @classmethod
    def promise(cls, errand: UUID) -> "Reply":
        return cls.begin(cls.id_for(errand), ReplyPromised(errand=errand))

    def give(self) -> None:
        if not self.given:
            self.record(ReplyGiven())

    def evolve(self, fact: Fact) -> None:
        self.given = isinstance(fact, ReplyGiven)


class Replies(UseCases):
    async def promise(self, errand: UUID, by: Provenance) -> Position:
        return await self.save(by, Reply.promise(errand))

    async def give(self, errand: UUID, by: Provenance) -> Position:
        return await self.change(Reply, Reply.id_for(errand), Reply.give, by)


def listening(store: Store, nats_url: str, pauses: Sequence[float] = (0.02,) * 40) -> Listener:
    """Recruitment, as far as it hears of errands: it promises a reply, and gives it at the end."""
    listener, replies = Listener(store, nats_url, pauses), Replies(store)

    @listener.hear(ErrandBegun)
    async def promise(_: ErrandBegun, errand: UUID, by: Provenance) -> None:
        await replies.promise(errand, by)

    @listener.hear(ErrandEnded)
    async def give(_: ErrandEnded, errand: UUID, by: Provenance) -> None:
        await replies.give(errand, by)

    return listener

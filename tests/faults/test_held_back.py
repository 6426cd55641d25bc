from contextlib import AsyncExitStack
from uuid import UUID

import pytest

from contracts.envelope import Envelope, Fact
from services.chassis.deciding import Provenance
from services.chassis.hearing import Listener
from services.chassis.relay import Relay
from services.chassis.settings import Installation
from services.chassis.store import Store
from tests.errands import ErrandBegun, an_errand
from tests.patience import eventually
from tests.replies import Replies, Reply

pytestmark = pytest.mark.anyio

SOURCES = "intake", "training", "evaluation"


class SupportFound(Fact, type="training.ATestSupportFound.v1"):
    errand: UUID


class ThanksSaid(Fact, type="evaluation.ATestThanksSaid.v1"):
    errand: UUID


def one_that_needs_all_three(store: Store, nats_url: str, thanked: list[UUID]) -> Listener:
    """A reply is promised by intake's word, given by training's, and thanked for afterwards."""
    listener, replies = Listener(store, nats_url, pauses=(0.01, 0.02, 0.05)), Replies(store)

    @listener.hear(ErrandBegun)
    async def promise(_: ErrandBegun, errand: UUID, by: Provenance) -> None:
        await replies.promise(errand, by)

    @listener.hear(SupportFound)
    async def give(found: SupportFound, _: UUID, by: Provenance) -> None:
        await replies.give(found.errand, by)

    @listener.hear(ThanksSaid)
    async def thank(said: ThanksSaid, _: UUID, by: Provenance) -> None:
        await replies.load(Reply, Reply.id_for(said.errand), by.establishment)
        thanked.append(said.errand)

    return listener


def told_by_all(errand: Envelope) -> dict[str, Envelope]:
    [found], [said] = an_errand(), an_errand()
    data = {"errand": str(errand.subject)}
    return {
        "intake": errand,
        "training": found.model_copy(
            update={"source": "training", "type": SupportFound.type, "data": data}
        ),
        "evaluation": said.model_copy(
            update={"source": "evaluation", "type": ThanksSaid.type, "data": data}
        ),
    }


@pytest.mark.parametrize("late", SOURCES)
async def test_no_listener_gives_up_on_a_cause_that_comes_late(
    installation: Installation, late: str
) -> None:
    """One source is held back for longer than all tries would take."""
    thanked: list[UUID] = []
    of = installation.settings
    async with AsyncExitStack() as living:
        stores = {
            name: await living.enter_async_context(Store(name, of(name).database_url))
            for name in (*SOURCES, "recruitment")
        }
        [errand] = an_errand()
        for name, fact in told_by_all(errand).items():
            await stores[name].append([fact])
        for name in set(SOURCES) - {late}:
            await living.enter_async_context(Relay(stores[name], of(name)))
        recruitment = stores["recruitment"]
        listener = one_that_needs_all_three(recruitment, of("recruitment").nats_url, thanked)
        await living.enter_async_context(listener)
        await eventually(lambda: has_tried(listener, late))

        await living.enter_async_context(Relay(stores[late], of(late)))

        async def all_heard() -> bool:
            places = [await recruitment.place_of(f"recruitment-{one}") for one in SOURCES]
            return places == [1, 1, 1]

        await eventually(all_heard)
        assert await recruitment.quarantined() == []
        reply = Reply.replay(await recruitment.read_stream("north", Reply.id_for(errand.subject)))

    assert reply
    assert reply.given
    assert thanked == [errand.subject]


async def has_tried(listener: Listener, late: str) -> bool:
    """Whether all that can go on has gone on, or has waited for longer than the tries take."""
    ears = [ear for source, ear in listener.ears.items() if source != late]
    return all(ear.place == 1 or ear.waits > 5 for ear in ears)

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import orjson
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from contracts.outgoing import Outgoing
from services.chassis.settings import Installation
from services.directory.outside.sending import PAUSES
from services.directory.outside.subscription import RotationUnderWay
from tests.directory.receiving import HOURS, HR, Rehearsal, because, rehearsing, some_hours

pytestmark = pytest.mark.anyio


@pytest.fixture
async def house_of_hr(installation: Installation) -> AsyncIterator[Rehearsal]:
    async with rehearsing(installation) as rehearsal:
        yield rehearsal


async def test_a_message_is_verified_by_the_reference_library(house_of_hr: Rehearsal) -> None:
    made = await house_of_hr.subscribe()

    await house_of_hr.tell()
    await house_of_hr.sender.send_all_due()

    [body], [headers] = house_of_hr.receiver.bodies, house_of_hr.receiver.headers
    said = Outgoing.model_validate(Webhook(made.secret).verify(body, headers))
    assert (said.type, said.source, said.position) == (HOURS, "/tandem/north", 1)
    assert said.data["minutes"] == 60
    assert headers["content-type"].startswith("application/cloudevents+json")
    with pytest.raises(WebhookVerificationError):
        Webhook(made.secret).verify(body.replace("60", "61"), headers)


async def test_a_receiver_hears_only_what_it_asked_for(house_of_hr: Rehearsal) -> None:
    await house_of_hr.subscribe(messages=("tandem.directory.contact_left.v1",))

    await house_of_hr.tell()
    await house_of_hr.sender.send_all_due()

    assert house_of_hr.receiver.bodies == []
    assert await house_of_hr.log() == []


async def test_a_receiver_that_was_down_for_an_hour_gets_each_message_once_and_in_order(
    house_of_hr: Rehearsal,
) -> None:
    await house_of_hr.subscribe()
    house_of_hr.receiver.answers = lambda: (503, "")
    for _ in range(12):  # an hour of them
        await house_of_hr.tell()
        await house_of_hr.sender.send_all_due()
        house_of_hr.clock.pass_by(minutes=5)
    failures = len(house_of_hr.receiver.bodies)

    house_of_hr.receiver.answers = lambda: (204, "")
    house_of_hr.clock.pass_by(hours=3)
    await house_of_hr.sender.send_all_due()

    assert failures == 4  # at once, and after growing pauses
    assert set(house_of_hr.receiver.ids[:failures]) == {house_of_hr.receiver.ids[0]}
    assert house_of_hr.receiver.taken == list(range(1, 13))
    assert len(set(house_of_hr.receiver.ids[failures:])) == 12


async def test_one_receiver_that_is_down_keeps_no_other_waiting(house_of_hr: Rehearsal) -> None:
    await house_of_hr.subscribe("http://127.0.0.1:9/closed")
    await house_of_hr.subscribe()

    await house_of_hr.tell(3)
    await house_of_hr.sender.send_all_due()

    assert house_of_hr.receiver.taken == [1, 2, 3]
    assert (1, "waiting", "unreachable") in await house_of_hr.log()


async def test_after_three_days_of_trying_it_is_paused_and_goes_on_where_it_was(
    house_of_hr: Rehearsal,
) -> None:
    made = await house_of_hr.subscribe()
    house_of_hr.receiver.answers = lambda: (500, "")
    await house_of_hr.tell(2)

    begun = house_of_hr.clock()
    while await house_of_hr.state_of(made) == "active":
        await house_of_hr.sender.send_all_due()
        house_of_hr.clock.pass_by(hours=1)
    lasted = house_of_hr.clock() - begun
    tried = len(house_of_hr.receiver.bodies)
    await house_of_hr.sender.send_all_due()

    assert tried == len(house_of_hr.receiver.bodies) == len(PAUSES) + 1
    assert timedelta(days=3) < lasted < timedelta(days=4)
    house_of_hr.receiver.answers = lambda: (200, "")
    await house_of_hr.subscriptions.resume(replace(HR, command=uuid4()), made.id)
    await house_of_hr.sender.send_all_due()
    assert house_of_hr.receiver.taken == [1, 2]


async def test_a_receiver_that_is_gone_ends_its_subscription(house_of_hr: Rehearsal) -> None:
    made = await house_of_hr.subscribe()
    house_of_hr.receiver.answers = lambda: (410, "")

    await house_of_hr.tell(2)
    await house_of_hr.sender.send_all_due()
    await house_of_hr.tell()
    await house_of_hr.sender.send_all_due()

    assert len(house_of_hr.receiver.bodies) == 1
    assert await house_of_hr.state_of(made) == "ended"
    assert await house_of_hr.log() == [(1, "dropped", "410"), (2, "dropped", None)]
    assert await house_of_hr.subscriptions.receiver_of(made.id) is None


async def test_who_asks_to_wait_is_waited_for(house_of_hr: Rehearsal) -> None:
    await house_of_hr.subscribe()
    house_of_hr.receiver.answers = lambda: (429, "Retry-After: 1800\r\n")
    await house_of_hr.tell()
    await house_of_hr.sender.send_all_due()

    house_of_hr.receiver.answers = lambda: (200, "")
    house_of_hr.clock.pass_by(minutes=29)
    await house_of_hr.sender.send_all_due()
    before = list(house_of_hr.receiver.taken)
    house_of_hr.clock.pass_by(minutes=2)
    await house_of_hr.sender.send_all_due()

    assert before == []
    assert house_of_hr.receiver.taken == [1]


async def test_while_a_secret_is_changed_both_sign(house_of_hr: Rehearsal) -> None:
    made = await house_of_hr.subscribe()
    changed = await house_of_hr.subscriptions.rotate(replace(HR, command=uuid4()), made.id)
    with pytest.raises(RotationUnderWay):
        await house_of_hr.subscriptions.rotate(replace(HR, command=uuid4()), made.id)

    await house_of_hr.tell()
    await house_of_hr.sender.send_all_due()
    house_of_hr.clock.pass_by(hours=25)
    await house_of_hr.tell()
    await house_of_hr.sender.send_all_due()

    both, one = house_of_hr.receiver.headers
    [body, _] = house_of_hr.receiver.bodies
    assert made.secret != changed.secret
    assert Webhook(made.secret).verify(body, both) == Webhook(changed.secret).verify(body, both)
    assert [len(each["webhook-signature"].split()) for each in (both, one)] == [2, 1]


async def test_what_was_sent_is_sent_again_under_the_same_id(house_of_hr: Rehearsal) -> None:
    made = await house_of_hr.subscribe()
    await house_of_hr.tell(3)
    await house_of_hr.sender.send_all_due()

    positions = await house_of_hr.outbox.positions_between("north", made.id, 2, 9)
    await house_of_hr.outbox.deliver_again(HR, made.id, positions)
    await house_of_hr.sender.send_all_due()

    assert house_of_hr.receiver.taken == [1, 2, 3, 2, 3]
    assert house_of_hr.receiver.ids[3:] == house_of_hr.receiver.ids[1:3]
    assert [state for _, state, _ in await house_of_hr.log()] == ["delivered"] * 5


async def test_a_sender_that_dies_before_it_notes_the_answer_sends_the_same_id_again(
    house_of_hr: Rehearsal,
) -> None:
    await house_of_hr.subscribe()
    house_of_hr.receiver.answers = lambda: None  # the answer does not come back in time
    await house_of_hr.tell()
    dying = asyncio.create_task(house_of_hr.sender.work())
    await house_of_hr.receiver.arrived.wait()

    dying.cancel()
    with suppress(asyncio.CancelledError):
        await dying
    house_of_hr.receiver.answers = lambda: (200, "")
    house_of_hr.receiver.arrived.clear()
    async with house_of_hr.sender:  # another one is elected
        await house_of_hr.receiver.arrived.wait()

    first, second = house_of_hr.receiver.ids
    assert first == second


async def test_the_same_fact_is_told_once_however_often_it_is_heard(
    house_of_hr: Rehearsal,
) -> None:
    await house_of_hr.subscribe()
    by, hours = because(), some_hours()

    await asyncio.gather(*(house_of_hr.outbox.tell(by, hours) for _ in range(3)), *[
        house_of_hr.outbox.tell(because(), some_hours()) for _ in range(5)
    ], return_exceptions=True)  # fmt: skip
    await house_of_hr.outbox.tell(by, hours)
    await house_of_hr.sender.send_all_due()

    assert house_of_hr.receiver.taken == [1, 2, 3, 4, 5, 6]
    assert len(set(house_of_hr.receiver.ids)) == 6


async def test_neither_address_nor_secret_lies_open_in_the_database(
    house_of_hr: Rehearsal,
) -> None:
    made = await house_of_hr.subscribe()

    facts = await house_of_hr.store.read_stream("north", made.id)
    [row] = await house_of_hr.store.pool.fetch("select sealed from receivers")

    kept = row["sealed"] + b"".join(fact.write() for fact in facts)
    assert b"of-ours" not in kept
    assert made.secret.removeprefix("whsec_").encode() not in kept
    assert UUID(orjson.loads(facts[0].write())["subject"]) == made.id

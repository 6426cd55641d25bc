"""Sends what is due: each receiver gets its messages in order, and waits for nobody else's."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid5

from standardwebhooks import Webhook

from services.chassis.alarms import elected
from services.chassis.deciding import Provenance
from services.chassis.metrics import Figure
from services.chassis.outgoing import Answer, Post
from services.chassis.store import Store
from services.chassis.working import Worker
from services.directory.outside.composing import Composing
from services.directory.outside.outbox import Outbox, Parcel, parcel_of
from services.directory.outside.subscription import Subscription, SubscriptionState
from services.directory.outside.subscriptions import Subscriptions

log = logging.getLogger(__name__)

POLL = 1.0
# Seconds after each failure, as Standard Webhooks proposes: a little over three days in all.
PAUSES = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
JITTER = 0.2  # of a pause, at most, so that receivers that fell together do not rise together
LONGEST_ASKED = 86_400.0
OURS = timedelta(seconds=30)  # until what failed on our side is tried again

DUE = """
select subscription from (
    select distinct on (subscription) subscription, due from deliveries
    where state = 'waiting' order by subscription, number
) as first where due <= $1
"""
NEXT = """
select number, tries, due, o.establishment, position, o.id, name, subject, person, time, data
from deliveries join outgoing o using (establishment, position)
where subscription = $1 and state = 'waiting' order by number limit 1
"""
TRY = "insert into attempts values ($1, $2, $3, $4, $5) on conflict do nothing"
TRIED = "update deliveries set tries = $2, due = $3 where number = $1 and state = 'waiting'"
DONE = "update deliveries set state = $2, tries = $3, done = $4 where number = $1"
HOLD = """
update deliveries set due = 'infinity' where subscription = $1 and state = 'waiting'
"""
COUNT = "select count(*) from attempts where delivery = $1"
WAITING = """
select count(*), coalesce(extract(epoch from now() - min(made)), 0)
from deliveries where state = 'waiting'
"""


class Due(NamedTuple):
    """The first that waits of one subscription."""

    number: int
    tries: int
    parcel: Parcel


def webhook_id(message: UUID, subscription: UUID) -> str:
    """The same however often it is sent, so that a receiver can tell what it has."""
    return str(uuid5(message, str(subscription)))


def signed(id: str, now: datetime, body: str, secrets: list[str]) -> dict[str, str]:
    """The headers of Standard Webhooks: a signature for each secret that counts now."""
    signatures = [Webhook(secret).sign(id, now.astimezone(UTC), body) for secret in secrets]
    return {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "webhook-id": id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


class Sender(Worker):
    """One in all processes. What was sent when it was killed, and not marked, is sent again.

    `now` tells the time, so that a test need not wait for it.
    """

    def __init__(
        self, store: Store, database_url: str, outbox: Outbox, subscriptions: Subscriptions,
        composing: Composing, post: Post, now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:  # fmt: skip
        self._store = store
        self._database_url = database_url
        self._outbox = outbox
        self._subscriptions = subscriptions
        self._composing = composing
        self._post = post
        self._now = now
        self._busy: set[UUID] = set()

    async def work(self) -> None:
        async with (
            elected(self._database_url, self._store.service, "deliveries"),
            asyncio.TaskGroup() as group,
        ):
            self._busy.clear()
            while True:
                rings = self._outbox.posted.rings
                for subscription in await self._due():
                    if subscription not in self._busy:
                        self._busy.add(subscription)
                        group.create_task(self._send_all_of(subscription))
                await self._outbox.posted.rung_since(rings, POLL)

    async def figures(self) -> list[Figure]:
        """How many messages wait, of all establishments, and for how long the oldest has."""
        count, oldest = await self._store.pool.fetchrow(WAITING) or (0, 0)
        return [
            Figure("tandem_deliveries_waiting", {}, count),
            Figure("tandem_deliveries_oldest_seconds", {}, float(oldest)),
        ]

    async def send_all_due(self) -> None:
        """All that is due now, of every subscription."""
        due = await self._due()
        await asyncio.gather(*(self._send_all_of(subscription) for subscription in due))

    async def _due(self) -> list[UUID]:
        return [due for (due,) in await self._store.pool.fetch(DUE, self._now())]

    async def _send_all_of(self, subscription: UUID) -> None:
        """One after the other: the next waits behind one that fails."""
        try:
            while due := await self._next(subscription):
                try:
                    if not await self._send(subscription, due):
                        break
                except Exception as error:  # on our side: it costs the receiver no try
                    log.warning("delivery %s waits: %s", due.number, type(error).__name__)
                    await self._store.pool.execute(TRIED, due.number, due.tries, self._now() + OURS)
                    break
        finally:
            self._busy.discard(subscription)

    async def _next(self, subscription: UUID) -> Due | None:
        row = await self._store.pool.fetchrow(NEXT, subscription)
        if row is None or row["due"] > self._now():
            return None
        return Due(row["number"], row["tries"], parcel_of(dict(row)))

    async def _send(self, id: UUID, due: Due) -> bool:
        """Whether the next one may follow at once."""
        home = due.parcel.establishment
        subscription = await self._subscriptions.load(Subscription, id, home)
        receiver = await self._subscriptions.receiver_of(id)
        if subscription.state is SubscriptionState.ENDED or receiver is None:
            await self._subscriptions.end(self._by(due, "end"), id)  # drops what waits
            return False
        if subscription.state is SubscriptionState.PAUSED:
            await self._store.pool.execute(HOLD, id)
            return False
        outgoing = await self._composing.compose(due.parcel, subscription.made.source)
        if outgoing is None:
            await self._finish(due, "withheld")
            return True
        now, body = self._now(), outgoing.model_dump_json(exclude_none=True)
        headers = signed(webhook_id(due.parcel.id, id), now, body, receiver.signing(now))
        answer = await self._post.send(receiver.url, headers, body.encode())
        return await self._judge(id, due, answer)

    async def _judge(self, id: UUID, due: Due, answer: Answer) -> bool:
        now, tries = self._now(), due.tries + 1
        number = 1 + await self._store.pool.fetchval(COUNT, due.number)
        tried = due.number, number, now, answer.milliseconds, answer.outcome
        await self._store.pool.execute(TRY, *tried)
        if answer.status and 200 <= answer.status < 300:
            await self._finish(due, "delivered", tries)
            return True
        if answer.status == 410:
            await self._subscriptions.end(self._by(due, "gone"), id, gone=True)
        elif tries > len(PAUSES):
            await self._subscriptions.pause(self._by(due, f"{number}"), id, unreachable=True)
            await self._store.pool.execute(HOLD, id)
        else:
            later = now + timedelta(seconds=_pause(tries, answer.retry_after))
            await self._store.pool.execute(TRIED, due.number, tries, later)
        return False

    async def _finish(self, due: Due, state: str, tries: int = 0) -> None:
        await self._store.pool.execute(DONE, due.number, state, tries or due.tries, self._now())

    @staticmethod
    def _by(due: Due, why: str) -> Provenance:
        """The same whenever it is said of this delivery: saying it twice changes nothing."""
        return Provenance(
            due.parcel.establishment,
            "service:directory",
            channel="delivery",
            command=uuid5(due.parcel.id, f"{due.number} {why}"),
        )


def _pause(tries: int, asked: float | None) -> float:
    """How long to wait: longer each time, and as long as the receiver asks (RFC 9110, 10.2.3)."""
    pause = PAUSES[tries - 1] * (1 + random.uniform(0, JITTER))
    return max(pause, min(asked or 0.0, LONGEST_ASKED))

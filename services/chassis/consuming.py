"""How a reader takes facts from a stream: a durable consumer, and what it delivers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import NamedTuple

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from nats.js.errors import NotFoundError

from services.chassis.jetstream import stream_of

MANY = 1000
PATIENCE = 2.0
NO_SUCH_CONSUMER = "503"


class Consumer(NamedTuple):
    """A durable place of one reader in the whole stream of one service."""

    reader: str
    service: str
    one_by_one: bool = False

    @property
    def stream(self) -> str:
        return stream_of(self.service)

    @property
    def subject(self) -> str:
        return f"facts.*.{self.service}.>"

    @property
    def next_please(self) -> str:
        return f"$JS.API.CONSUMER.MSG.NEXT.{self.stream}.{self.reader}"

    def config(self, place: int) -> ConsumerConfig:
        return ConsumerConfig(
            durable_name=self.reader,
            filter_subject=self.subject,
            deliver_policy=DeliverPolicy.BY_START_SEQUENCE,
            opt_start_seq=place + 1,
            ack_policy=AckPolicy.EXPLICIT if self.one_by_one else AckPolicy.ALL,
            max_ack_pending=20 * MANY,
            ack_wait=30,
        )

    async def make(self, client: Client, place: int) -> None:
        """From this place on. It is only a cursor: where the reader is, PostgreSQL knows."""
        jetstream = client.jetstream()
        while True:
            try:
                await jetstream.consumer_info(self.stream, self.reader)
                return
            except NotFoundError:
                try:
                    await jetstream.add_consumer(self.stream, self.config(place))
                except NotFoundError:  # its relay is about to make the stream
                    await asyncio.sleep(0.2)


async def pull(client: Client, consumer: Consumer) -> AsyncIterator[list[Msg]]:
    """Batches of whatever has arrived, empty when it is quiet.

    The library's own `fetch` can stall for a second.
    """
    inbox = client.new_inbox()
    arrived: asyncio.Queue[Msg] = asyncio.Queue()
    await client.subscribe(inbox, cb=arrived.put)
    request = json.dumps({"batch": MANY, "expires": int(PATIENCE * 1e9)}).encode()
    while True:
        await client.publish(consumer.next_please, request, reply=inbox)
        owed = MANY
        while owed:
            try:
                batch = [await asyncio.wait_for(arrived.get(), PATIENCE + 1)]
            except TimeoutError:  # the request or its end was lost on the way
                yield []
                break
            while not arrived.empty():
                batch.append(arrived.get_nowait())
            facts = [message for message in batch if not _status_of(message)]
            owed -= len(facts)
            if facts:
                yield facts
            if len(facts) < len(batch):
                if _status_of(batch[-1]) == NO_SUCH_CONSUMER:
                    raise NotFoundError
                if not facts:
                    yield []
                break


async def waiting(client: Client, consumer: Consumer) -> list[Msg]:
    """What a consumer could deliver at this moment, without waiting for more."""
    inbox = client.new_inbox()
    arrived: asyncio.Queue[Msg] = asyncio.Queue()
    subscription = await client.subscribe(inbox, cb=arrived.put)
    request = json.dumps({"batch": MANY, "no_wait": True}).encode()
    await client.publish(consumer.next_please, request, reply=inbox)
    messages: list[Msg] = []
    with suppress(TimeoutError):
        while len(messages) < MANY:
            message = await asyncio.wait_for(arrived.get(), PATIENCE)
            if _status_of(message):
                break
            messages.append(message)
    await subscription.unsubscribe()
    return messages


def _status_of(message: Msg) -> str | None:
    return (message.headers or {}).get("Status")

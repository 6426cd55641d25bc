"""A receiver of webhooks on this machine, and a clock that need not be waited for."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ssl import SSLContext
from uuid import uuid4

import orjson

from contracts.outgoing import MESSAGES, StaffHoursLogged
from services.chassis.deciding import Provenance
from services.chassis.outgoing import Post
from services.chassis.personal import Vault
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.directory.outside.composing import Composing
from services.directory.outside.linking import Linking
from services.directory.outside.outbox import Outbox, Told, of_staff
from services.directory.outside.sending import Sender
from services.directory.outside.shown import Deliveries
from services.directory.outside.strongbox import Strongbox
from services.directory.outside.subscription import Subscription
from services.directory.outside.subscriptions import Made, Subscriptions

HOURS = StaffHoursLogged.name
HR = Provenance("north", "staff:hr", role="hr_officer")
EVERYTHING = tuple(MESSAGES)


class Clock:
    """Goes as the clock of the wall does, but may be put forward."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def pass_by(self, **time: float) -> None:
        self._ahead += timedelta(**time)


@dataclass
class Receiver:
    """What arrived, and what is answered to it: a status, or none at all."""

    port: int = 0
    answers: Callable[[], tuple[int, str] | None] = lambda: (204, "")
    headers: list[dict[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    taken: list[int] = field(default_factory=list)  # the positions it said it had

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hr?key=of-ours"

    @property
    def ids(self) -> list[str]:
        return [one["webhook-id"] for one in self.headers]

    async def hear(self, reading: asyncio.StreamReader, writing: asyncio.StreamWriter) -> None:
        _, *lines = (await reading.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        told = dict(line.lower().split(": ", 1) for line in lines if ": " in line)
        kept = dict(line.split(": ", 1) for line in lines if ": " in line)
        headers = {name.lower(): value for name, value in kept.items()}
        body = (await reading.readexactly(int(told["content-length"]))).decode()
        self.headers.append(headers)
        self.bodies.append(body)
        answer = self.answers()
        if answer and answer[0] < 300:
            self.taken.append(orjson.loads(body)["position"])
        self.arrived.set()
        if answer:
            status, more = answer
            said = f"HTTP/1.1 {status} So\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n"
            writing.write(said.encode())
            await writing.drain()
        else:
            await reading.read()  # until whoever asked gives up
        writing.close()


@asynccontextmanager
async def a_receiver(secured: SSLContext | None = None) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = await asyncio.start_server(receiver.hear, "127.0.0.1", 0, ssl=secured)
    receiver.port = server.sockets[0].getsockname()[1]
    try:
        yield receiver
    finally:
        server.close()


def because() -> Provenance:
    """On account of a fact that was heard just now."""
    return Provenance("north", "service:directory", channel="fact", causation=uuid4())


def some_hours(minutes: int = 60) -> Told:
    return of_staff(StaffHoursLogged(staff=uuid4(), date="2026-11-02", minutes=minutes))


@dataclass
class Rehearsal:
    """All that sends, with a clock of one's own and a receiver on this machine."""

    store: Store
    clock: Clock
    subscriptions: Subscriptions
    outbox: Outbox
    sender: Sender
    deliveries: Deliveries
    receiver: Receiver

    async def subscribe(self, url: str = "", messages: tuple[str, ...] = EVERYTHING) -> Made:
        by = replace(HR, command=uuid4())
        url = url or self.receiver.url
        return await self.subscriptions.make(by, "Our HR", url, messages, None)

    async def tell(self, count: int = 1) -> None:
        for _ in range(count):
            await self.outbox.tell(because(), some_hours())

    async def state_of(self, made: Made) -> str:
        return (await self.subscriptions.load(Subscription, made.id, "north")).state

    async def log(self) -> list[tuple[int, str, str | None]]:
        """Position, state and outcome of each delivery, the oldest first."""
        found = await self.deliveries.list("north", None, None, None, None, 100)
        return [(one.position, one.state, one.outcome) for one in reversed(found)]


@asynccontextmanager
async def rehearsing(installation: Installation) -> AsyncIterator[Rehearsal]:
    settings, clock = installation.settings("directory"), Clock()
    store, vault, post = Store("directory", settings.database_url), Vault(settings), Post(True)
    strongbox = Strongbox(settings.secret.get_secret_value())
    subscriptions = Subscriptions(store, strongbox, clock, plain=True)
    outbox = Outbox(store, subscriptions.hearing)
    composing = Composing(store, vault, Linking(store, vault))
    url = settings.database_url
    sender = Sender(store, url, outbox, subscriptions, composing, post, clock)
    async with store, vault, post, a_receiver() as receiver:
        yield Rehearsal(store, clock, subscriptions, outbox, sender, Deliveries(store), receiver)

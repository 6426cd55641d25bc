"""What may be asked about receivers: made, given a new secret, paused, resumed, ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec

from contracts.directory import SubscriptionMade
from contracts.outgoing import MESSAGES
from services.chassis.deciding import Position, Provenance, UseCases
from services.chassis.domain import Refusal
from services.chassis.outgoing import host_of
from services.chassis.store import Store
from services.directory.outside.strongbox import Strongbox
from services.directory.outside.subscription import Subscription

BOTH_SECRETS = timedelta(days=1)
KEEP = "insert into receivers values ($1, $2, $3) on conflict do nothing"
CHANGE = "update receivers set sealed = $2 where subscription = $1"
SEALED = "select sealed from receivers where subscription = $1"
OF = "select subscription from receivers where establishment = $1"
GO_ON = """
update deliveries set due = $2, tries = 0 where subscription = $1 and state = 'waiting'
"""
DROP = """
update deliveries set state = 'dropped', done = $2 where subscription = $1 and state = 'waiting'
"""


class NoSuchMessage(Refusal):
    """One of these messages is not among those that can be heard: choose from the list."""

    french = "Un de ces messages n’existe pas : choisissez dans la liste."


class Secret(msgspec.Struct, frozen=True):
    """What signs, and until when where another has followed it."""

    words: str
    until: datetime | None = None


class Receiver(msgspec.Struct, frozen=True):
    """Where it is sent, and what signs it: the newest secret first."""

    url: str
    secrets: tuple[Secret, ...]

    def signing(self, now: datetime) -> list[str]:
        return [one.words for one in self.secrets if one.until is None or now < one.until]


class Made(NamedTuple):
    id: UUID
    secret: str
    position: Position


class Subscriptions(UseCases):
    """`now` tells the time, so that a test need not wait for it. `plain`: http will do."""

    kinds = (Subscription,)

    def __init__(
        self,
        store: Store,
        strongbox: Strongbox,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        plain: bool = False,
    ) -> None:
        super().__init__(store)
        self._plain = plain
        self._strongbox = strongbox
        self._now = now

    async def make(
        self, by: Provenance, name: str, url: str, messages: Sequence[str], source: str | None
    ) -> Made:
        """Asked again under its key, it is answered alike. Raises NoSuchMessage, NotAnAddress."""
        if not messages or not set(messages) <= MESSAGES.keys():
            raise NoSuchMessage
        host = host_of(url, self._plain)
        asked = tuple(sorted(set(messages)))
        made = SubscriptionMade(name=name, host=host, messages=asked, source=source)
        subscription, secret = by.id_for("subscription"), self._strongbox.secret_for(by.command)
        begun = Subscription.make(subscription, made)
        position = await self.once(by, lambda: self.save(by, begun))
        sealed = self._closed(subscription, Receiver(url, (Secret(secret),)))
        await self._store.pool.execute(KEEP, subscription, by.establishment, sealed)
        return Made(subscription, secret, position)

    async def rotate(self, by: Provenance, id: UUID) -> Made:
        """Both secrets sign for a day. Raises NotFound, AlreadyEnded, RotationUnderWay."""
        now = self._now()
        until = now + BOTH_SECRETS
        position = await self.change(Subscription, id, lambda it: it.rotate(until, now), by)
        secret = self._strongbox.secret_for(by.command)
        if (known := await self.receiver_of(id)) and known.secrets[0].words != secret:
            before = Secret(known.secrets[0].words, until)
            receiver = Receiver(known.url, (Secret(secret), before))
            await self._store.pool.execute(CHANGE, id, self._closed(id, receiver))
        return Made(id, secret, position)

    async def pause(self, by: Provenance, id: UUID, *, unreachable: bool = False) -> Position:
        """Raises NotFound, AlreadyEnded."""
        return await self.change(Subscription, id, lambda it: it.pause(unreachable=unreachable), by)

    async def resume(self, by: Provenance, id: UUID) -> Position:
        """What waits is due now, also where it had not been paused. Raises as `pause` does."""
        position = await self.change(Subscription, id, Subscription.resume, by)
        await self._store.pool.execute(GO_ON, id, self._now())
        return position

    async def end(self, by: Provenance, id: UUID, *, gone: bool = False) -> Position:
        """What waits is dropped, and the secrets are forgotten. Raises NotFound."""
        position = await self.change(Subscription, id, lambda it: it.end(gone=gone), by)
        async with self._store.pool.acquire() as connection, connection.transaction():
            await connection.execute(DROP, id, self._now())
            await connection.execute(CHANGE, id, None)
        return position

    async def require_open(self, by: Provenance, id: UUID) -> None:
        """Raises NotFound, AlreadyEnded."""
        (await self.load(Subscription, id, by.establishment)).require_open()

    async def hearing(self, establishment: str, message: str) -> list[UUID]:
        """Those that are to get this message, though they be paused."""
        return [one.id for one in await self.all_of(establishment) if one.hears(message)]

    async def all_of(self, establishment: str) -> list[Subscription]:
        """In the order of their names, those that ended last."""
        rows = await self._store.pool.fetch(OF, establishment)
        found = [await self.load(Subscription, one, establishment) for (one,) in rows]
        return sorted(found, key=lambda one: (one.state == "ended", one.made.name, one.id))

    async def receiver_of(self, id: UUID) -> Receiver | None:
        """None where it has ended."""
        sealed = await self._store.pool.fetchval(SEALED, id)
        if sealed is None:
            return None
        return msgspec.json.decode(self._strongbox.open(id, sealed), type=Receiver)

    def _closed(self, id: UUID, receiver: Receiver) -> bytes:
        return self._strongbox.close(id, msgspec.json.encode(receiver))

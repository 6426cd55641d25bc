"""The log of deliveries, as it is looked at: what was sent to whom, when, and how it went."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.chassis.domain import NotFound
from services.chassis.store import Store
from services.directory.outside.sending import webhook_id
from services.directory.outside.subscription import SubscriptionState

COLUMNS = """
select number, subscription, position, o.id as message, name, state, tries, due, made, done,
    asked_by, (select outcome from attempts where delivery = d.number order by number desc limit 1)
    as outcome
from deliveries d join outgoing o using (establishment, position) where establishment = $1
"""
LIST = f"""{COLUMNS}
and ($2::uuid is null or subscription = $2) and ($3::text is null or state = $3)
and ($4::text is null or name = $4) and ($5::bigint is null or number < $5)
order by number desc limit $6
"""
ONE = f"{COLUMNS} and number = $2"
ATTEMPTS = "select number, at, milliseconds, outcome from attempts where delivery = $1 order by 1"
WAITING = """
select subscription, count(*) from deliveries
where establishment = $1 and state = 'waiting' group by subscription
"""

type DeliveryState = Literal["waiting", "delivered", "withheld", "dropped"]


class SubscriptionShown(BaseModel):
    """A receiver, without its address or secrets: those are shown once, or never."""

    id: UUID
    name: str
    host: str
    messages: list[str]
    source: str | None
    state: SubscriptionState
    unreachable: bool
    gone: bool
    since: datetime  # when it was last decided on
    rotating_until: datetime | None
    waiting: int


class AttemptShown(BaseModel):
    """`outcome`: the status that was answered, or what kept the receiver from answering."""

    number: int
    at: datetime
    milliseconds: int
    outcome: str


class DeliveryShown(BaseModel):
    """One message on its way to one receiver; no value of anybody stands in it."""

    number: int
    subscription: UUID
    position: int
    message: UUID
    name: str
    state: DeliveryState
    tries: int
    due: datetime | None
    made: datetime
    done: datetime | None
    asked_by: str | None
    outcome: str | None


class DeliveryTold(DeliveryShown):
    webhook_id: UUID
    attempts: list[AttemptShown]


class Deliveries:
    def __init__(self, store: Store) -> None:
        self._store = store

    async def list(
        self, establishment: str, subscription: UUID | None, state: DeliveryState | None,
        name: str | None, before: int | None, limit: int,
    ) -> list[DeliveryShown]:  # fmt: skip
        """The newest first; `before` is the last number of the page before."""
        asked = establishment, subscription, state, name, before, limit
        return [_shown(row) for row in await self._store.pool.fetch(LIST, *asked)]

    async def one(self, establishment: str, number: int) -> DeliveryTold:
        """With all its attempts. Raises NotFound."""
        row = await self._store.pool.fetchrow(ONE, establishment, number)
        if row is None:
            raise NotFound
        shown = _shown(row)
        rows = await self._store.pool.fetch(ATTEMPTS, number)
        return DeliveryTold(
            **shown.model_dump(),
            webhook_id=UUID(webhook_id(shown.message, shown.subscription)),
            attempts=[AttemptShown(**dict(one)) for one in rows],
        )

    async def waiting(self, establishment: str) -> dict[UUID, int]:
        """How many wait, by subscription."""
        return dict(map(tuple, await self._store.pool.fetch(WAITING, establishment)))


def _shown(row: object) -> DeliveryShown:
    said = dict(row)  # type: ignore[call-overload]
    held = said["due"].year == 9999 or said["state"] != "waiting"
    return DeliveryShown(**said | {"due": None if held else said["due"]})

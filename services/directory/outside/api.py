"""What HR and the office may ask of what goes out: receivers, their deliveries, and the feed."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from fastapi.responses import JSONResponse
from pydantic import Field

from contracts.outgoing import MessageName
from contracts.schedule import RetentionRule
from contracts.staff import Source
from contracts.terms import Title
from services.chassis.http import Body, By, decided
from services.directory.outside.feed import Feed, Feeding, Limit, Place, Wait
from services.directory.outside.outbox import Outbox
from services.directory.outside.retaining import Retaining
from services.directory.outside.shown import (
    Deliveries,
    DeliveryShown,
    DeliveryState,
    DeliveryTold,
    SubscriptionShown,
)
from services.directory.outside.subscription import Subscription
from services.directory.outside.subscriptions import Made, Subscriptions

type Number = Annotated[int, Field(ge=1, le=2**62)]


class NewSubscription(Body):
    """`source`: the source of HR whose keys of employees the receiver knows."""

    name: Title
    url: Annotated[str, Field(max_length=2_000)]
    messages: Annotated[tuple[MessageName, ...], Field(min_length=1, max_length=50)]
    source: Source | None = None


class Again(Body):
    """These positions of the feed, both included; a thousand deliveries at most."""

    first: Number
    last: Number


def outside_routes(
    subscriptions: Subscriptions, outbox: Outbox, deliveries: Deliveries, feeding: Feeding
) -> APIRouter:
    api = APIRouter(tags=["outside"])

    @api.get("/subscriptions")
    async def list_subscriptions(by: By) -> list[SubscriptionShown]:
        waiting = await deliveries.waiting(by.establishment)
        found = await subscriptions.all_of(by.establishment)
        return [_shown(one, waiting.get(one.id, 0)) for one in found]

    @api.post("/subscriptions", status_code=201, response_class=Response)
    async def make_subscription(body: NewSubscription, by: By) -> Response:
        return _once(await subscriptions.make(by, **dict(body)))

    @api.post("/subscriptions/{id}/secrets", status_code=201, response_class=Response)
    async def rotate_secret(id: UUID, by: By) -> Response:
        return _once(await subscriptions.rotate(by, id))

    @api.post("/subscriptions/{id}/pause", status_code=204, response_class=Response)
    async def pause_subscription(id: UUID, by: By) -> Response:
        return decided(await subscriptions.pause(by, id))

    @api.post("/subscriptions/{id}/resumption", status_code=204, response_class=Response)
    async def resume_subscription(id: UUID, by: By) -> Response:
        position = await subscriptions.resume(by, id)
        outbox.posted.ring()
        return decided(position)

    @api.post("/subscriptions/{id}/end", status_code=204, response_class=Response)
    async def end_subscription(id: UUID, by: By) -> Response:
        return decided(await subscriptions.end(by, id))

    @api.post("/subscriptions/{id}/replays", status_code=201)
    async def replay_deliveries(id: UUID, body: Again, by: By) -> dict[str, int]:
        await subscriptions.require_open(by, id)
        home = by.establishment
        positions = await outbox.positions_between(home, id, body.first, body.last)
        return {"deliveries": len(await outbox.deliver_again(by, id, positions))}

    @api.get("/deliveries")
    async def list_deliveries(
        by: By,
        subscription: UUID | None = None,
        state: DeliveryState | None = None,
        message: MessageName | None = None,
        before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> list[DeliveryShown]:
        return await deliveries.list(by.establishment, subscription, state, message, before, limit)

    @api.get("/deliveries/{number}")
    async def show_delivery(number: Number, by: By) -> DeliveryTold:
        return await deliveries.one(by.establishment, number)

    @api.post("/deliveries/{number}/replay", status_code=201)
    async def replay_delivery(number: Number, by: By) -> dict[str, int]:
        before = await deliveries.one(by.establishment, number)
        await subscriptions.require_open(by, before.subscription)
        [again] = await outbox.deliver_again(by, before.subscription, [before.position])
        return {"number": again}

    @api.get("/feed")
    async def read_feed(
        by: By, after: Place = 0, limit: Limit = 100, wait: Wait = 0, source: Source | None = None
    ) -> Feed:
        return await feeding.read(by.establishment, source, after, limit, wait)

    return api


def retention_routes(retaining: Retaining) -> APIRouter:
    api = APIRouter(tags=["outside"])

    @api.get("/retention")
    async def show_retention(by: By) -> list[RetentionRule]:
        """How long what went out, and what lies aside, is kept here."""
        return list((await retaining.rules(by.establishment)).values())

    @api.post("/retention", status_code=204, response_class=Response)
    async def decide_retention(rule: RetentionRule, by: By) -> None:
        await retaining.decide(by, rule)

    return api


def _once(made: Made) -> Response:
    """A secret is shown here, and nowhere else."""
    answer = JSONResponse({"id": str(made.id), "secret": made.secret}, status_code=201)
    answer.headers.update({"Tandem-Position": str(made.position), "Cache-Control": "no-store"})
    return answer


def _shown(one: Subscription, waiting: int) -> SubscriptionShown:
    return SubscriptionShown(
        id=one.id,
        name=one.made.name,
        host=one.made.host,
        messages=list(one.made.messages),
        source=one.made.source,
        state=one.state,
        unreachable=one.unreachable,
        gone=one.gone,
        since=one.modified_on,
        rotating_until=one.rotating_until,
        waiting=waiting,
    )

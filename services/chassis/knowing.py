"""Which facts a service has written, asked by whoever keeps something for them."""

from __future__ import annotations

import json
from collections.abc import Collection
from uuid import UUID

import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

from services.chassis.store import Store

AT_ONCE = 1_000  # ids: the question stays well under what NATS carries
PATIENCE = 5.0  # seconds

KNOWN = "select id from events where id = any($1::uuid[]) and establishment = $2"


async def answer_known(store: Store, client: Client) -> None:
    """Say from now on which facts are in the store; one process of the service answers.

    A store that lacks facts which others have says nothing: what it does not know may be true.
    """

    async def say(request: Msg) -> None:
        if store.is_behind:
            return
        asked = json.loads(request.data)
        rows = await store.pool.fetch(KNOWN, asked["ids"], asked["establishment"])
        await request.respond(json.dumps([str(one) for (one,) in rows]).encode())

    await client.subscribe(f"known.{store.service}", queue=store.service, cb=say)


async def ask_known(
    client: Client, service: str, establishment: str, ids: Collection[UUID]
) -> set[UUID] | None:
    """Those of these facts that the service has written; None where it does not say.

    At most AT_ONCE ids; none of another establishment is known.
    """
    said = {"establishment": establishment, "ids": [str(one) for one in ids]}
    try:
        answer = await client.request(
            f"known.{service}", json.dumps(said).encode(), timeout=PATIENCE
        )
    except nats.errors.Error:
        return None
    return {UUID(one) for one in json.loads(answer.data)}

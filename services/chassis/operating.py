"""How a deciding service is doing, and what to do about what it could not hear."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from nats.errors import Error as NatsError

from services.chassis.domain import NotFound, Refusal
from services.chassis.ears import Ear
from services.chassis.hearing import Listener
from services.chassis.http import Body, By
from services.chassis.jetstream import connection
from services.chassis.losing import losses
from services.chassis.relay import status
from services.chassis.settings import Settings
from services.chassis.store import Store
from services.chassis.wal import leaving

PATIENCE = 2.0  # seconds; whoever looks why NATS is away is not made to wait for it


class StillFails(Refusal):
    """It still cannot be heard, for the reason that is shown."""

    french = "Cela échoue encore, pour la raison affichée."


class Parked(Body):
    """A fact that could not be heard; `blocks`: what follows in its stream waits behind it."""

    listener: str
    position: int
    stream: UUID | None
    blocks: bool
    why: str
    since: str


def operating(store: Store, settings: Settings, listener: Listener | None = None) -> APIRouter:
    """Routes for whoever looks after the platform; no fact's content leaves by them."""
    api = APIRouter(tags=["operations"])
    parked = store.quarantined

    @api.get("/status")
    async def standing(_: By) -> dict[str, Any]:
        ears = listener.ears.values() if listener else ()
        return await flow() | {
            "unsure": store.reach.unsure,
            "lost": await losses(store),
            "wal": (await leaving(store.pool))._asdict(),
            "listeners": [await heard(one) for one in ears],
        }

    async def flow() -> dict[str, Any]:
        try:
            async with asyncio.timeout(PATIENCE), connection(settings.nats_url) as client:
                return await status(store, client)
        except (TimeoutError, OSError, NatsError):
            return await status(store, None)

    async def heard(ear: Ear) -> dict[str, Any]:
        """How far a source has been heard by any process, and how often this one tries the next."""
        place = await store.place_of(ear.name)
        return {"source": ear.source, "position": place, "tries": ear.tries}

    @api.get("/quarantine")
    async def quarantine(_: By) -> list[Parked]:
        return [
            Parked(
                listener=one.listener,
                position=one.position,
                stream=one.stream,
                blocks=one.blocks_stream,
                why=one.why,
                since=one.since.isoformat(),
            )
            for one in await parked()
        ]

    @api.post("/quarantine/{ear}/{position}/retry", status_code=204, response_class=Response)
    async def retry(ear: str, position: int, _: By) -> None:
        if not any(one.listener == ear and one.position == position for one in await parked()):
            raise NotFound
        assert listener is not None  # nobody else parks anything
        if not await listener.replay_parked(ear, position):
            raise StillFails

    return api

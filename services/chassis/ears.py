"""What a listener understands of one service, and on whose behalf it then acts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import msgspec

from contracts.envelope import KNOWN, Envelope, Fact
from services.chassis.appending import Heard
from services.chassis.consuming import Consumer
from services.chassis.deciding import Provenance
from services.chassis.domain import UnknownFact

type Handler = Callable[[Any, UUID, Provenance], Awaitable[object]]

CHANGES = "FactAnnulled", "FactCorrected"
LATE = timedelta(minutes=5)


class Corrected(NamedTuple):
    """What was said first, what counts in its place, and since when if that was wrong."""

    was: Fact
    now: Fact
    time: datetime | None = None


class _Hearing(NamedTuple):
    handle: Handler
    imported: bool


class _About(msgspec.Struct):
    of: str = ""


class _Glance(msgspec.Struct):
    """Enough of a fact to pass it over."""

    type: str
    data: _About
    channel: str | None = None


_glance = msgspec.json.Decoder(_Glance)


@dataclass(slots=True)
class Ear:
    """What a listener hears of one service, where it is, and how often it has tried the next."""

    consumer: Consumer
    busy: asyncio.Lock = field(default_factory=asyncio.Lock)
    place: int = 0
    tries: int = 0
    waits: int = 0
    _rests_until: float = 0.0
    _hearings: dict[tuple[str, str], _Hearing] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return f"{self.consumer.reader}-{self.consumer.service}"

    @property
    def source(self) -> str:
        return self.consumer.service

    def register(self, fact: type[Fact], change: str, imported: bool, handle: Handler) -> None:
        self._hearings[change, fact.type] = _Hearing(handle, imported)

    def rest(self, pause: float) -> float:
        self._rests_until = time.monotonic() + pause
        return pause

    def still_resting(self) -> float:
        """How many seconds are left of a pause."""
        return max(0.0, self._rests_until - time.monotonic())

    def concerns(self, body: bytes) -> bool:
        """Whether this is to be looked at closely: all that we handle, and all we cannot read."""
        try:
            seen = _glance.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return True
        found = self._find(seen.type, seen.data.of)
        return found is not None and (found.imported or seen.channel != "import")

    def understood(self, envelope: Envelope) -> tuple[Handler, object] | None:
        """Who handles this, and what it says. Raises UnknownFact for a later version of it."""
        change, data = _change(envelope.type), envelope.data
        found = self._find(envelope.type, str(data.get("of", "")))
        if not found:
            return None
        if not change:
            return found.handle, envelope.fact()
        read = KNOWN[data["of"]].model_validate
        if change == "FactAnnulled":
            return found.handle, read(data["data"])
        time = datetime.fromisoformat(data["time"]) if data.get("time") else None
        return found.handle, Corrected(read(data["was"]), read(data["data"]), time)

    def _find(self, type: str, of: str) -> _Hearing | None:
        """A new version of a fact that we handle is never passed over."""
        change = _change(type)
        about = of if change else type
        found = self._hearings.get((change, about))
        if found is None or (change and not type.endswith(".v1")):
            name, _, version = about.rpartition(".v")
            for one, handled in self._hearings:
                known, _, highest = handled.rpartition(".v")
                if (one, known) == (change, name) and int(version) > int(highest):
                    raise UnknownFact(about)
        return found


def _change(type: str) -> str:
    name = type.split(".")[1]
    return name if name in CHANGES else ""


def on_behalf_of(service: str, cause: Envelope, ear: str, heard: Heard | None) -> Provenance:
    """Its own time is now; only where the cause was dated back, the effect happened then too."""
    dated_back = cause.recordedtime is not None and cause.recordedtime - cause.time > LATE
    return Provenance(
        establishment=cause.establishment,
        actor=f"service:{service}",
        channel="fact",
        time=cause.time if dated_back else None,
        precision=cause.precision if dated_back else None,
        command=uuid5(cause.id, ear),
        correlation=cause.correlationid,
        causation=cause.id,
        causationsource=cause.source,
        undoes=UUID(cause.data["fact"]) if _change(cause.type) else None,
        heard=heard,
    )

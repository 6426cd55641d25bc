"""The course of an act through all services, from the click to the page that shows it.

Nothing travels with a fact for it: its correlation is the trace it belongs to, and its id names the
span that appended it. Who carries, hears, enters or shows it later reads both in its bytes.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from uuid import UUID, uuid4

import msgspec

from contracts.envelope import Envelope

HEADER = "traceparent"  # W3C Trace Context, 3.2
PARENT = re.compile(r"00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}")
RANDOM = (1 << 56) - 1  # the bits of a trace id that are random (W3C Trace Context 2, 3.2.2.3)
CROWD = 32  # of a batch, so many are told of one by one
LATE = timedelta(minutes=5)  # what is caught up with later is no part of what happened then


@dataclass(slots=True)
class Act:
    """Something a service does (a span), in the course of what it belongs to (a trace)."""

    service: str
    name: str
    kind: str  # server, producer, consumer or internal
    trace: UUID
    parent: int = 0  # the span it comes of; 0: it comes of nothing
    span: int = field(default_factory=lambda: random.getrandbits(64) or 1)
    began: int = field(default_factory=time.time_ns)
    ended: int = 0
    failed: str = ""  # the kind of trouble; never its words
    said: dict[str, str | int] = field(default_factory=dict)  # of these, each has few values


class _Glance(msgspec.Struct):
    """Enough of a fact to know where it belongs."""

    id: UUID
    type: str
    correlationid: UUID
    recordedtime: datetime


type Sink = Callable[[Act], None]

_glance = msgspec.json.Decoder(_Glance)
_here: ContextVar[Act | None] = ContextVar("act", default=None)
home: ContextVar[str] = ContextVar("service", default="")  # whose work goes on beside requests
_sink: Sink | None = None
_share = 0.0


@asynccontextmanager
async def traced(address: str | None, share: float) -> AsyncIterator[None]:
    """Send spans there while this lasts: OTLP over HTTP. Without an address, nothing is done.

    `share`, from 0 to 1, of all traces; the same ones in every process that has the same share.
    """
    global _sink, _share
    if not address:
        yield
        return
    from services.chassis.otlp import Exporter  # half a second, for who asked for it

    exporter = Exporter(address)
    _sink, _share = exporter.tell, share
    try:
        yield
    finally:
        _sink = None
        await exporter.close()


def here() -> Act | None:
    """What is being done now, if it is known."""
    return _here.get()


def correlation() -> UUID | None:
    """What the facts that are decided now have in common."""
    act = _here.get()
    return act.trace if act else None


def onwards() -> dict[str, str]:
    """The header that says to another of our services what its work belongs to."""
    act = _here.get()
    if act is None:
        return {}
    return {HEADER: f"00-{act.trace.hex}-{act.span:016x}-{_is_chosen(act.trace):02x}"}


def asked(service: str, header: str) -> Act:
    """A request as it begins: in the course that the caller names, or one of its own."""
    if found := PARENT.fullmatch(header):
        return Act(service, "", "server", UUID(found[1]), int(found[2], 16))
    return Act(service, "", "server", uuid4())


def heard_by(service: str, fact: Envelope) -> Act:
    """A listener's work, which comes of the fact it heard."""
    return Act(service, f"hear {fact.type}", "consumer", fact.correlationid, span_of(fact.id))


@contextmanager
def doing(act: Act) -> Iterator[Act]:
    """What is done meanwhile belongs to this."""
    before = _here.set(act)
    try:
        yield act
    except BaseException as error:
        act.failed = act.failed or type(error).__name__
        raise
    finally:
        _here.reset(before)
        _tell(act)


def appended(service: str, facts: Collection[Envelope], began: int) -> None:
    """These facts are stored, since that moment (nanoseconds since 1970)."""
    if _sink is None:
        return
    act = _here.get()
    for fact in islice(facts, CROWD):
        within = act.span if act and act.trace == fact.correlationid else 0
        name, span = f"append {fact.type}", span_of(fact.id)
        _tell(Act(service, name, "producer", fact.correlationid, within, span, began))


def passed(service: str, station: str, facts: Iterable[bytes], began: int) -> None:
    """These facts have come through here, since that moment (nanoseconds since 1970)."""
    if _sink is None:
        return
    recent = datetime.now(UTC) - LATE
    for body in islice(facts, CROWD):
        try:
            fact = _glance.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        if fact.recordedtime > recent:
            name, comes_of = f"{station} {fact.type}", span_of(fact.id)
            _tell(Act(service, name, "internal", fact.correlationid, comes_of, began=began))


def span_of(fact: UUID) -> int:
    """Of the append of this fact. Ids are digests: any half of one is as good as random."""
    return fact.int >> 64


def _is_chosen(trace: UUID) -> bool:
    """Decided by the trace alone, so that whoever sees any part of it decides alike."""
    return _sink is not None and (trace.int & RANDOM) < _share * (RANDOM + 1)


def _tell(act: Act) -> None:
    if _sink is not None and _is_chosen(act.trace):
        act.ended = act.ended or time.time_ns()
        _sink(act)

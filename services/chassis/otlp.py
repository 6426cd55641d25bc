"""Sends spans to an OpenTelemetry collector (OTLP 1.x over HTTP), beside the event loop.

Imported only where traces are asked for: `tracing` is what the rest knows.
"""

from __future__ import annotations

import asyncio
from functools import cache

import requests
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.id_generator import IdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import (
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    Tracer,
    set_span_in_context,
)

from services.chassis.tracing import Act

SAMPLED = TraceFlags(TraceFlags.SAMPLED)


class _Given(IdGenerator):
    """Ids are not made here: they come of the facts."""

    trace = span = 1

    def generate_trace_id(self) -> int:
        return self.trace

    def generate_span_id(self) -> int:
        return self.span


class Exporter:
    """What cannot be sent, or comes faster than it is sent, is let go: no work waits for it."""

    def __init__(self, address: str) -> None:
        """`address` is the collector's whole URL, as `http://collector:4318/v1/traces`."""
        session = requests.Session()
        session.trust_env = False  # a proxy of the surroundings is not for our own collector
        self._batches = BatchSpanProcessor(OTLPSpanExporter(address, timeout=5, session=session))
        self._ids = _Given()
        self._tracer = cache(self._tracer_of)

    def tell(self, act: Act) -> None:
        """Send a span that has ended, soon."""
        self._ids.trace, self._ids.span = act.trace.int, act.span
        context = Context()
        if act.parent:
            parent = SpanContext(act.trace.int, act.parent, is_remote=True, trace_flags=SAMPLED)
            context = set_span_in_context(NonRecordingSpan(parent), context)
        span = self._tracer(act.service).start_span(
            act.name, context, SpanKind[act.kind.upper()], act.said, start_time=act.began
        )
        if act.failed:
            span.set_status(Status(StatusCode.ERROR, act.failed))
        span.end(act.ended)

    async def close(self) -> None:
        """Send what is left, for as long as one request may take."""
        await asyncio.to_thread(self._batches.shutdown)

    def _tracer_of(self, service: str) -> Tracer:
        said = {"service.name": service, "service.namespace": "tandem"}
        provider = TracerProvider(
            ALWAYS_ON, Resource(said), shutdown_on_exit=False, id_generator=self._ids
        )
        provider.add_span_processor(self._batches)
        return provider.get_tracer("tandem")

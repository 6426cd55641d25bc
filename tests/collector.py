"""A collector of OpenTelemetry: receives OTLP over HTTP as any would, and keeps what it got."""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import NamedTuple

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Span(NamedTuple):
    """What a collector reads of one span; ids in hex, `parent` empty at a root."""

    service: str
    name: str
    trace: str
    id: str
    parent: str
    kind: int
    failed: str
    said: dict[str, str | int]
    seconds: float


class Collector:
    """`received` holds the very bytes; spans are read out of them."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.received: list[bytes] = []

    @property
    def spans(self) -> list[Span]:
        return [span for body in self.received for span in _read(body)]


@contextmanager
def collecting() -> Iterator[Collector]:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            known = self.path == "/v1/traces"
            if known:
                collector.received.append(body)
            self.send_response(200 if known else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Door) as server:
        collector = Collector(f"http://127.0.0.1:{server.server_port}/v1/traces")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield collector
        finally:
            server.shutdown()
            thread.join()


def _read(body: bytes) -> Iterator[Span]:
    asked = ExportTraceServiceRequest()
    asked.ParseFromString(body)
    for resource in asked.resource_spans:
        names = {one.key: one.value.string_value for one in resource.resource.attributes}
        for span in (span for scope in resource.scope_spans for span in scope.spans):
            yield Span(
                names["service.name"],
                span.name,
                span.trace_id.hex(),
                span.span_id.hex(),
                span.parent_span_id.hex(),
                span.kind,
                span.status.message,
                {one.key: one.value.int_value or one.value.string_value for one in span.attributes},
                (span.end_time_unix_nano - span.start_time_unix_nano) / 1e9,
            )

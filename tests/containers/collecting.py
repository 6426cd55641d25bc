"""Runs in a container of its own: says in its log, as it came, every span that it is sent."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Collector(BaseHTTPRequestHandler):
    """Takes whatever is posted."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        print(self.path, body, flush=True)  # noqa: T201 - this is the log
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing beside what came."""


if __name__ == "__main__":
    ThreadingHTTPServer(("", 4318), Collector).serve_forever()

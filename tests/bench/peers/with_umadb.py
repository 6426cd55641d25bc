"""UmaDB: the server that its wheel carries, and its client; a thread a caller."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from umadb import (  # type: ignore[import-not-found]
    AppendCondition,
    Client,
    Event,
    Query,
    QueryItem,
)

from tests.bench.peers.driving import Said, Work, answer, by_threads, errands, rate, words


def noted(stream: UUID) -> Any:
    said = {"id": str(stream), "minutes": 5, "words": words(73)}
    data = json.dumps(said).encode()
    return Event("Noted", data, tags=[str(stream)], uuid=uuid4())


def of(stream: UUID) -> Any:
    """Refuses what somebody else has begun meanwhile."""
    return AppendCondition(Query([QueryItem(types=["Noted"], tags=[str(stream)])]))


def new() -> tuple[Any, Any]:
    stream = uuid4()
    return noted(stream), of(stream)


class Peer:
    """What it is asked to do, and its server."""

    def open(self, folder: str, preload: str) -> dict[str, str]:
        place = Path(folder) / "umadb"
        place.mkdir()
        with socket.create_server(("127.0.0.1", 0)) as free:
            at = f"127.0.0.1:{free.getsockname()[1]}"
        with (place / "log").open("w") as log:
            self.server = subprocess.Popen(
                [Path(sys.executable).with_name("umadb"), "--listen", at, "--db-path", place],
                env=os.environ | ({"LD_PRELOAD": preload} if preload else {}),
                stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        self.client = connected(f"http://{at}")
        self.append = by_threads(Work(new, self.one))
        return {"kept": str(len(noted(uuid4()).data))}

    def one(self, given: tuple[Any, Any]) -> None:
        event, condition = given
        self.client.append([event], condition)

    def fill(self, events: int) -> int:
        for some in errands(events):
            self.client.append([noted(one) for one, versions in some for _ in versions])
        return events

    def read(self) -> Said:
        began = time.perf_counter()
        return rate(sum(1 for _ in self.client.read()), began)

    def end(self) -> None:
        self.server.terminate()
        self.server.wait()


def connected(url: str) -> Any:
    for _ in range(100):
        try:
            client = Client(url)
            client.head()
        except Exception:
            time.sleep(0.1)
        else:
            return client
    raise TimeoutError(url)


if __name__ == "__main__":
    peer = Peer()
    try:
        answer(peer)
    finally:
        peer.end()

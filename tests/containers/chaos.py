"""`make chaos`: parts of the stack fail under load, and a table says what that cost.

`TANDEM_SEED` picks the same victims again, `TANDEM_FAULTS` how many of each kind, `TANDEM_ONLY` the
rows that have these words in their name; none begins after `TANDEM_MINUTES`. Only containers,
networks and volumes of a project of its own are touched.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from services.chassis.keys import hand_out
from services.provisioning import DECIDING, SERVICES
from tests.containers import faults, standing_in, turns
from tests.containers.knocking import Visitor
from tests.containers.stack import Stack
from tests.containers.telling import figures, table
from tests.containers.undergoing import Undergone, undergo
from tests.containers.weak import Weaknesses, weaknesses
from tests.system.test_up import free_port

HOME = "institut-essai"
OVER = "deploy/chaos/compose.yml"
MINUTE = 60.0


def main() -> int:
    seed = os.environ.get("TANDEM_SEED") or str(time.time_ns())
    only = os.environ.get("TANDEM_ONLY", "")
    end = time.monotonic() + MINUTE * float(os.environ.get("TANDEM_MINUTES", "60"))
    rows, ever = list[Undergone](), dict[str, int]()
    with (
        rehearsed() as (stack, weak),
        Visitor((stack.home, stack.next_door), HOME) as visitor,
    ):
        at_rest, known = figures(stack), stack.settle(HOME)
        visitor.come_in()
        try:
            for fault in _faults(random.Random(seed), weak):
                if only in fault.name and time.monotonic() < end:
                    rows.append(undergo(stack, known, visitor, fault, HOME, ever))
                    Console(stderr=True, width=180).print(rows[-1], rows[-1].found, rows[-1].odd)
        finally:  # what was found until then is told, whatever happened to the next
            Console(width=250).print(table(rows, f"TANDEM_SEED={seed}"), at_rest)
    return int(not all(row.is_whole for row in rows))


@contextmanager
def rehearsed() -> Iterator[tuple[Stack, Weaknesses]]:
    """A stack on small disks of its own, until the block ends."""
    with weaknesses() as weak:
        keys = weak.folder / "keys"
        hand_out(keys, SERVICES, DECIDING, ("prometheus", "grafana"))
        port = _two_ports()
        told = {"TANDEM_CHAOS": str(weak.folder), "TANDEM_LAST_PORT": str(port + 1)}
        stack = Stack(keys, port, OVER, **told)
        with stack.up():
            yield stack, weak
        later = f"tandem:{turns.release_of(stack)}"
        subprocess.run(("docker", "image", "rm", later), capture_output=True)


def _faults(chance: random.Random, weak: Weaknesses) -> Iterator[faults.Fault]:
    count = int(os.environ.get("TANDEM_FAULTS", "4"))
    yield from faults.kills(chance, count)
    yield from faults.restarts()
    yield faults.lost_volume(weak)
    yield from faults.cuts(chance, count, MINUTE)
    yield faults.slow_database(weak, MINUTE / 2)
    for disk in ("postgres", "nats"):
        yield faults.full_disk(weak, disk, MINUTE / 2)
    yield turns.put_back(wiped=False)
    yield turns.put_back(wiped=True)
    yield standing_in.failover(MINUTE / 4)  # from here on another server is PostgreSQL
    yield standing_in.lost_everywhere(MINUTE / 4)
    for hours in (1, -1):
        yield faults.wrong_clock(weak, hours, MINUTE / 2)
    yield turns.upgrade()
    yield from faults.replicas(chance, min(count, 2))


def _two_ports() -> int:
    """The first of two that are free and next to each other."""
    while True:
        port = free_port()
        if port + 1 < 65536 and _is_free(port + 1):
            return port


def _is_free(port: int) -> bool:
    import socket

    with socket.socket() as door:
        return door.connect_ex(("127.0.0.1", port)) != 0


if __name__ == "__main__":
    sys.exit(main())

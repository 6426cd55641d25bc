"""`make chaos`: parts of the stack die under load, and a table says what that cost.

`TANDEM_SEED` picks the same victims again, `TANDEM_FAULTS` how many are killed. Only containers and
volumes of a project of its own are touched.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from rich.console import Console
from rich.table import Table

from services.chassis.keys import hand_out
from services.provisioning import DECIDING, SERVICES
from tests.containers.stack import ROOT, Stack
from tests.system.test_up import free_port

HOME = "institut-essai"
BEFORE, LOAD, PATIENCE = 4.0, 15.0, 180.0  # seconds
KILLED = (*SERVICES, "postgres", "postgres-vault", "nats")
LOADING = (ROOT / "tests/containers/loading.py").read_text()
COLUMNS = ("fault", "sent", "acknowledged", "lost", "doubled", "in the view", "aside",
           "longest silence", "to recover")  # fmt: skip


class Fault(NamedTuple):
    """What is done to the stack, and how it is called in the table."""

    name: str
    strike: Callable[[Stack], object]


def main() -> int:
    seed = os.environ.get("TANDEM_SEED") or str(time.time_ns())
    with tempfile.TemporaryDirectory(prefix="tandem-chaos-") as folder:
        keys = Path(folder) / "keys"
        hand_out(keys, SERVICES, DECIDING, ("prometheus", "grafana"))
        with Stack(keys, free_port()).up() as stack:
            known = stack.settle(HOME)
            lived = [_lived(stack, known, fault) for fault in _faults(random.Random(seed))]
    table = Table(*COLUMNS, title=f"TANDEM_SEED={seed}")
    for row in lived:
        table.add_row(*(str(row[column]) for column in COLUMNS))
    Console(width=140).print(table)
    return int(not all(map(_is_whole, lived)))


def _faults(chance: random.Random) -> Iterator[Fault]:
    count = min(int(os.environ.get("TANDEM_FAULTS", "4")), len(KILLED))
    for name in chance.sample(KILLED, count):
        yield Fault(f"kill -9 {name}", partial(_kill, service=name))
    for name in ("postgres", "nats"):
        yield Fault(f"restart {name}", partial(_restart, service=name))
    yield Fault("NATS loses its volume", _wipe)


def _kill(stack: Stack, service: str) -> None:
    """As the machine would: an engine that is asked to kill does not start it again."""
    container = stack.said("ps", "-q", service).strip()
    told = ("docker", "inspect", "--format", "{{.State.Pid}}", container)
    pid = int(subprocess.run(told, capture_output=True, text=True, check=True).stdout)
    os.kill(pid, signal.SIGKILL)


def _restart(stack: Stack, service: str) -> None:
    stack.said("restart", service)


def _wipe(stack: Stack) -> None:
    stack.said("rm", "--stop", "--force", "nats")
    subprocess.run(("docker", "volume", "rm", f"{stack.project}_nats"), check=True)
    stack.said("up", "--detach", "--no-deps", "--no-build", "nats")


def _lived(stack: Stack, known: Mapping[str, str], fault: Fault) -> dict[str, Any]:
    """One fault in the middle of a load, and what is found once all is quiet again."""
    with _loading(known) as load:
        time.sleep(BEFORE)
        struck = time.monotonic()
        fault.strike(stack)
        told = json.loads(load.communicate(timeout=LOAD + PATIENCE)[0])
    shown = _until_whole(stack, told["acknowledged"])
    return {
        "fault": fault.name,
        "sent": told["sent"],
        "acknowledged": len(told["acknowledged"]),
        **shown,
        "longest silence": f"{told['silence']:.1f} s",
        "to recover": f"{time.monotonic() - struck:.0f} s",
    }


@contextmanager
def _loading(known: Mapping[str, str]) -> Iterator[subprocess.Popen[str]]:
    """Requests are drafted in the operator's container, whose output says which."""
    said = ("-c", LOADING, HOME, known["department"], known["staff"], str(LOAD))
    command = ("docker", "compose", "run", "--rm", "-T", "--entrypoint", "python", "tandem", *said)
    load = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert load.stdout
        assert load.stdout.readline() == "begun\n"
        yield load
    finally:
        load.kill()
        load.wait()


def _until_whole(stack: Stack, acknowledged: list[str]) -> dict[str, Any]:
    """What is missing or twice in the ledger, and in the view, when it no longer changes."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = _found(stack, acknowledged)
        if _is_whole(found) or time.monotonic() > deadline:
            return found
        time.sleep(2)


def _is_whole(found: Mapping[str, Any]) -> bool:
    return found["in the view"] == "all" and not any(
        found[what] for what in ("lost", "doubled", "aside")
    )


def _found(stack: Stack, acknowledged: list[str]) -> dict[str, Any]:
    looking = (ROOT / "tests/containers/looking.py").read_text()
    script = ("run", "--rm", "-T", "--entrypoint", "python", "tandem", "-c", looking, HOME)
    try:
        told = json.loads(stack.said(*script))
    except AssertionError:  # what would answer is on its way
        return {"lost": len(acknowledged), "doubled": 0, "in the view": "none", "aside": 0}
    drafted, viewed = Counter(told["drafted"]), set(told["viewed"])
    unseen = [one for one in acknowledged if one not in viewed]
    return {
        "lost": sum(one not in drafted for one in acknowledged) + told["missing"],
        "doubled": sum(count - 1 for count in drafted.values()),
        "in the view": f"all but {len(unseen)}" if unseen else "all",
        "aside": told["quarantine"],
    }


if __name__ == "__main__":
    sys.exit(main())

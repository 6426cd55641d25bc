"""What befalls the stack in a rehearsal, and how it ends: each fault by itself."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any, NamedTuple

from services.provisioning import SERVICES
from tests.containers.stack import Stack, heard
from tests.containers.weak import Weaknesses

KILLED = (*SERVICES, "postgres", "postgres-vault", "nats")
# Two that talk to each other, and not the load's own way in.
CUT = (("intake", "postgres"), ("intake", "nats"), ("intake", "vault"), ("portal", "intake"),
       ("portal", "postgres"), ("portal", "insights"), ("insights", "postgres"),
       ("ledger", "nats"), ("ledger", "postgres"), ("vault", "postgres-vault"))  # fmt: skip
HOUR = 3600.0  # a clock so wrong takes what the others sign for too old, or too new
SLOW = 0.5  # seconds for each sync


class Fault(NamedTuple):
    """What is done to the stack, for how many seconds, and what ends it; and its name in the
    table. `shuts`: nobody can knock at the portal meanwhile. `dooms`: whether what was acknowledged
    at this moment, at this position, is lost everywhere. `tells`: how much it was, once it is over.
    """

    name: str
    strike: Callable[[Stack], object]
    mend: Callable[[Stack], object] = lambda _: None
    lasting: float = 0
    shuts: bool = False
    dooms: Callable[[float, int], bool] | None = None
    tells: Callable[[], str] = str


def kills(chance: random.Random, count: int) -> Iterator[Fault]:
    for name in chance.sample(KILLED, min(count, len(KILLED))):
        yield Fault(f"kill -9 {name}", partial(kill, service=name), shuts=name == "portal")


def restarts() -> Iterator[Fault]:
    for name in ("postgres", "nats"):
        yield Fault(f"restart {name}", partial(_restart, name=name))


def _restart(stack: Stack, name: str) -> None:
    stack.said("restart", name)


def lost_volume(weak: Weaknesses) -> Fault:
    return Fault("NATS loses its volume", partial(_wipe, weak=weak))


def cuts(chance: random.Random, count: int, lasting: float) -> Iterator[Fault]:
    for one, other in chance.sample(CUT, min(count, len(CUT))):
        yield cut(one, other, lasting)


def cut(one: str, other: str, lasting: float) -> Fault:
    name = f"no network {one} – {other}, {lasting:.0f} s"
    return Fault(name, partial(drop, one=one, other=other), partial(join, one=one), lasting)


def full_disk(weak: Weaknesses, disk: str, lasting: float) -> Fault:
    return Fault(
        f"full disk of {disk}, {lasting:.0f} s",
        lambda _: weak.fill(disk),
        lambda _: weak.make_room(disk),
        lasting,
    )


def wrong_clock(weak: Weaknesses, hours: int, lasting: float) -> Fault:
    return Fault(
        f"clock of intake {hours:+d} h, {lasting:.0f} s",
        lambda _: weak.tell("intake", clock=hours * HOUR),
        lambda _: weak.tell("intake"),
        lasting,
    )


def slow_database(weak: Weaknesses, lasting: float) -> Fault:
    return Fault(
        f"postgres syncs in {SLOW} s, {lasting:.0f} s",
        lambda _: weak.tell("postgres", sync=SLOW),
        lambda _: weak.tell("postgres"),
        lasting,
    )


def replicas(chance: random.Random, count: int) -> Iterator[Fault]:
    """Two of each service come, some of them are killed, and the second ones go again."""
    yield Fault("two of every service", partial(scale, services=SERVICES, to=2))
    for name in chance.sample(SERVICES, count):
        yield Fault(f"kill -9 one of two {name}", partial(kill, service=name, which=1))
    yield Fault("one of every service again", partial(scale, services=SERVICES, to=1), shuts=True)


def kill(stack: Stack, service: str, which: int = 0) -> None:
    """As the machine would: an engine that is asked to kill does not start it again."""
    os.kill(pid_of(stack.inspected(service)[which]), signal.SIGKILL)


def pid_of(container: dict[str, Any]) -> int:
    return int(container["State"]["Pid"])


def _wipe(stack: Stack, weak: Weaknesses) -> None:
    stack.said("rm", "--stop", "--force", "nats")
    subprocess.run(("docker", "volume", "rm", f"{stack.project}_nats"), check=True)
    shutil.rmtree(weak.folder / "nats/data")
    (weak.folder / "nats/data").mkdir()
    stack.said("up", "--detach", "--no-deps", "--no-build", "nats")


def drop(stack: Stack, one: str, other: str) -> None:
    """Packets between the two are lost on their way: neither hears that a connection ended."""
    _between(stack, one, other, "-j", "DROP")


def refuse(stack: Stack, one: str, other: str) -> None:
    """Both hear at once that it ended, and nothing that was under way comes later."""
    _between(stack, one, other, "-p", "tcp", "-j", "REJECT", "--reject-with", "tcp-reset")


def _between(stack: Stack, one: str, other: str, *fate: str) -> None:
    networks = [it["NetworkSettings"]["Networks"].values() for it in stack.inspected(other)]
    addresses = [network["IPAddress"] for some in networks for network in some]
    for address in filter(None, addresses):
        for way in (("INPUT", "-s"), ("OUTPUT", "-d")):
            _filter(stack, one, "-A", *way, address, *fate)


def join(stack: Stack, one: str) -> None:
    """Whatever was cut from it is within reach again."""
    _filter(stack, one, "-F")


def _filter(stack: Stack, service: str, *words: str) -> None:
    for container in stack.inspected(service):
        heard("nsenter", "-t", str(pid_of(container)), "-n", "iptables", "-w", *words)


def scale(stack: Stack, services: Sequence[str], to: int) -> None:
    """So many of each, and those that are there stay as they are."""
    wanted = (f"--scale={service}={to}" for service in services)
    stack.said("up", "--detach", "--wait", "--no-deps", "--no-recreate", "--no-build",
               *wanted, *services)  # fmt: skip

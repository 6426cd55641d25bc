"""PostgreSQL dies for good, and the server that followed it stands in; what that one lacks."""

from __future__ import annotations

import json
import time

from tests.containers.faults import Fault, drop, join, refuse
from tests.containers.stack import Stack, heard

SERVERS = ("postgres", "standby", "third")  # each follows the one before
NOTICED = 15.0  # seconds, and every service knows what it lacks
HEAD = "select position from intake.head"
STREAMS = "http://127.0.0.1:8222/jsz?accounts=1&streams=1"


def failover(lasting: float) -> Fault:
    """The standby follows no longer; then the first server dies, and the other stands in."""
    turn = _Turn(unheard=False)
    name = f"failover to a standby {lasting:.0f} s behind"
    return Fault(name, turn.begin, turn.end, lasting, dooms=turn.has_lost)


def lost_everywhere(lasting: float) -> Fault:
    """The same while intake can announce nothing: what it takes is in the first server alone."""
    turn = _Turn(unheard=True)
    name = f"lost everywhere: intake without NATS, and a standby, {lasting:.0f} s behind"
    return Fault(name, turn.begin, turn.end, lasting, dooms=turn.has_lost)


class _Turn:
    """One server after the other; what was acknowledged, and only the first of them had."""

    def __init__(self, *, unheard: bool) -> None:
        self._unheard = unheard
        self._last = 0  # position that anything else had
        self._died = 0.0

    def has_lost(self, moment: float, place: int) -> bool:
        return moment < self._died and place > self._last

    def begin(self, stack: Stack) -> None:
        first, second = _servers(stack)
        up = ("up", "--detach", "--wait", "--no-deps", "--no-build", second)
        stack.said("--profile", "standby", *up)
        drop(stack, second, first)
        if self._unheard:
            refuse(stack, "intake", "nats")

    def end(self, stack: Stack) -> None:
        """As whatever watches over them would: nothing may reach the first one any more."""
        first, second = _servers(stack)
        taken = int(stack.asked(first, HEAD))
        stack.said("kill", first)  # -9, and the engine does not start it again
        stack.said("rm", "--force", first)
        self._died = time.monotonic()
        join(stack, second)  # the first one's addresses are soon another's
        stack.asked(second, "select pg_promote()")
        self._last = max(int(stack.asked(second, HEAD)), _end_of_stream(stack))
        assert taken > self._last or not self._unheard, "nothing was lost"
        _stand_in(stack, second)
        join(stack, "intake")
        time.sleep(NOTICED)
        stack.said("run", "--rm", "-T", "--no-deps", "provision")  # what is nowhere is given up


def _servers(stack: Stack) -> tuple[str, str]:
    """Which one is PostgreSQL, and which one may follow it."""
    first = next(one for one in SERVERS if stack.said("ps", "-q", one).strip())
    return first, SERVERS[SERVERS.index(first) + 1]


def _stand_in(stack: Stack, server: str) -> None:
    """From here on it is found where the first one was."""
    [found] = stack.inspected(server)
    for network in found["NetworkSettings"]["Networks"]:
        heard("docker", "network", "disconnect", network, found["Id"])
        alias = ("--alias", "postgres", "--alias", server)
        heard("docker", "network", "connect", *alias, network, found["Id"])


def _end_of_stream(stack: Stack) -> int:
    """The last position that NATS has of intake."""
    told = json.loads(stack.said("exec", "-T", "nats", "wget", "-q", "-O", "-", STREAMS))
    streams = [one for account in told["account_details"] for one in account["stream_detail"]]
    return next(int(one["state"]["last_seq"]) for one in streams if one["name"] == "FACTS_intake")

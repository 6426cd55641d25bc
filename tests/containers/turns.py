"""What befalls the stack on purpose: another release, another server, an earlier day."""

from __future__ import annotations

import os
import time
from itertools import batched

from services.provisioning import SERVICES
from tests.containers.faults import Fault, drop, join, scale
from tests.containers.stack import Stack, heard

AT_ONCE = 3  # of the ten services
NOTICED = 15.0  # seconds, and every service knows what it lacks
HEARD = 60.0  # seconds, and the ledger has what is on the streams


def upgrade() -> Fault:
    """A release with a migration: first the schemas, then service after service beside the old."""
    return Fault("rolling upgrade, with a migration", _upgrade)


def release_of(stack: Stack) -> str:
    return f"{stack.project}-later"


def failover(lasting: float) -> Fault:
    """The standby follows no longer; then the first server dies, and the other stands in."""
    return Fault(
        f"failover to a standby {lasting:.0f} s behind", _leave_behind, _fail_over, lasting
    )


def put_back(lasting: float, *, wiped: bool) -> Fault:
    """One service's facts are as they were, while its stream or the ledger are ahead."""
    name = "the ledger alone is" if wiped else "stream and ledger are"
    return Fault(f"intake put back by {lasting:.0f} s, {name} ahead", _copy,
                 _put_back_and_wipe if wiped else _put_back, lasting)  # fmt: skip


def _upgrade(stack: Stack) -> None:
    base = f"BASE=tandem:{os.environ.get('TANDEM_VERSION', 'latest')}"
    build = ("docker", "build", "-q", "--build-arg", base, "-t", f"tandem:{release_of(stack)}")
    heard(*build, "deploy/chaos/upgrade")
    stack.use(TANDEM_VERSION=release_of(stack))
    stack.said("run", "--rm", "-T", "--no-deps", "provision")
    for some in batched(SERVICES, AT_ONCE, strict=False):
        old = [one["Id"] for service in some for one in stack.inspected(service)]
        scale(stack, some, 2)
        heard("docker", "stop", *old)
        heard("docker", "rm", *old)


def _leave_behind(stack: Stack) -> None:
    up = ("up", "--detach", "--wait", "--no-deps", "--no-build", "standby")
    stack.said("--profile", "standby", *up)
    drop(stack, "standby", "postgres")


def _fail_over(stack: Stack) -> None:
    """As whatever watches over them would: nothing may reach the first one any more."""
    stack.said("kill", "postgres")  # -9, and the engine does not start it again
    stack.said("rm", "--force", "postgres")
    [standby] = stack.inspected("standby")
    join(stack, "standby")  # the first one's addresses are soon another's
    stack.said("exec", "-T", "standby", *SOCKET, "-c", "select pg_promote()")
    for network in standby["NetworkSettings"]["Networks"]:
        heard("docker", "network", "disconnect", network, standby["Id"])
        alias = ("--alias", "postgres", "--alias", "standby")
        heard("docker", "network", "connect", *alias, network, standby["Id"])
    time.sleep(NOTICED)
    stack.said("run", "--rm", "-T", "--no-deps", "provision")  # what is nowhere else is given up


SOCKET = ("psql", "-qX", "-v", "ON_ERROR_STOP=1", "-h", "/var/run/postgresql", "-U", "operator",
          "-d", "tandem")  # fmt: skip
DUMP = "pg_dump -h /var/run/postgresql -U operator -n intake tandem > /tmp/intake.sql"
BEHIND = """select position - (select coalesce(max(source_position), 0) from ledger.entries
where source = 'intake') from intake.head"""
WITHOUT_NATS = ("run", "--rm", "-T", "--no-deps", "--entrypoint", "busybox", "nats")
RESTORE = "drop schema intake cascade"


def _copy(stack: Stack) -> None:
    stack.said("exec", "-T", "postgres", "sh", "-c", DUMP)


def _put_back(stack: Stack) -> None:
    stack.said("stop", "intake")
    _restore(stack)
    stack.said("start", "intake")


def _put_back_and_wipe(stack: Stack) -> None:
    """The stream is gone as well: `provision` finds in the ledger what intake lacks."""
    stack.said("stop", "intake")  # which has announced by then all that it stored
    deadline = time.monotonic() + HEARD
    while _asked(stack, BEHIND) != "0":  # what nobody has heard would be lost everywhere
        assert time.monotonic() < deadline
        time.sleep(0.5)
    _restore(stack)
    stack.said("stop", "nats")
    stack.said(*WITHOUT_NATS, "rm", "-rf", "/data/jetstream/$G/streams/FACTS_intake")
    stack.said("start", "nats")
    stack.said("run", "--rm", "-T", "--no-deps", "provision")
    stack.said("start", "intake")


def _asked(stack: Stack, question: str) -> str:
    return stack.said("exec", "-T", "postgres", *SOCKET, "-At", "-c", question).strip()


def _restore(stack: Stack) -> None:
    stack.said("exec", "-T", "postgres", *SOCKET, "-c", RESTORE, "-f", "/tmp/intake.sql")

"""What befalls the stack on purpose: another release, an earlier hour."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from itertools import batched

from services.provisioning import SERVICES
from tests.containers.faults import Fault, scale
from tests.containers.stack import Stack, heard

AT_ONCE = 3  # of the ten services
# Facts of the fullest hour of a day in all of Québec; an office of it has seventeen:
# deploy/kubernetes/README.md.
AN_HOUR = 560
PATIENCE = 180.0  # seconds


def upgrade() -> Fault:
    """A release with a migration: first the schemas, then service after service beside the old."""
    return Fault("rolling upgrade, with a migration", _upgrade)


def release_of(stack: Stack) -> str:
    return f"{stack.project}-later"


def put_back(*, wiped: bool) -> Fault:
    """One service is as it was an hour ago, while its stream or the ledger are ahead."""
    name = "the ledger alone is" if wiped else "stream and ledger are"
    back = _PutBack(wiped)
    return Fault(f"intake put back by an hour, {name} ahead", back.begin, back.end, tells=back.told)


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


HEAD = "select position from intake.head"
DUMP = "pg_dump -h /var/run/postgresql -U operator -n intake tandem > /tmp/intake.sql"
BEHIND = """select position - (select coalesce(max(source_position), 0) from ledger.entries
where source = 'intake') from intake.head"""
WITHOUT_NATS = ("run", "--rm", "-T", "--no-deps", "--entrypoint", "busybox", "nats")
RESTORE = "drop schema intake cascade"


class _PutBack:
    """A copy is taken; it is brought back once as many facts have come as are said in an hour."""

    def __init__(self, wiped: bool) -> None:
        self._wiped = wiped
        self._facts = self._copied = 0

    def told(self) -> str:
        return f": {self._facts} facts"

    def begin(self, stack: Stack) -> None:
        stack.said("exec", "-T", "postgres", "sh", "-c", DUMP)
        self._copied = int(stack.asked("postgres", HEAD))

    def end(self, stack: Stack) -> None:
        _await(lambda: int(stack.asked("postgres", HEAD)) >= self._copied + AN_HOUR)
        stack.said("stop", "intake")  # which has announced by then all that it stored
        if self._wiped:  # what nobody has heard would be lost everywhere
            _await(lambda: stack.asked("postgres", BEHIND) == "0")
        last = int(stack.asked("postgres", HEAD))
        stack.asked("postgres", RESTORE, "-f", "/tmp/intake.sql")
        self._facts = last - int(stack.asked("postgres", HEAD))
        if self._wiped:
            _wipe(stack)
        stack.said("start", "intake")


def _wipe(stack: Stack) -> None:
    """The stream is gone as well: `provision` finds in the ledger what intake lacks."""
    stack.said("stop", "nats")
    stack.said(*WITHOUT_NATS, "rm", "-rf", "/data/jetstream/$G/streams/FACTS_intake")
    stack.said("start", "nats")
    stack.said("run", "--rm", "-T", "--no-deps", "provision")


def _await(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.5)

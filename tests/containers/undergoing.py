"""One fault in the middle of a load, and what is found once all is quiet again."""

from __future__ import annotations

import json
import math
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from tests.containers.faults import Fault
from tests.containers.knocking import Visitor
from tests.containers.stack import ROOT, Stack

BEFORE, AFTER, PATIENCE = 4.0, 8.0, 240.0  # seconds
HERE = Path(__file__).parent


@dataclass
class Found:
    """What the ledger and the views have of what was acknowledged."""

    lost: int
    # Lost everywhere, and said so in a fact at that position.
    given_up: list[str] = field(default_factory=list, repr=False)
    doubled: int = 0
    missing: int = 0  # numbers of the ledger that no entry has
    unseen: int = 0  # acknowledged, and in no view
    differing: list[str] = field(default_factory=list)
    aside: int = 0
    unannounced: int = 0  # facts that are on no stream
    unheard: int = 0  # facts that a service has still to hear
    reused: int = 0  # lost positions that were given again
    at: float = field(default_factory=time.monotonic)

    @property
    def is_whole(self) -> bool:
        odd = (self.lost, self.doubled, self.missing, self.unseen, self.aside, self.unannounced,
               self.unheard, self.reused)  # fmt: skip
        return not any(odd) and not self.differing


@dataclass
class Undergone:
    """A row of the table. Times are in seconds, but for the hour at which it began."""

    fault: Fault
    struck: datetime
    sent: int
    acknowledged: int
    doomed: set[str] = field(repr=False)  # acknowledged, and then nowhere any more
    found: Found
    silence: float
    recovery: float  # from the fault's end until a command is taken and a page shown
    whole: float  # from the load's end until every reader has everything
    answered: int
    told: int
    silent: int
    odd: dict[str, int]

    @property
    def is_whole(self) -> bool:
        again = self.acknowledged and self.recovery < math.inf
        said = self.doomed == set(self.found.given_up)
        shown = self.fault.shuts or not self.silent
        return bool(again and said and shown and self.found.is_whole)


def undergo(
    stack: Stack, known: Mapping[str, str], visitor: Visitor, fault: Fault, establishment: str,
    ever: dict[str, int],
) -> Undergone:  # fmt: skip
    """`ever`: the position of each request that was acknowledged until now; these are added."""
    with visitor.knocking():
        with _loading(known, establishment) as load:
            time.sleep(BEFORE)
            struck = datetime.now(UTC)
            fault.strike(stack)
            time.sleep(fault.lasting)
            fault.mend(stack)
            mended = time.monotonic()
            time.sleep(AFTER)
            said = json.loads(load.communicate(timeout=PATIENCE)[0])
        visitor.until_answered(PATIENCE)
    answers = said["acknowledged"]
    acks = [moment for moment, _, _ in answers]
    pages = [moment for moment, how in visitor.seen if how == "answered"]
    dooms = fault.dooms or (lambda *_: False)
    doomed = {one for moment, one, place in answers if dooms(moment, place)}
    quiet = time.monotonic()
    ever |= {one: place for _, one, place in answers}
    found = _until_whole(stack, establishment, ever)
    for one in found.given_up:
        del ever[one]
    return Undergone(
        fault, struck, said["sent"], len(answers), doomed, found,
        max((later - earlier for earlier, later in pairwise(acks)), default=0.0),
        max(_first(acks, mended), _first(pages, mended)) - mended,
        found.at - quiet,
        visitor.counted("answered"), visitor.counted("told"), visitor.counted("silent"),
        dict(visitor.odd),
    )  # fmt: skip


def _first(moments: list[float], after: float) -> float:
    """The first of them from then on; never, where there is none."""
    return min((one for one in moments if one >= after), default=math.inf)


@contextmanager
def _loading(known: Mapping[str, str], establishment: str) -> Iterator[subprocess.Popen[str]]:
    """Requests are drafted in the operator's container, whose output says which."""
    script = (HERE / "loading.py").read_text()
    said = ("-c", script, establishment, known["department"], known["staff"])
    run = ("docker", "compose", "run", "--rm", "-T", "--no-deps", "--entrypoint", "python")
    load = subprocess.Popen(
        (*run, "tandem", *said), cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert load.stdout
        assert load.stdout.readline() == "begun\n"
        yield load
    finally:
        load.kill()
        load.wait()


def _until_whole(stack: Stack, establishment: str, acknowledged: Mapping[str, int]) -> Found:
    """What is missing or twice in the ledger, and in the views, when it no longer changes."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = _found(stack, establishment, acknowledged)
        if found.is_whole or time.monotonic() > deadline:
            return found
        time.sleep(2)


def _found(stack: Stack, establishment: str, acknowledged: Mapping[str, int]) -> Found:
    try:
        told: dict[str, Any] = stack.python((HERE / "looking.py").read_text(), establishment)
    except AssertionError as why:  # what would answer is on its way
        return Found(lost=len(acknowledged), differing=[str(why)[-400:]])
    drafted, viewed, lost = Counter(told["drafted"]), set(told["viewed"]), set(told["lost"])
    lacking = [one for one in acknowledged if one not in drafted]
    given_up = [one for one in lacking if acknowledged[one] in lost]
    unseen = sum(one not in viewed for one in acknowledged)
    return Found(
        lost=len(lacking) - len(given_up),
        given_up=given_up,
        doubled=sum(count - 1 for count in drafted.values()),
        missing=told["missing"],
        unseen=unseen - len(given_up),
        differing=told["differing"],
        aside=told["quarantine"],
        unannounced=told["unannounced"],
        unheard=told["unheard"],
        reused=told["reused"],
        at=told["at"],
    )

"""A few of the faults of `make chaos`, each for some seconds: nothing acknowledged is lost."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import pytest

from tests.containers import faults
from tests.containers.chaos import HOME, rehearsed
from tests.containers.faults import Fault
from tests.containers.knocking import Visitor
from tests.containers.stack import Stack
from tests.containers.undergoing import undergo
from tests.containers.weak import Weaknesses

pytestmark = [pytest.mark.containers, pytest.mark.usefixtures("engine")]

MOMENT = 12.0  # seconds
CHANCE = random.Random(7)


class Rehearsal(NamedTuple):
    stack: Stack
    weak: Weaknesses
    known: Mapping[str, str]
    visitor: Visitor
    ever: dict[str, int]


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    if os.geteuid() or not shutil.which("cc"):
        pytest.skip("only root mounts disks, and a C compiler makes what is preloaded")
    with (
        rehearsed() as (stack, weak),
        Visitor((stack.home, stack.next_door), HOME) as visitor,
    ):
        known = stack.settle(HOME)
        visitor.come_in()
        yield Rehearsal(stack, weak, known, visitor, {})


@pytest.mark.parametrize(
    "happening",
    [
        lambda _: next(faults.kills(CHANCE, 1)),
        faults.lost_volume,
        lambda _: faults.cut("intake", "postgres", MOMENT),
        lambda weak: faults.full_disk(weak, "postgres", MOMENT),
        lambda weak: faults.full_disk(weak, "nats", MOMENT),
        lambda weak: faults.wrong_clock(weak, 1, MOMENT),
    ],
    ids=["kill", "lost volume", "cut", "full disk", "full disk of NATS", "clock"],
)
def test_nothing_acknowledged_is_lost_or_doubled_and_people_are_told(
    rehearsal: Rehearsal, happening: Callable[[Weaknesses], Fault]
) -> None:
    stack, weak, known, visitor, ever = rehearsal
    fault = happening(weak)

    row = undergo(stack, known, visitor, fault, HOME, ever)

    assert row.acknowledged
    assert row.is_whole, row

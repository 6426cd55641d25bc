"""Whatever happens on the road, in whatever order: the same ledger, the same read models."""

import asyncio
from collections import defaultdict
from collections.abc import Coroutine, Iterable
from typing import Any

import orjson
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.chassis.settings import Installation
from tests.properties.exploring import explore
from tests.properties.road import HOMES, Road, cut_short, folded, root_of

PLACES = st.integers(0, 30)
FEW = st.integers(1, 7)
DIES = st.none() | st.integers(1, 60)  # so many turns of the loop after it began
# One rule for all: of several, hypothesis leaves some out, and it is the mixture that matters.
STEPS = st.one_of(
    st.tuples(st.just("ask"), PLACES, FEW, FEW, st.sets(PLACES, max_size=3), DIES),
    st.tuples(st.just("carry"), FEW, DIES),
    st.tuples(st.just("carry_again"), FEW),
    st.tuples(st.just("lose_the_stream"), PLACES, FEW),
    st.tuples(st.just("hear"), DIES),
    st.tuples(st.just("hear_late"), FEW, DIES),
    st.tuples(st.just("fold"), st.permutations(range(3)), FEW, DIES),
    st.tuples(st.just("rebuild"), DIES),
)


class Journey(RuleBasedStateMachine):
    """Commands are asked and asked again, facts are carried, lost, heard twice, folded, rebuilt."""

    house: Installation

    def __init__(self) -> None:
        super().__init__()
        self._runner = asyncio.Runner()
        self._road = Road(self.house)
        self._commands: list[tuple[str, int | None, int]] = []
        self._seen: list[bytes] = []
        self._do(self._road.__aenter__())

    @initialize(homes=st.lists(st.sampled_from(HOMES), min_size=2, max_size=5))
    def begin(self, homes: list[str]) -> None:
        self._commands += [(home, None, 0) for home in homes]
        self._do(self._say(range(len(homes))))

    @rule(step=STEPS)
    def happens(self, step: tuple[Any, ...]) -> None:
        what, *how = step
        getattr(self, f"_{what}")(*how)

    def _ask(self, which: int, minutes: int, times: int, again: set[int], dies: int | None) -> None:
        """All at once: some about one errand, and some that were asked before."""
        begun = [at for at, (_, errand, _) in enumerate(self._commands) if errand is None]
        errand, first = begun[which % len(begun)], len(self._commands)
        self._commands += [(self._commands[errand][0], errand, minutes)] * times
        known = len(self._commands)
        asked = {*range(first, known), *(number % known for number in again)}
        self._do(self._say(sorted(asked)), dies)

    def _carry(self, count: int, dies: int | None) -> None:
        self._do(self._road.carry(count), dies)

    def _carry_again(self, count: int) -> None:
        self._do(self._road.carry_again(count))

    def _lose_the_stream(self, kept: int, count: int) -> None:
        self._do(self._road.lose_stream(kept))
        self._do(self._road.carry(count))

    def _hear(self, dies: int | None) -> None:
        self._do(self._road.hear(), dies)
        if dies:
            self._do(self._road.forget_reader())

    def _hear_late(self, back: int, dies: int | None) -> None:
        self._do(self._road.hear_late(back), dies)

    def _fold(self, who: list[int], at_once: int, dies: int | None) -> None:
        """Some who looked at the same time, one after the other; the first may die."""
        first, *others = who
        self._do(self._road.fold(first, at_once), dies)
        for other in others:
            self._do(self._road.fold(other, at_once))

    def _rebuild(self, dies: int | None) -> None:
        self._do(self._road.rebuild(), dies)

    @invariant()
    def the_ledger_is_a_beginning_of_what_was_decided_and_takes_nothing_back(self) -> None:
        entered, decided = self._runner.run(self._road.both())
        assert entered == decided[: len(entered)]
        assert entered[: len(self._seen)] == self._seen
        self._seen = entered

    def teardown(self) -> None:
        try:
            self._do(self._ends_well())
        finally:
            self._do(self._road.__aexit__())
            self._runner.close()

    async def _ends_well(self) -> None:
        for number in range(len(self._commands)):  # whoever heard no answer asks again
            await self._say([number])
        await self._road.settle()
        (entered, decided), told = await self._road.both(), defaultdict[str, list[bytes]](list)
        for body in decided:
            told[orjson.loads(body)["subject"]].append(body)
        shown = await self._road.shown()

        assert len(decided) == len(self._commands)
        assert entered == decided
        for home in HOMES:
            theirs = [one for one in decided if orjson.loads(one)["establishment"] == home]
            assert await self._road.root(home) == root_of(theirs)
        assert shown == {errand: folded(errand, bodies) for errand, bodies in told.items()}
        await self._road.rebuild()
        assert await self._road.shown() == shown

    def _do(self, work: Coroutine[Any, Any, object], dies: int | None = None) -> None:
        self._runner.run(cut_short(work, dies) if dies else work)

    async def _say(self, numbers: Iterable[int]) -> None:
        asked = (self._road.ask(number, *self._commands[number]) for number in numbers)
        await asyncio.gather(*asked)


@pytest.fixture
def journey(house: Installation) -> type[Journey]:
    return type("Journey", (Journey,), {"house": house})


def test_any_interleaving_ends_in_the_same_ledger_and_the_same_read_models(
    journey: type[Journey],
) -> None:
    explore(journey, examples=6, steps=16)


@pytest.mark.thorough
def test_so_do_many_more_of_them(journey: type[Journey]) -> None:
    explore(journey, examples=50, steps=40)

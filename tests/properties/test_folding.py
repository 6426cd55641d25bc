"""The log, folded twice: in batches of any size, anywhere, on any day, the same bytes."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import seed as beginning
from hypothesis import strategies as st

from services.chassis.settings import Installation
from services.ledger.book import Book
from tests.cli.terminal import Terminal
from tests.insights.life import a_whole_life
from tests.properties.exploring import chosen, depth
from tests.properties.folding import digests

GOLDEN = Path(__file__).parents[1] / "contracts" / "golden.ndjson"
# How a process orders its sets, and what day it thinks it is.
SURROUNDINGS = (("0", "America/Toronto"), ("4242", "Pacific/Kiritimati"), ("1", "UTC"))


def everything() -> list[bytes]:
    """A fact of every kind and version, whether or not it makes sense, and a whole life."""
    return [*GOLDEN.read_bytes().splitlines(), *a_whole_life().bodies]


@pytest.fixture
async def told(installation: Installation) -> str:
    """Where read models are made of it; each service's facts in their order."""
    async with Book(installation.settings("ledger").database_url) as book:
        for source, bodies in groupby(everything(), lambda body: orjson.loads(body)["source"]):
            await book.enter(source, await book.place_of(source), list(bodies))
    return installation.settings("insights").database_url


@pytest.fixture(scope="module")
def demonstrated() -> Iterator[str]:
    """Both offices of the demonstration."""
    with tempfile.TemporaryDirectory(prefix="tandem-terminal-") as home:
        tandem = Terminal(Path(home))
        with tandem.up():
            assert tandem.apart("demo").code == 0
            yield tandem.installation.settings("insights").database_url


def in_batches_of_any_size(url: str, examples: int, least: int, most: int) -> None:
    once = asyncio.run(digests(url, 5000))

    @depth(examples)
    @given(st.integers(least, most))
    def again(at_once: int) -> None:
        assert asyncio.run(digests(url, at_once)) == once

    seed = chosen()
    (again if seed is None else beginning(seed)(again))()


def elsewhere(url: str, sets: str, zone: str, at_once: int) -> dict[str, str]:
    """By a process of its own, that ends badly if a fold looks at a clock or throws dice."""
    command = [sys.executable, "-m", "tests.properties.folding", str(at_once)]
    surroundings = os.environ | {"PYTHONHASHSEED": sets, "TZ": zone}
    done = subprocess.run(
        command, input=url, env=surroundings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.usefixtures("anyio_backend")
def test_batches_of_any_size_give_the_same_bytes(told: str) -> None:
    in_batches_of_any_size(told, examples=2, least=9, most=450)


@pytest.mark.thorough
@pytest.mark.usefixtures("anyio_backend")
def test_so_do_batches_of_a_single_fact(told: str) -> None:
    assert asyncio.run(digests(told, 1)) == asyncio.run(digests(told, 5000))


@pytest.mark.usefixtures("anyio_backend")
def test_no_order_of_a_set_no_clock_and_no_chance_is_in_a_read_model(told: str) -> None:
    one, other = (elsewhere(told, *surroundings, 300) for surroundings in SURROUNDINGS[:2])

    assert one == other


@pytest.mark.thorough
def test_the_whole_demonstration_gives_the_same_bytes_in_any_batches_and_anywhere(
    demonstrated: str,
) -> None:
    in_batches_of_any_size(demonstrated, examples=3, least=50, most=2000)

    found = [elsewhere(demonstrated, *surroundings, 700) for surroundings in SURROUNDINGS]
    assert found[0] == found[1] == found[2] == asyncio.run(digests(demonstrated, 999))

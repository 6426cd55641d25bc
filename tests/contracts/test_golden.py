"""What the stores of the world hold must be readable for ever."""

import pytest

from contracts.envelope import Envelope
from contracts.publish import all_facts
from tests.contracts.golden import GOLDEN, stored

FACTS = all_facts()
LINES = [line for lines in stored().values() for line in lines]


@pytest.mark.parametrize("line", LINES, ids=lambda line: Envelope.read(line).type)
def test_what_was_stored_is_read_as_it_was(line: bytes) -> None:
    envelope = Envelope.read(line)

    fact = envelope.fact()

    assert fact is not None
    assert fact.type == envelope.type
    assert fact.model_dump(mode="json") == envelope.data
    assert set(envelope.persons.split()) == set(map(str, fact.persons()))


def test_every_fact_has_its_examples() -> None:
    missing = FACTS.keys() - stored().keys()

    assert not missing, (
        f"`python -m tests.contracts.golden` adds examples of {', '.join(sorted(missing))}"
    )


def test_no_two_examples_are_the_same() -> None:
    assert len(set(LINES)) == len(LINES) == GOLDEN.read_bytes().count(b"\n")

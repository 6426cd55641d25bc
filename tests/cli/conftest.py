import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.cli.terminal import Terminal


@pytest.fixture(scope="session")
def tandem() -> Iterator[Terminal]:
    """A platform that runs; each test has an establishment of its own in it."""
    with tempfile.TemporaryDirectory(prefix="tandem-terminal-") as home:
        terminal = Terminal(Path(home))
        with terminal.up():
            yield terminal


@pytest.fixture
def establishment() -> str:
    return f"of-{uuid4().hex[:12]}"

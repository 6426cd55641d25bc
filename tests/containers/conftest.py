"""An engine, the keys, and the stack of docker-compose.yml under a name and port of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.chassis.keys import hand_out
from services.chassis.tokens import Pen
from services.provisioning import DECIDING, SERVICES
from tests import callers
from tests.containers.stack import Stack
from tests.system.test_up import free_port

os.environ["TESTCONTAINERS_RYUK_DISABLED"] = "true"  # what is started is ended by whoever did


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="session")
def engine() -> None:
    """Skips where there is none: `make test-containers` brings one."""
    docker = shutil.which("docker")
    if not docker or subprocess.run([docker, "compose", "ls"], capture_output=True).returncode:
        pytest.skip("no container engine answers")


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    hand_out(folder, SERVICES, DECIDING, ("prometheus", "grafana"))
    return folder


@pytest.fixture(scope="module")
def stack(keys: Path) -> Iterator[Stack]:
    callers.PENS.append(Pen("portal", (keys / "portal").read_text()))
    with Stack(keys, free_port()).up() as stack:
        yield stack

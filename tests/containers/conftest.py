"""An engine, the keys, and the stack of docker-compose.yml under a name and ports of its own."""

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

BESIDE = "deploy/identity/compose.yml:tests/containers/collector.yml"
COLLECTED = "http://collector:4318/v1/traces"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those who share a stack come together, at the end."""
    items.sort(key=lambda one: "stack" in getattr(one, "fixturenames", ()))


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


@pytest.fixture(scope="session")
def stack(keys: Path) -> Iterator[Stack]:
    """With a provider of identities, and whoever reads the traces."""
    callers.PENS.append(Pen("portal", (keys / "portal").read_text()))
    port = free_port()
    provider = free_port()
    told = {"COMPOSE_PROFILES": "identity", "TANDEM_IDENTITY_PORT": str(provider)}
    with Stack(keys, port, BESIDE, **told, TANDEM_TRACES=COLLECTED).up() as stack:
        yield stack

"""Each service alone, on a PostgreSQL and a NATS that no other is using."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from testcontainers.core.container import DockerContainer
from testcontainers.core.network import Network

from services.provisioning import SERVICES
from tests.containers.stack import ROOT
from tests.patience import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.containers, pytest.mark.usefixtures("engine")]

IMAGE = "tandem:latest"
SURROUNDINGS = {
    "TANDEM_DATABASE_URL": "postgresql://postgres/tandem",
    "TANDEM_NATS_URL": "nats://nats:4222",
}


@contextmanager
def running(network: Network, image: str, name: str, command: str) -> Iterator[DockerContainer]:
    """Gives the container before it starts, for what it is told besides."""
    container = DockerContainer(image).with_network(network).with_network_aliases(name)
    try:
        yield container.with_command(command)
    finally:
        container.stop()


@pytest.fixture(scope="module")
async def servers(keys: Path) -> AsyncIterator[Network]:
    """With what every service needs there, and none that runs."""
    with (
        Network() as network,
        running(network, "postgres:17", "postgres", "") as postgres,
        running(network, "nats:2.15-alpine", "nats", "--config /etc/nats/nats.conf") as nats,
    ):
        postgres.with_env("POSTGRES_USER", "operator").with_env("POSTGRES_DB", "tandem")
        postgres.with_env("POSTGRES_PASSWORD_FILE", "/run/secrets/operator")
        postgres.with_env("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C")
        postgres.with_volume_mapping(str(keys / "operator"), "/run/secrets/operator")
        nats.with_volume_mapping(str(ROOT / "deploy/nats/nats.conf"), "/etc/nats/nats.conf")
        nats.with_volume_mapping(str(keys / "nats-users.conf"), "/etc/nats/users.conf")
        postgres.start()
        nats.start()
        await provisioned(network, keys)
        yield network


async def provisioned(network: Network, keys: Path) -> None:
    """Asked again while PostgreSQL is on its way, as an engine would."""

    async def done() -> bool:
        with running(network, IMAGE, "provision", "provision") as provision:
            provision.with_volume_mapping(str(keys), "/run/keys").with_env(
                "TANDEM_KEYS", "/run/keys"
            )
            provision.with_kwargs(user="0")  # who owns the folder
            told(provision, SURROUNDINGS).start()
            return bool(provision.get_wrapped_container().wait()["StatusCode"] == 0)

    await eventually(done, within=90)


def told(container: DockerContainer, surroundings: dict[str, str]) -> DockerContainer:
    for name, value in surroundings.items():
        container.with_env(name, value)
    return container


@pytest.mark.parametrize("service", SERVICES)
async def test_it_is_ready_and_says_what_may_be_asked(
    servers: Network, keys: Path, service: str
) -> None:
    with running(servers, IMAGE, service, f"serve {service}") as alone:
        alone.with_env("TANDEM_SECRET_FILE", "/run/secrets/key").with_exposed_ports(8000)
        alone.with_volume_mapping(str(keys / service), "/run/secrets/key")
        alone.with_kwargs(read_only=True, cap_drop=["ALL"]).with_tmpfs_mount("/tmp")
        told(alone, SURROUNDINGS).start()
        home = f"http://{alone.get_container_host_ip()}:{alone.get_exposed_port(8000)}"
        answer = await ready(home, alone)
        described = asked(f"{home}/{service}/openapi.json")

    assert answer == {"ready": True, "services": {service: "ready"}}
    assert described.status_code == (404 if service == "portal" else 200)


def asked(url: str) -> httpx2.Response:
    """By a name that it answers to, wherever the engine has put its port."""
    return httpx2.get(url, headers={"Host": "localhost"}, trust_env=False)


async def ready(home: str, alone: DockerContainer) -> Any:
    said: list[httpx2.Response] = []

    async def answered() -> bool:
        try:
            said.append(asked(f"{home}/health/ready"))
        except httpx2.TransportError:
            return False
        return said[-1].status_code == 200

    try:
        await eventually(answered, within=60)
    except AssertionError as late:
        raise AssertionError([one.text for one in said[-1:]], alone.get_logs()) from late
    return said[-1].json()

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI

from services.chassis.processes import PortTaken
from services.chassis.settings import Installation
from services.together import BUILDERS, up
from tests.operating import operating
from tests.patience import eventually

pytestmark = pytest.mark.anyio

UP = (
    "from pathlib import Path; from services.serving import serve_alone;"
    " from services.together import up; {call}"
)


@contextmanager
def running(call: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-c", UP.format(call=call)]
    with subprocess.Popen(command, env={**os.environ, **environment}) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=60)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
async def visitor(port: int) -> AsyncIterator[httpx2.AsyncClient]:
    async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as visitor:
        yield visitor


async def ready(visitor: httpx2.AsyncClient) -> httpx2.Response:
    answers: list[httpx2.Response] = []

    async def answered() -> bool:
        try:
            answers.append(await visitor.get("/health/ready"))
        except httpx2.TransportError:
            return False
        return answers[-1].status_code == 200

    await eventually(answered, within=120)
    return answers[-1]


async def test_all_services_come_up_and_go_down_together(
    visitor: httpx2.AsyncClient, port: int, home: Path
) -> None:
    with running(f"up(Path({str(home)!r}), {port})") as house:
        answer = await ready(visitor)
        described = await visitor.get("/intake/openapi.json")

        house.send_signal(signal.SIGINT)
        await asyncio.to_thread(house.wait, timeout=60)

    assert answer.json() == {"ready": True, "services": dict.fromkeys(BUILDERS, "ready")}
    assert "/requests" in described.json()["paths"]
    assert "Violation" not in (home / "nats/log").read_text()
    assert not (home / "postgres/data/postmaster.pid").exists()


async def test_a_service_alone_differs_only_by_its_settings(
    visitor: httpx2.AsyncClient, port: int, installation: Installation
) -> None:
    settings = installation.settings("intake")
    environment = {
        "TANDEM_DATABASE_URL": settings.database_url,
        "TANDEM_NATS_URL": settings.nats_url,
        "TANDEM_SECRET": settings.secret.get_secret_value(),
    }

    with running(f"serve_alone('intake', '127.0.0.1', {port})", **environment):
        answer = await ready(visitor)

    assert answer.json() == {"ready": True, "services": {"intake": "ready"}}


async def test_who_cannot_get_in_is_not_ready_and_says_where(
    platform: FastAPI, installation: Installation
) -> None:
    async with operating(installation, "intake") as operator:
        await operator.execute("drop schema intake cascade")

    answers: list[httpx2.Response] = []
    async with at(platform) as visitor:

        async def the_others_are() -> bool:  # each look has little patience with the servers
            answers.append(await visitor.get("/health/ready"))
            told = answers[-1].json()["services"]
            return bool(told["ledger"] == "ready" and "nats" not in told["intake"])

        await eventually(the_others_are)

    assert {answer.status_code for answer in answers} == {503}
    assert answers[-1].json()["services"]["intake"] == {"database": "SchemaBehind"}


async def test_who_calls_us_by_another_name_is_turned_away(platform: FastAPI) -> None:
    async with at(platform) as visitor:
        astray = await visitor.get("/health/live", headers={"Host": "elsewhere.example"})
        here = await visitor.get("/health/live", headers={"Host": "localhost:8000"})

    assert (astray.status_code, here.status_code) == (400, 200)


def test_a_port_that_is_taken_is_said_before_anything_starts(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=f"{port}: Address already in use.*TANDEM_PORT"):
            up(home, port)

    assert list(home.iterdir()) == []


def at(platform: FastAPI) -> httpx2.AsyncClient:
    return httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=platform), base_url="http://tandem"
    )

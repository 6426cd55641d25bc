"""Canaille, an identity server that others wrote, in an environment of its own beside ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from joserfc.jwk import RSAKey

from tests.patience import eventually
from tests.system.test_up import free_port

HERE = Path(__file__).parent
WANTED = HERE / "canaille.txt"
PLACE = HERE / ".venv"
THERE = PLACE / "installed"
AWAY = ("Could not find a version", "Failed to establish a new connection", "timed out")
CONFIGURED = """
SECRET_KEY = "{secret}"
SERVER_NAME = "127.0.0.1:{port}"
PREFERRED_URL_SCHEME = "http"
[CANAILLE_SQL]
DATABASE_URI = "sqlite:///{folder}/canaille.sqlite"
[CANAILLE_SCIM]
ENABLE_CLIENT = true
[[CANAILLE_OIDC.ACTIVE_JWKS]]
{key}
"""


def install() -> None:
    """Only where it is not there already; skips the test where no package index answers."""
    if THERE.is_file() and THERE.read_text() == WANTED.read_text():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(PLACE)], check=True)
    pip = [str(PLACE / "bin/pip"), "install", "-q", "--disable-pip-version-check", "--retries", "1"]
    done = subprocess.run(
        [*pip, "--require-hashes", "-r", WANTED], capture_output=True, text=True, check=False
    )
    if done.returncode and any(why in done.stderr for why in AWAY):
        pytest.skip("no package index answers, from which Canaille could be installed")
    assert not done.returncode, done.stderr
    THERE.write_text(WANTED.read_text())


@dataclass
class Canaille:
    """One installation: its folder, and the port that its pages answer at."""

    folder: Path
    port: int

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def _environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if "PYTHON" not in name}
        return ours | {"CANAILLE_CONFIG": str(self.folder / "canaille.toml")}

    def configure(self) -> None:
        made = RSAKey.generate_key(2048).as_dict(private=True)
        key = "\n".join(f'{name} = "{value}"' for name, value in made.items())
        said = CONFIGURED.format(secret=uuid4().hex, port=self.port, folder=self.folder, key=key)
        (self.folder / "canaille.toml").write_text(said)
        self._run(["install"])

    def know_us(self, token: str = "", **said: object) -> None:
        """As a client of its own, to which it comes with this token."""
        us = {"id": "us", "client_id": "us", "client_name": "Tandem", "audience": ["us"]}
        theirs = {"id": "ours", "token_id": "ours", "access_token": token, "client": "us",
                  "issue_date": datetime.now(UTC).isoformat(), "lifetime": 86_400}  # fmt: skip
        known = {"client": [us | said], "token": [theirs] if token else []}
        self._run(["restore"], json.dumps(known))

    def do(self, *words: str, **options: str | list[str]) -> Any:
        """One command of `canaille`, with its options; what it tells of what it made."""
        said = [
            word
            for name, values in options.items()
            for value in ([values] if isinstance(values, str) else values)
            for word in (f"--{name.replace('_', '-')}", value)
        ]
        told = self._run([*words, *said])
        return json.loads(told) if told.startswith(("{", "[")) else None

    def _run(self, words: list[str], given: str = "") -> str:
        done = subprocess.run(
            [PLACE / "bin/canaille", *words], input=given,
            env=self._environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert not done.returncode, done.stderr
        assert "failed" not in done.stderr, done.stderr  # of what is pushed it only warns
        return done.stdout

    @contextmanager
    def serving(self) -> Iterator[None]:
        command = [str(PLACE / "bin/canaille"), "run", "--bind", f"127.0.0.1:{self.port}"]
        with (
            (self.folder / "log").open("w") as log,
            subprocess.Popen(command, env=self._environment, stdout=log, stderr=log) as server,
        ):
            try:
                yield
            finally:
                server.terminate()
                server.wait(timeout=10)

    async def answers(self) -> None:
        async def answered() -> bool:
            async with httpx2.AsyncClient(base_url=self.issuer) as visitor:
                try:
                    return (await visitor.get("/.well-known/openid-configuration")).is_success
                except httpx2.TransportError:
                    return False

        await eventually(answered, within=30)


def a_canaille(folder: Path) -> Canaille:
    install()
    made = Canaille(folder, free_port())
    made.configure()
    return made

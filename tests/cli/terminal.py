"""The platform as somebody has it who types `tandem …`."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from typer.testing import CliRunner

from contracts.access import AccessRole
from services.chassis.embedded import running
from services.chassis.processes import end_leftovers
from services.chassis.settings import Installation
from services.cli.main import app
from services.cli.running import OFFICE, Platform, is_live, pen_of
from services.provisioning import DATABASES

EVERY_HAND = (*OFFICE, AccessRole.OPERATOR)
TANDEM = [sys.executable, "-m", "services.cli.main"]


class Answer(NamedTuple):
    """What a command said, and the code it ended with."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> Any:
        return json.loads(self.out)


class Terminal:
    """One folder and one port."""

    def __init__(self, home: Path) -> None:
        self.home = home
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        ours = {"TANDEM_HOME": str(home), "TANDEM_PORT": str(self.port), "COLUMNS": "300"}
        self._environment = {**os.environ, **ours}

    def __call__(self, *words: str | Path) -> Answer:
        """`tandem` with these words, in this process: one of its own takes a second to begin."""
        told = CliRunner().invoke(app, list(map(str, words)), env=self._environment)
        if told.exception and not isinstance(told.exception, SystemExit):
            raise told.exception
        return Answer(told.exit_code, told.stdout, told.stderr)

    def apart(self, *words: str | Path) -> Answer:
        """The same, as it is at a terminal."""
        done = subprocess.run(
            [*TANDEM, *map(str, words)], env=self._environment, capture_output=True, text=True
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def begin(self, *words: str | Path) -> subprocess.Popen[str]:
        """The same, without waiting for its end."""
        return subprocess.Popen(
            [*TANDEM, *map(str, words)],
            env=self._environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def office(self, establishment: str) -> Platform:
        return Platform(self.port, pen_of(self.home), establishment, roles=EVERY_HAND)

    def settle(self, within: float = 60.0) -> None:
        """Until all that was decided is in the ledger."""
        deadline = time.monotonic() + within
        with self.office("operator") as platform:
            while any(platform.get(f"/{name}/status")["position"] != one["place"]
                      for name, one in platform.get("/ledger/status").items()):  # fmt: skip
                assert time.monotonic() < deadline, "the ledger does not follow"
                time.sleep(0.02)

    @property
    def installation(self) -> Installation:
        found = running(self.home, DATABASES)
        assert found
        return found

    @contextmanager
    def up(self) -> Iterator[subprocess.Popen[bytes]]:
        """The platform runs until the block ends, or is killed in it."""
        command = [*TANDEM, "up", "--quiet", "--no-demo"]
        with subprocess.Popen(command, env=self._environment) as process:
            try:
                self._wait_for(process)
                yield process
            finally:
                process.send_signal(signal.SIGINT)
                process.wait(timeout=120)

    def end_leftovers(self) -> None:
        """Servers outlive a platform that was killed."""
        end_leftovers(self.home)

    def _wait_for(self, process: subprocess.Popen[bytes], within: float = 120.0) -> None:
        deadline = time.monotonic() + within
        while not is_live(self.port):
            assert process.poll() is None, "it ended"
            assert time.monotonic() < deadline, "it did not start"
            time.sleep(0.05)

"""The stack as its operator has it: `docker compose`, the portal's port, and nothing else."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self
from uuid import uuid4

from testcontainers.compose import DockerCompose

ROOT = Path(__file__).parents[2]
PSQL = ("psql", "-qXAt", "-v", "ON_ERROR_STOP=1", "-h", "/var/run/postgresql", "-U", "operator",
        "-d", "tandem")  # fmt: skip

# Said in the operator's container, where the services are within reach.
SETTLE = """
import json, sys
from services.cli.demo.teller import Teller
from services.cli.running import OFFICE, Platform, Surroundings
from contracts.access import AccessRole
with Platform(*Surroundings().way, sys.argv[1], roles=(*OFFICE, AccessRole.OPERATOR)) as platform:
    teller, day = Teller(platform, lambda: None), "2024-01-08"
    opened = {"name": "Institut d’essai", "demonstration": True}
    teller.ask("opened", "/directory/establishment", opened, day)
    department = teller.department("quality", "Direction de la qualité", "DQ", day)
    staff = teller.staff("maya", "Maya Tremblay", "Conseillère", department, day)
    person = teller.partner("Rose Lavoie", day, "2024-01-17")
print(json.dumps({"department": department, "staff": staff, "person": person}))
"""


class Stack:
    """A project of its own, so that one that runs here already is left alone.

    `over`: compose files laid over the operator's, and what they are told.
    """

    def __init__(self, keys: Path, port: int, over: str = "", **told: str) -> None:
        self.home, self.next_door = (f"http://127.0.0.1:{door}" for door in (port, port + 1))
        self.project = f"tandem-{uuid4().hex[:8]}"
        self._environment = told | {
            "COMPOSE_PROJECT_NAME": self.project,
            "TANDEM_SECRETS": str(keys),
            "TANDEM_PORT": str(port),
            "TANDEM_DEMONSTRATION": "true",
            "COMPOSE_FILE": f"docker-compose.yml:{over}" if over else "docker-compose.yml",
        }

    @contextmanager
    def up(self) -> Iterator[Self]:
        """From when every container is well until the block ends."""
        before = dict(os.environ)
        os.environ |= self._environment
        try:
            with DockerCompose(ROOT):
                yield self
        finally:
            left = ("docker", "compose", "--profile", "*", "down", "--volumes", "--remove-orphans")
            subprocess.run(left, cwd=ROOT, capture_output=True)  # whoever was asked to run once
            for name in self._environment:
                del os.environ[name]
            os.environ |= before

    def use(self, **told: str) -> None:
        """From now on the compose file is told otherwise."""
        self._environment |= told
        os.environ |= told

    def said(self, *words: str) -> str:
        """What `docker compose` says to these words; AssertionError if it fails."""
        return heard("docker", "compose", *words)

    def tandem(self, *words: str) -> str:
        """`tandem` with these words, in the operator's container."""
        return self.said("run", "--rm", "-T", "tandem", *words).replace("\N{NO-BREAK SPACE}", " ")

    def python(self, script: str, *words: str) -> Any:
        """What a script prints as JSON that runs in the operator's container."""
        run = ("run", "--rm", "-T", "--no-deps", "--entrypoint", "python", "tandem", "-c")
        return json.loads(self.said(*run, script, *words))

    def asked(self, server: str, question: str, *more: str) -> str:
        """What a PostgreSQL answers, by the socket in its container."""
        return self.said("exec", "-T", server, *PSQL, "-c", question, *more).strip()

    def settle(self, establishment: str) -> dict[str, str]:
        """An office with a department, a member of staff and a partner; their ids."""
        ids: dict[str, str] = self.python(SETTLE, establishment)
        return ids

    def containers(self) -> list[dict[str, Any]]:
        lines = self.said("ps", "--format", "json").splitlines()
        return [json.loads(line) for line in lines]

    def written(self) -> dict[str, str]:
        """All that each container has said until now, by its service."""
        lines = self.said("ps", "--all", "--format", "json").splitlines()
        return {
            one["Service"]: heard("sh", "-c", f"docker logs {one['ID']} 2>&1")
            for one in map(json.loads, lines)
        }

    def inspected(self, service: str) -> list[dict[str, Any]]:
        """All that the engine knows of each container of a service."""
        found: list[dict[str, Any]] = json.loads(
            heard("docker", "inspect", *self.said("ps", "-q", service).split())
        )
        return found


def heard(*command: str) -> str:
    """What a program says; AssertionError with its last words if it fails."""
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, (command, done.stderr[-2000:])
    return done.stdout

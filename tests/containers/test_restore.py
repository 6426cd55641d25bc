"""Both databases and NATS are destroyed, and come back as they were at a minute."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.containers.stack import Stack
from tests.system.test_up import free_port

pytestmark = [pytest.mark.containers, pytest.mark.usefixtures("engine")]

HOME = "institut-essai"
COPIED = ("backup", "backup-vault")
LOST = ("postgres", "postgres-vault", "nats")

# Said in the operator's container.
ONE_MORE = """
import json, sys
from services.cli.demo.teller import Teller
from services.cli.running import OFFICE, Platform, Surroundings
from contracts.access import AccessRole
with Platform(*Surroundings().way, sys.argv[1], roles=(*OFFICE, AccessRole.OPERATOR)) as platform:
    person = Teller(platform, lambda: None).partner(sys.argv[2], "2024-02-01", "2024-02-02")
print(json.dumps(person))
"""
KNOWN = """
import json, sys
from services.cli.running import OFFICE, Platform, Refused, Surroundings
def known(platform, person):
    try:
        return bool(platform.get(f"/insights/partners/{person}"))
    except Refused:
        return False
with Platform(*Surroundings().way, sys.argv[1], roles=OFFICE) as platform:
    print(json.dumps([known(platform, person) for person in sys.argv[2:]]))
"""
SEALED = """
import json, sys
from services.cli.running import Platform, Surroundings
from contracts.access import AccessRole
with Platform(*Surroundings().way, sys.argv[1], roles=(AccessRole.AUDITOR,)) as auditor:
    auditor.post("/ledger/checkpoints")
    print(json.dumps(auditor.get("/ledger/checkpoints/latest")))
"""


@pytest.fixture
def copied(keys: Path) -> Iterator[Stack]:
    """A stack with its backups."""
    with Stack(keys, free_port(), COMPOSE_PROFILES="backup").up() as stack:
        yield stack


def logs_are_kept(stack: Stack) -> None:
    """As far as the servers have written."""
    for name, server in zip(COPIED, LOST, strict=False):
        waited = "select pg_current_wal_flush_lsn() <= max(flush_lsn) from pg_stat_replication"
        asked = ("exec", "-T", server, "psql", "-U", "operator", "-d", "postgres", "-Atc", waited)
        deadline = time.monotonic() + 60
        while stack.said(*asked).strip() != "t":
            assert time.monotonic() < deadline, name
            time.sleep(0.5)


def destroy(stack: Stack) -> None:
    """Every container, and what the servers had on disk."""
    stack.said("--profile", "*", "rm", "--stop", "--force")
    volumes = [f"{stack.project}_{name}" for name in LOST]
    subprocess.run(["docker", "volume", "rm", *volumes], check=True, capture_output=True)


def verified(stack: Stack, held: Path) -> list[dict[str, Any]]:
    """What `tandem verify` says where the databases are within reach."""
    mounted = ("run", "--rm", "-T", "--volume", f"{held}:/held.txt:ro", "provision")
    told: list[dict[str, Any]] = json.loads(
        stack.said(*mounted, "verify", "--held", "/held.txt", "--json")
    )
    return told


def test_all_is_lost_and_comes_back_as_it_was_at_a_minute(
    copied: Stack, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copied.settle(HOME)
    morning = copied.python(ONE_MORE, HOME, "Aube Tremblay")
    checkpoint, held = copied.python(SEALED, HOME), tmp_path / "held.txt"
    held.write_text(checkpoint["note"])
    moment = datetime.now(UTC)
    evening = copied.python(ONE_MORE, HOME, "Soir Gagnon")
    later = copied.python(SEALED, HOME)
    logs_are_kept(copied)
    taken = "".join(copied.said("logs", "--no-log-prefix", one) for one in COPIED)
    destroy(copied)

    began = time.monotonic()
    for part in ("restore", "restore-vault"):
        copied.said("run", "--rm", "-T", part, moment.isoformat())
    back = time.monotonic()
    copied.said("run", "--rm", "-T", "provision")
    reports = {one["establishment"]: one for one in verified(copied, held)}
    copied.said("up", "--detach", "--wait", "--no-build")
    opened = time.monotonic()

    state = json.loads(copied.tandem("status", "--json"))
    with capsys.disabled():
        took = f"back in {back - began:.0f} s, proved and open after {opened - back:.0f} more"
        print(f"{taken}{took}")  # noqa: T201 - figures of the drill
    assert checkpoint["size"] < later["size"]
    assert reports[HOME]["held"] == 1
    assert [one["findings"] for one in reports.values()] == [[]] * len(reports)
    assert copied.python(SEALED, HOME)["epoch"] == 2
    assert copied.python(KNOWN, HOME, morning, evening) == [True, False]
    assert state["troubles"] == []
    assert state["backed_up"]

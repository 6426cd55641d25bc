"""What the files for containers say, held against the code; no engine is needed."""

from __future__ import annotations

from typing import Any

import yaml  # type: ignore[import-untyped]

from services.provisioning import SERVICES
from tests.containers.settings_table import README, table
from tests.containers.stack import ROOT

COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text())


def test_every_service_has_a_container_a_key_and_is_provisioned() -> None:
    containers = COMPOSE["services"]

    for service in SERVICES:
        assert containers[service]["command"] == ["serve", service]
        assert {"source": service, "target": "key"} in containers[service]["secrets"]
        assert service in containers["provision"]["secrets"]


def test_only_the_portal_is_open_and_on_the_loopback_unless_told_otherwise() -> None:
    opened = {name: one["ports"] for name, one in COMPOSE["services"].items() if "ports" in one}

    assert opened.pop("portal") == ["${TANDEM_PUBLISHED_AT:-127.0.0.1}:${TANDEM_PORT:-8000}:8000"]
    assert all(one.startswith("127.0.0.1:") for ports in opened.values() for one in ports)


def test_no_secret_is_written_where_everybody_reads() -> None:
    for name, one in COMPOSE["services"].items():
        for variable, value in one.get("environment", {}).items():
            secret = any(word in variable for word in ("PASSWORD", "SECRET", "KEY"))
            assert not secret or str(value).startswith("/run/secrets"), (name, variable)


def test_the_image_installs_what_was_pinned_and_tested() -> None:
    whole = set(_pinned("requirements.lock"))

    assert [one for one in _pinned("deploy/requirements.lock") if one not in whole] == []


def _pinned(file: str) -> list[str]:
    lines = (ROOT / file).read_text().splitlines()
    return [line.split(" ")[0] for line in lines if "==" in line and not line.startswith(" ")]


def test_the_operators_table_of_settings_is_the_codes() -> None:
    assert table() in README.read_text(), "python -m tests.containers.settings_table"

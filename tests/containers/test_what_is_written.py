"""What the files for containers say, held against the code; no engine is needed."""

from __future__ import annotations

from typing import Any

import yaml  # type: ignore[import-untyped]

from services.provisioning import SERVICES
from tests.containers.settings_table import README, table
from tests.containers.stack import ROOT

KUBERNETES = ROOT / "deploy" / "kubernetes" / "base"
NAME = "app.kubernetes.io/name"
PORTS = (4222, 5432, 6222, 8000, 8222)
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


def test_the_operators_job_on_kubernetes_reaches_services_and_databases_and_nothing_else() -> None:
    [job] = (one for one in _kubernetes("operator") if one["kind"] == "CronJob")
    operator = job["spec"]["jobTemplate"]["spec"]["template"]["metadata"]["labels"]
    running = [one for one in (*_kubernetes("services"), *_kubernetes("nats"))
               if "template" in one.get("spec", {})]  # fmt: skip
    pods = [one["spec"]["template"]["metadata"]["labels"] for one in running]
    pods += [{NAME: name, "cnpg.io/cluster": name} for name in ("postgres", "postgres-vault")]

    reached = {
        (pod[NAME], port) for pod in pods for port in PORTS if _may_reach(operator, pod, port)
    }

    databases = {("postgres", 5432), ("postgres-vault", 5432)}
    assert reached == databases | {(service, 8000) for service in SERVICES}


def _kubernetes(file: str) -> list[dict[str, Any]]:
    return [one for one in yaml.safe_load_all((KUBERNETES / f"{file}.yaml").read_text()) if one]


def _may_reach(one: dict[str, str], other: dict[str, str], port: int) -> bool:
    """Whether what may leave the one may come in at the other."""
    out = any(_lets(rule, "to", other, port) for rule in _rules(one, "egress"))
    return out and any(_lets(rule, "from", one, port) for rule in _rules(other, "ingress"))


def _rules(pod: dict[str, str], way: str) -> list[dict[str, Any]]:
    policies = [one["spec"] for one in _kubernetes("network")]
    return [
        rule for one in policies if _is_of(one["podSelector"], pod) for rule in one.get(way, ())
    ]


def _lets(rule: dict[str, Any], way: str, pod: dict[str, str], port: int) -> bool:
    ports = [one["port"] for one in rule.get("ports", ())]
    peers = [one["podSelector"] for one in rule.get(way, ()) if "podSelector" in one]
    anybody = way not in rule
    return (not ports or port in ports) and (anybody or any(_is_of(one, pod) for one in peers))


def _is_of(selector: dict[str, Any], pod: dict[str, str]) -> bool:
    same = all(pod.get(key) == value for key, value in selector.get("matchLabels", {}).items())
    among = selector.get("matchExpressions", ())
    return same and all(pod.get(one["key"]) in one["values"] for one in among)

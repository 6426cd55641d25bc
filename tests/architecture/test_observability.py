"""Alerts and dashboards speak of figures that there are, and say what to do."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]  # it has no types, and is read as Any

from services.chassis.metrics import COUNTED, GAUGES, Spread
from services.provisioning import SERVICES

PLACE = Path(__file__).parents[2] / "deploy" / "observability"
FIGURE = re.compile(r"\b(?:tandem|process)_[a-z_]+")
KNOWN = {
    *GAUGES,
    *(one.name for one in COUNTED),
    *(f"{one.name}_{part}" for one in COUNTED if isinstance(one, Spread)
      for part in ("bucket", "sum", "count")),
}  # fmt: skip


def read(name: str) -> Any:
    return yaml.safe_load((PLACE / name).read_text())


RULES = [rule for group in read("alerts.yml")["groups"] for rule in group["rules"]]
BOARDS = sorted((PLACE / "grafana" / "dashboards").glob("*.json"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule["alert"]))
def test_an_alert_waits_before_it_rings_and_says_what_to_do(rule: dict[str, Any]) -> None:
    named = set(FIGURE.findall(rule["expr"]))

    assert named <= KNOWN
    assert named or "up{" in rule["expr"]
    assert re.fullmatch(r"[0-9]+[mh]", rule["for"])
    assert set(rule["annotations"]) == {"summary", "action"}
    assert rule["labels"]["severity"] in ("critical", "warning")


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.stem)
def test_a_dashboard_shows_figures_that_there_are(board: Path) -> None:
    panels = json.loads(board.read_text())["panels"]

    asked = {one["title"]: target["expr"] for one in panels for target in one["targets"]}

    assert panels
    assert len({one["id"] for one in panels}) == len(panels)
    for title, expression in asked.items():
        named = set(FIGURE.findall(expression))
        assert named <= KNOWN, title
        assert named or "up{" in expression, title


def test_every_service_is_asked() -> None:
    [job] = read("prometheus.yml")["scrape_configs"]

    targets = job["static_configs"][0]["targets"]

    assert sorted(targets) == sorted(f"{service}:8000" for service in SERVICES)
    assert "credentials_file" in job["authorization"]

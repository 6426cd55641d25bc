"""Runs beside the services: what ledger and views have, and whether they are whole."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from contracts import ANNOUNCING
from contracts.access import AccessRole
from services.cli.exchange.office import Office
from services.cli.running import OFFICE, Platform, Surroundings

DRAFTED, LOST = "intake.RequestDrafted.v1", "intake.FactsLost.v1"


def main(home: str) -> None:
    way = Surroundings().way
    assert way
    with Platform(*way, home, roles=(*OFFICE, AccessRole.OPERATOR, AccessRole.AUDITOR)) as platform:
        entries = list(Office(platform, home).entries())
        viewed, after = [], None
        while True:
            page = platform.get("/insights/requests", limit="500", after=after)
            viewed += [one["id"] for one in page["items"]]
            if not (after := page["next"]):
                break
        parked = sum(len(platform.get(f"/{name}/quarantine")) for name in ANNOUNCING)
        standing = {name: platform.get(f"/{name}/status") for name in ANNOUNCING}
        size = platform.get("/ledger/tree")["size"]
        losses = [one for one in entries if one["type"] == LOST]
        lost = {place for one in losses for place in _places(one)}
        drafted = [one["subject"] for one in entries if one["type"] == DRAFTED]
        caught_up = len(set(drafted) - set(viewed)) == 0
        at = time.monotonic()  # one clock for the whole machine
        differing = _differing(platform) if caught_up else []
    said = {
        "drafted": drafted,
        "viewed": viewed,
        "missing": size - len({one["id"] for one in entries}),
        "differing": differing,
        "quarantine": parked,
        "unannounced": sum(one["position"] - (one["published"] or 0) for one in standing.values()),
        "unheard": sum(
            _left(standing, one) for some in standing.values() for one in some["listeners"]
        ),
        "lost": sorted(lost & {one["position"] for one in losses}),
        "reused": sum(
            one["source"] == "intake" and one["position"] in lost and one["type"] != LOST
            for one in entries
        ),
        "at": at,
    }
    print(json.dumps(said))  # noqa: T201 - for who started us


def _places(loss: dict[str, Any]) -> range:
    """The positions that it says are lost."""
    return range(loss["data"]["first"], loss["data"]["last"] + 1)


def _left(standing: dict[str, dict[str, Any]], listener: dict[str, Any]) -> int:
    """How many facts of its source a listener has still to hear."""
    return max(0, int(standing[listener["source"]]["position"] - listener["position"]))


def _differing(platform: Platform) -> list[str]:
    """The documents that a view has otherwise than the log would give it, read from its start."""
    names = [one["projection"] for one in platform.get("/insights/status")]
    found = {
        name: platform.post("/insights/comparisons", {"projection": name}).json() for name in names
    }
    return [f"{name} {one['key']} {one['how']}" for name, some in found.items() for one in some]


if __name__ == "__main__":
    main(*sys.argv[1:])

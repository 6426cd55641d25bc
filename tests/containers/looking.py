"""Runs beside the services: what ledger and view have, and whether the ledger is whole."""

from __future__ import annotations

import json
import sys

from contracts import ANNOUNCING
from contracts.access import AccessRole
from services.cli.exchange.office import Office
from services.cli.running import OFFICE, Platform, Surroundings

DRAFTED = "intake.RequestDrafted.v1"


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
        size = platform.get("/ledger/tree")["size"]
    said = {
        "drafted": [one["subject"] for one in entries if one["type"] == DRAFTED],
        "viewed": viewed,
        "missing": size - len({one["id"] for one in entries}),
        "quarantine": parked,
    }
    print(json.dumps(said))  # noqa: T201 - for who started us


if __name__ == "__main__":
    main(*sys.argv[1:])

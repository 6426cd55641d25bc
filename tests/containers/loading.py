"""Runs beside the services: drafts requests, asks again until each is answered, says which were."""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from uuid import uuid4

import httpx2

from contracts.access import AccessRole
from services.cli.running import OFFICE, Platform, Refused, Surroundings

AT_ONCE = 4


def main(home: str, department: str, contact: str, seconds: str) -> None:
    way = Surroundings().way
    assert way
    end, answered = time.monotonic() + float(seconds), list[tuple[float, str]]()

    def draft(_: int) -> None:
        with Platform(*way, home, roles=(*OFFICE, AccessRole.OPERATOR)) as platform:
            while time.monotonic() < end:
                one = _drafted(platform, department, contact)
                answered.append((time.monotonic(), one))

    print("begun", flush=True)  # noqa: T201 - for who started us
    with ThreadPoolExecutor(AT_ONCE) as hands:
        list(hands.map(draft, range(AT_ONCE)))
    times, ids = zip(*sorted(answered), strict=True)
    silence = max((later - earlier for earlier, later in pairwise(times)), default=0.0)
    said = {"sent": len(ids), "acknowledged": ids, "silence": silence}
    print(json.dumps(said))  # noqa: T201 - for who started us


def _drafted(platform: Platform, department: str, contact: str) -> str:
    """The same key until there is an answer: what was done is not done twice."""
    key = str(uuid4())
    said = {
        "title": f"Comité {key[:8]}", "department": department, "contact": contact,
        "level": "partnership", "partners_sought": 1, "words": {"aim": "Entendre."},
    }  # fmt: skip
    while True:
        try:
            answer = platform.post("/intake/requests", said, **{"Idempotency-Key": key})
            return str(answer.json()["id"])
        except (Refused, httpx2.HTTPError):
            time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])

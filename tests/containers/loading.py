"""Runs beside the services until its input ends: drafts requests, each until it is answered."""

from __future__ import annotations

import json
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import httpx2

from contracts.access import AccessRole
from services.chassis.settings import OPERATOR
from services.chassis.tokens import Identity, Signed
from services.cli.running import OFFICE, Surroundings

AT_ONCE, PAUSE = 4, 0.3  # people, and seconds between two things that one of them does
PATIENCE = 20.0  # seconds: whoever hears nothing asks again


def main(home: str, department: str, contact: str) -> None:
    way = Surroundings().way
    assert way
    answered, sent, end = list[tuple[float, str, int]](), list[str](), threading.Event()

    def draft(_: int) -> None:
        who = Signed(way.pen, Identity(home, OPERATOR, (*OFFICE, AccessRole.OPERATOR)))
        intake = way.services_at.format(service="intake")
        with httpx2.Client(base_url=intake, auth=who, timeout=PATIENCE, trust_env=False) as http:
            while not end.is_set():
                one = _drafted(http, department, contact, sent)
                answered.append((time.monotonic(), *one))
                end.wait(PAUSE)

    print("begun", flush=True)  # noqa: T201 - for who started us
    with ThreadPoolExecutor(AT_ONCE) as hands:
        drafting = hands.map(draft, range(AT_ONCE))
        sys.stdin.read()
        end.set()
        list(drafting)
    # The clock that only goes forward is one on the whole machine.
    said = {"sent": len(sent), "acknowledged": sorted(answered)}
    print(json.dumps(said))  # noqa: T201 - for who started us


def _drafted(
    http: httpx2.Client, department: str, contact: str, sent: list[str]
) -> tuple[str, int]:
    """A request and its position: the same key until there is an answer."""
    key = str(uuid4())
    said = {
        "title": f"Comité {key[:8]}", "department": department, "contact": contact,
        "level": "partnership", "partners_sought": 1, "words": {"aim": "Entendre."},
    }  # fmt: skip
    while True:
        sent.append(key)
        try:
            answer = http.post("/requests", json=said, headers={"Idempotency-Key": key})
            if answer.is_success:
                position = answer.headers["Tandem-Position"].removeprefix("intake@")
                return str(answer.json()["id"]), int(position)
        except httpx2.HTTPError:
            pass
        time.sleep(0.05)


if __name__ == "__main__":
    main(*sys.argv[1:])

"""Somebody at the portal's pages all the while: were they answered, or told plainly why not?"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import cycle
from typing import Self

import httpx2

from tests.portal.town import cookies_over_http, token_in

PAGES = ("/", "/partenaires", "/implications")
PAUSE, PATIENCE = 0.3, 15.0  # seconds
# As whatever stands in front of several would do: nothing is asked but to see, or to come in.
CLOSED = httpx2.ConnectError, httpx2.ReadError, httpx2.RemoteProtocolError
PLAIN = "n’est pas accessible pour l’instant"


class Visitor:
    """One browser; what it saw, and when. Where one door of the portal is shut it takes another."""

    def __init__(self, doors: Iterable[str], establishment: str) -> None:
        self._pages = httpx2.Client(cookies=cookies_over_http(), timeout=PATIENCE, trust_env=False)
        self._doors = deque(doors)
        self._establishment = establishment
        self.seen = list[tuple[float, str]]()
        self.odd = Counter[str]()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pages.close()

    def come_in(self) -> None:
        """By the page of demonstration accounts."""
        token = token_in(self._asked("GET", "/entrer/nulle-part").text)
        said = {"jeton": token, "home": self._establishment, "role": "office_lead"}
        answer = self._asked("POST", "/demonstration", said)
        assert answer.status_code == 303, answer.text

    @contextmanager
    def knocking(self) -> Iterator[None]:
        """Page after page, beside whatever is done meanwhile."""
        self.seen.clear()
        self.odd.clear()
        done = threading.Event()
        legs = threading.Thread(target=self._walk, args=(done,), daemon=True)
        legs.start()
        try:
            yield
        finally:
            done.set()
            legs.join()

    def until_answered(self, within: float) -> None:
        """Waits, while knocking, until a page is shown."""
        end = time.monotonic() + within
        while self.seen and self.seen[-1][1] != "answered" and time.monotonic() < end:
            time.sleep(PAUSE)

    def counted(self, what: str) -> int:
        return sum(how == what for _, how in self.seen)

    def _walk(self, done: threading.Event) -> None:
        for page in cycle(PAGES):
            if done.wait(PAUSE):
                return
            self.seen.append((time.monotonic(), self._how(page)))

    def _asked(self, method: str, path: str, said: dict[str, str] | None = None) -> httpx2.Response:
        home = {"Origin": self._doors[0]}
        try:
            return self._pages.request(method, self._doors[0] + path, headers=home, data=said)
        except CLOSED:
            self._doors.rotate()
            home = {"Origin": self._doors[0]}
            return self._pages.request(method, self._doors[0] + path, headers=home, data=said)

    def _how(self, page: str) -> str:
        try:
            answer = self._asked("GET", page)
            if answer.status_code == 303:  # the session was lost: they come in again
                self.come_in()
                answer = self._asked("GET", page)
        except (httpx2.HTTPError, AssertionError) as error:
            self.odd[type(error).__name__] += 1
            return "silent"
        if answer.status_code == 200:
            return "answered"
        if answer.status_code == 503 and PLAIN in answer.text:
            return "told"
        self.odd[f"{answer.status_code} {page}"] += 1
        return "silent"

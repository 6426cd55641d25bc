"""What an import and an export ask of the platform."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import batched
from typing import Any
from uuid import UUID

import httpx2

from contracts.vault import Purpose
from services.cli.exchange.failing import Interrupted
from services.cli.running import Platform, Refused

KEYS_AT_ONCE = 5_000
PERSONS_AT_ONCE = 2_000
ENTRIES_AT_ONCE = 1_000
TRIES = 6


class Office:
    """One establishment's office at the platform's doors. Its methods raise Refused."""

    def __init__(self, tandem: Platform, establishment: str) -> None:
        self._tandem = tandem
        self.establishment = establishment

    def is_open(self) -> bool:
        known = self._get("/insights/establishments")["items"]
        return any(one["establishment"] == self.establishment for one in known)

    def open(self) -> None:
        """Under its key, until somebody gives it its name."""
        self._ask("/directory/establishment", {"name": self.establishment})

    def ids_of(self, kind: str, keys: Iterable[str]) -> dict[str, UUID]:
        """The ids of those of the office's keys that are known."""
        return self.known(kind, keys)[0]

    def known(self, kind: str, keys: Iterable[str]) -> tuple[dict[str, UUID], set[str]]:
        """The ids of those that are known; and those whose person was erased."""
        found: dict[str, UUID] = {}
        erased: set[str] = set()
        for some in batched(keys, KEYS_AT_ONCE, strict=False):
            said = {"kind": kind, "keys": some, "create": False}
            answer = self._ask("/vault/keys", said).json()
            found |= {key: UUID(one) for key, one in answer["ids"].items()}
            erased |= set(answer["erased"])
        return found, erased

    def keys_of(self, kind: str, ids: Iterable[UUID]) -> dict[UUID, str]:
        """The office's key of each id that has one."""
        found: dict[UUID, str] = {}
        for some in batched(map(str, ids), KEYS_AT_ONCE, strict=False):
            said = {"kind": kind, "purpose": Purpose.REGISTER, "ids": some}
            keys = self._ask("/vault/keys/resolutions", said).json()["keys"]
            found |= {UUID(one): key for one, key in keys.items()}
        return found

    def state(self, kind: str, keys: Mapping[str, UUID]) -> None:
        """These keys stand for these ids from now on."""
        for some in batched(keys.items(), KEYS_AT_ONCE, strict=False):
            stated = {key: str(one) for key, one in some}
            self._ask("/vault/keys/statements", {"kind": kind, "keys": stated})

    def seal(self, new: UUID | None = None) -> bytes:
        """The establishment's secret under which digests are made; empty if it has none yet."""
        if new and not self.ids_of("seal", ["register"]):
            self.state("seal", {"register": new})
        known = self.ids_of("seal", ["register"])
        return known["register"].bytes if known else b""

    def send(self, service: str, lines: Sequence[dict[str, Any]]) -> dict[UUID, tuple[str, str]]:
        """Each line's outcome, and why. What makes a whole page unreadable is found in it."""
        try:
            answer = self._ask(f"/{service}/register", {"lines": lines}).json()
        except Refused as refusal:
            if refusal.may_change:
                raise Interrupted from refusal
            if len(lines) == 1:
                return {UUID(lines[0]["id"]): ("refused", str(refusal))}
            half = len(lines) // 2
            return self.send(service, lines[:half]) | self.send(service, lines[half:])
        return {UUID(one["id"]): (one["outcome"], one["why"] or "") for one in answer}

    def words(self, refs: Iterable[str]) -> dict[str, str]:
        """The words behind these references, but for what was erased."""
        found: dict[str, str] = {}
        for some in batched(refs, KEYS_AT_ONCE, strict=False):
            said = {"purpose": Purpose.REGISTER, "refs": some}
            found |= self._ask("/vault/resolutions", said).json()["values"]
        return found

    def know(self, subjects: Iterable[str], *fields: str) -> dict[str, dict[str, str]]:
        """What the vault knows last of each subject."""
        found: dict[str, dict[str, str]] = {}
        for some in batched(subjects, PERSONS_AT_ONCE, strict=False):
            said = {"purpose": Purpose.REGISTER, "subjects": some, "fields": fields}
            found |= self._ask("/vault/subjects/resolutions", said).json()["subjects"]
        return found

    def seek_duplicates(self) -> int:
        """Have everybody compared in the vault; how many pairs now wait for a decision there."""
        return int(self._ask("/vault/duplicates/searches", {}).json()["waiting"])

    def partners(self) -> Iterator[str]:
        """The ids of everybody in the pool, and of those who have left it."""
        after = None
        while True:
            page = self._get("/insights/partners", limit="500", after=after)
            yield from (one["id"] for one in page["items"])
            if not (after := page["next"]):
                return

    def entries(self) -> Iterator[dict[str, Any]]:
        """The establishment's whole history, in its order."""
        after = 0
        while True:
            told = {"after": str(after), "limit": str(ENTRIES_AT_ONCE)}
            page = self._get("/ledger/entries", **told)
            yield from page
            after += len(page)  # an establishment's sequence has no gaps
            if len(page) < ENTRIES_AT_ONCE:
                return

    def _get(self, path: str, **query: str | None) -> Any:
        return self._patiently(lambda: self._tandem.get(path, **query))

    def _ask(self, path: str, said: object) -> httpx2.Response:
        return self._patiently(lambda: self._tandem.post(path, said))

    def _patiently[T](self, ask: Callable[[], T]) -> T:
        """What will be otherwise in a moment is asked again. Raises Refused, Interrupted."""
        pause = 0.2
        for again in reversed(range(TRIES)):
            try:
                return ask()
            except Refused as refusal:
                if not (refusal.may_change and again):
                    raise
            except httpx2.TransportError as error:
                raise Interrupted from error
            time.sleep(pause)
            pause *= 2
        raise AssertionError("the last time raises")

"""An audit bundle: facts with what proves them, for whoever checks it without us."""

from __future__ import annotations

from array import array
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from importlib.resources import files
from io import RawIOBase
from typing import NamedTuple
from uuid import UUID
from zipfile import ZIP_DEFLATED, ZipFile

import orjson

from contracts.ledger import CheckpointShown
from services.chassis.database import Connection
from services.chassis.notes import proof_lines
from services.ledger.proofs.proving import Proving
from services.ledger.proofs.roots import Roots
from services.ledger.reading import Bounds, History

AT_ONCE = 500
CHECKPOINTS = 400  # earlier ones, at most
TEXTS = ("LISEZMOI.md", "README.md", "verify.py")
SPAN = """
select min(sequence), max(sequence) from entries
where establishment = $1 and recordedtime >= $2 and recordedtime < $3
"""
PERIOD = """
select sequence, body from entries
where establishment = $1 and sequence between $4 and $5 and recordedtime >= $2 and recordedtime < $3
order by sequence limit $6
"""


class Selection(NamedTuple):
    """Of what: a person, a request, or what was recorded in a period (all, by default)."""

    person: UUID | None = None
    request: UUID | None = None
    since: datetime = datetime.min.replace(tzinfo=UTC)
    until: datetime = datetime.max.replace(tzinfo=UTC)
    days: tuple[str, ...] = ()  # as they were asked for

    def told(self) -> dict[str, str]:
        """In words, for whoever reads the bundle."""
        said = {"person": self.person, "request": self.request, "days": " – ".join(self.days)}
        return {name: str(value) for name, value in said.items() if value}


type Entries = Sequence[tuple[int, bytes]]


async def entries_of(
    history: History, connection: Connection, establishment: str, of: Selection
) -> AsyncIterator[Entries]:
    """Sequences and bodies, in order and by pages; of a person, what names nobody else."""
    if of.person:
        yield await history.entries_of_person(establishment, of.person, Bounds())
    elif of.request:
        yield await history.entries_of_thing(establishment, of.request)
    else:
        first, last = await connection.fetchrow(SPAN, establishment, of.since, of.until) or (0, 0)
        while first and first <= last:
            asked = establishment, of.since, of.until, first, last, AT_ONCE
            page = [tuple(row) for row in await connection.fetch(PERIOD, *asked)]
            if not page:
                return
            yield page
            first = page[-1][0] + 1


class _Out(RawIOBase):
    """Takes what a ZIP file writes, until it is sent on."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, part: object) -> int:
        self._parts.append(taken := bytes(part))  # type: ignore[call-overload]
        return len(taken)

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


class Bundling:
    """Streamed: no more than a page of entries is in memory."""

    def __init__(self, proving: Proving, history: History) -> None:
        self._proving = proving
        self._history = history

    async def bundle(self, establishment: str, of: Selection) -> AsyncIterator[bytes]:
        """A ZIP file. Raises NotFound, NotYetSigned, before the first byte."""
        last = await self._proving.covering(establishment, await self._size(establishment))
        keys = await self._proving.keys(establishment)
        return self._parts(establishment, of, last, [one.model_dump(mode="json") for one in keys])

    async def pages(self, establishment: str, of: Selection) -> AsyncIterator[list[bytes]]:
        """The facts alone, page by page."""
        async with self._proving.reading(establishment) as connection:
            async for page in entries_of(self._history, connection, establishment, of):
                yield [body for _, body in page]

    async def _size(self, establishment: str) -> int:
        async with self._proving.reading(establishment) as connection:
            last = "select coalesce(max(sequence), 0) from entries where establishment = $1"
            return int(await connection.fetchval(last, establishment))

    async def _parts(
        self, establishment: str, of: Selection, last: CheckpointShown, keys: Sequence[object]
    ) -> AsyncIterator[bytes]:
        out = _Out()
        about = {"establishment": establishment, "origin": last.origin, "of": of.told(),
                 "made": datetime.now(UTC).isoformat(timespec="seconds")}  # fmt: skip
        with ZipFile(out, "w", ZIP_DEFLATED) as packed:
            for name in TEXTS:
                packed.writestr(name, (files(f"{__package__}.bundle") / name).read_bytes())
            packed.writestr("about.json", orjson.dumps(about))
            packed.writestr("checkpoint.txt", last.note)
            packed.writestr("keys.ndjson", _lines(keys))
            async with self._proving.reading(establishment) as connection:
                async for _ in self._entries(packed, connection, establishment, of, last):
                    yield out.taken()
                roots = Roots(connection, establishment)
                earlier = await self._earlier(connection, establishment, last, roots)
                packed.writestr("checkpoints.ndjson", _lines(earlier))
        yield out.taken()

    async def _entries(
        self, packed: ZipFile, connection: Connection, establishment: str, of: Selection,
        last: CheckpointShown,
    ) -> AsyncIterator[None]:  # fmt: skip
        """Every entry up to the checkpoint; then the proof of each, in the same order."""
        sequences, roots = array("q"), Roots(connection, establishment)
        with packed.open("entries.ndjson", "w", force_zip64=True) as file:
            async for page in entries_of(self._history, connection, establishment, of):
                covered = [(at, body) for at, body in page if at <= last.size]
                sequences.extend(at for at, _ in covered)
                file.write(b"".join(body + b"\n" for _, body in covered))
                yield
        with packed.open("proofs.ndjson", "w", force_zip64=True) as file:
            for at in sequences:
                proof = proof_lines(await roots.inclusion(at - 1, last.size))
                file.write(orjson.dumps({"sequence": at, "proof": proof}) + b"\n")
                yield

    async def _earlier(
        self, connection: Connection, establishment: str, last: CheckpointShown, roots: Roots
    ) -> list[dict[str, object]]:
        seen = await self._proving.kept_in_mind(connection, last, establishment, CHECKPOINTS)
        return [
            {"size": one.size, "note": one.note,
             "proof": proof_lines(await roots.consistency(one.size, last.size))}
            for one in seen
        ]  # fmt: skip


def _lines(said: Sequence[object]) -> bytes:
    return b"".join(orjson.dumps(one) + b"\n" for one in said)

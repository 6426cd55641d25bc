"""A file that a person brings in a browser: read here piece by piece, while they look on.

It is in memory until it is read, and on no disk: a file in quarantine is brought again.
"""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from io import StringIO
from itertools import batched
from typing import Self
from uuid import uuid4

from contracts.directory import StaffColumn
from contracts.snapshots import (
    LINES_AT_ONCE,
    MOST_TOLD,
    PEOPLE_AT_ONCE,
    AllSeen,
    LinesSeen,
    PeopleTold,
    Run,
    RunAsked,
    Trouble,
)
from contracts.staff_file import FileUnfit, Read, counted, people, read, seen, separator_of
from services.chassis.deciding import Provenance
from services.chassis.domain import Refusal
from services.directory.snapshots.loading import APPLY, Snapshots

log = logging.getLogger(__name__)

FILES = "/runs/files"
LARGEST_FILE = 16 * 1024 * 1024  # bytes: some hundred thousand lines
HEAD = 4096  # bytes in which the headings are


class FileNotReadable(Refusal):
    """This file cannot be read as a list of staff. Nothing was changed."""

    french = "Ce fichier ne se lit pas comme une liste du personnel. Rien n’a été modifié."
    passing = True

    def __init__(self, why: str = "") -> None:
        super().__init__(why)
        self.why = why

    def said(self, language: str) -> str:
        return f"{self.why} Rien n’a été modifié." if self.why else super().said(language)


@dataclass(frozen=True)
class Brought:
    """A file as text, and how its columns stand."""

    text: str
    sha256: str
    separator: str
    columns: dict[StaffColumn, str]

    def lines(self) -> Iterator[Read]:
        return read(StringIO(self.text, newline=""), self.separator, self.columns)


class Uploads:
    """Files under way, each in a task of its own; those that are left when we end are given up."""

    def __init__(self, snapshots: Snapshots) -> None:
        self.snapshots = snapshots
        self._under_way: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for one in self._under_way:
            one.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def begin(
        self, content: bytes, source: str, by: Provenance, *, dry: bool, release: bool
    ) -> Run:
        """Raises FileNotReadable, NotFound, SourceIsClosed, FileWasRefused."""
        columns = (await self.snapshots.source_named(source, by)).columns
        try:
            file, rows = await asyncio.to_thread(_examined, content, columns)
        except FileUnfit as unfit:
            raise FileNotReadable(str(unfit)) from unfit
        asked = RunAsked(source=source, sha256=file.sha256, rows=rows, dry=dry, release=release)
        run = await self.snapshots.open(asked, by)
        task = asyncio.create_task(self._carry_on(run, file, replace(by, asked=None, seen=None)))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return run

    async def _carry_on(self, run: Run, file: Brought, by: Provenance) -> None:
        try:
            run = await self._compared(run, file, by)
            if run.state in APPLY:
                await self._tell(run, file, by)
            while run.state in APPLY:
                run = await self.snapshots.end(run.id, _again(by))
        except Refusal as refusal:
            await self.snapshots.reports.stop(run.id, refusal.said("fr"))
        except Exception as error:
            # What is logged is where it happened: messages may repeat what was sent.
            where = "".join(traceback.format_tb(error.__traceback__))
            log.error("a file of staff was given up: %s\n%s", type(error).__name__, where)
            await self.snapshots.reports.stop(run.id, "Une panne a interrompu la lecture.")

    async def _compared(self, run: Run, file: Brought, by: Provenance) -> Run:
        tally, troubles = Counter[str](), list[Trouble]()
        for some in batched(file.lines(), LINES_AT_ONCE, strict=False):
            for one in some:
                tally["keyless"] += one.key is None
                troubles += [one.trouble] if one.trouble else []
            lines = tuple(seen(one, one.key) for one in some if one.key)
            await self.snapshots.see(run.id, LinesSeen.model_construct(lines=lines), by)
        told = AllSeen(
            unreadable=len(troubles),
            keyless=tally["keyless"],
            troubles=tuple(troubles[:MOST_TOLD]),
        )
        return await self.snapshots.compare(run.id, told, _again(by))

    async def _tell(self, run: Run, file: Brought, by: Provenance) -> None:
        after: int | None = 0
        wanted: list[tuple[int, ...]] = []
        while after is not None:
            page = await self.snapshots.wanted(run.id, after, by)
            wanted += page.people
            after = page.after
        for some in batched(people(file.lines(), wanted), PEOPLE_AT_ONCE, strict=False):
            await self.snapshots.tell(run.id, PeopleTold.model_construct(people=some), _again(by))


def _again(by: Provenance) -> Provenance:
    """One more command: each decides once about each thing it touches."""
    return replace(by, command=uuid4())


def _examined(content: bytes, columns: dict[StaffColumn, str]) -> tuple[Brought, int]:
    """Raises FileUnfit."""
    if b"\x00" in content[:HEAD]:
        raise FileUnfit("Ce fichier n’est pas du texte : enregistrez-le en CSV.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    file = Brought(text, sha256(content).hexdigest(), separator_of(content[:HEAD]), columns)
    next(file.lines(), None)  # its headings
    return file, counted(StringIO(text, newline=""), file.separator)

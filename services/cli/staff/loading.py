"""A nightly file is told to the directory: seen whole, compared, and then only what changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import batched
from uuid import UUID

from pydantic import BaseModel

from contracts.directory import StaffColumn
from contracts.snapshots import (
    LINES_AT_ONCE,
    MOST_TOLD,
    PEOPLE_AT_ONCE,
    AllSeen,
    Change,
    Changes,
    LinesSeen,
    PeopleTold,
    Run,
    RunAsked,
    RunState,
    Told,
    Trouble,
    Wanted,
)
from contracts.staff_file import FileUnfit, Read, people, seen
from services.cli.running import Platform
from services.cli.staff.files import Examined, StaffFile, examined
from services.cli.staff.lines import counted, read

APPLIES = {RunState.COMPARED, RunState.RELEASED}

type Progress = Callable[[str, int, int], None]


@dataclass
class Loaded:
    """What became of a file, and of its lines that changed nothing."""

    run: Run
    troubles: list[Trouble] = field(default_factory=list)


class Loading:
    """One file on its way in. Only lines of people who have several of them wait in memory."""

    def __init__(
        self, tandem: Platform, file: StaffFile, source: str, progress: Progress = lambda *_: None
    ) -> None:
        self._tandem, self._file, self._source = tandem, file, source
        self._progress = progress
        self._troubles: list[Trouble] = []

    def load(self, *, dry: bool = False, release: bool = False) -> Loaded:
        """Raises FileUnfit, Refused; told again it goes on where it was."""
        known = examined(self._file)
        columns = self._columns()
        rows = self._checked(known, columns)
        asked = RunAsked(
            source=self._source,
            sha256=known.sha256,
            rows=rows,
            taken_at=self._file.manifest.taken_at,
            dry=dry,
            release=release,
        )
        run = Run.model_validate(self._post("/runs", asked))
        run = self._compared(run, known, columns)
        if run.state in APPLIES:
            self._tell(run, known, columns)
            run = self._ended(run)
        return Loaded(run, self._troubles)

    def changes(self, run: UUID, change: Change) -> Changes:
        """Some of those whom the file changes so."""
        path = f"/directory/runs/{run}/changes"
        return Changes.model_validate(self._tandem.get(path, change=change))

    def _columns(self) -> dict[StaffColumn, str]:
        for source in self._tandem.get("/directory/sources"):
            if source["name"] == self._source:
                return {StaffColumn(name): head for name, head in source["columns"].items()}
        raise FileUnfit(f"Cet établissement n’a pas de source « {self._source} ».")

    def _checked(self, known: Examined, columns: dict[StaffColumn, str]) -> int:
        """How many lines there are, if the file is what its manifest says."""
        manifest = self._file.manifest
        if manifest.sha256 not in (None, known.sha256):
            raise FileUnfit("L’empreinte n’est pas celle du manifeste : le fichier est abîmé.")
        next(read(self._file, known, columns), None)  # its headings
        rows = counted(self._file, known)
        if manifest.rows not in (None, rows):
            raise FileUnfit(f"{rows} lignes, alors que le manifeste en annonce {manifest.rows}.")
        return rows

    def _compared(self, run: Run, known: Examined, columns: dict[StaffColumn, str]) -> Run:
        tally: Counter[str] = Counter()
        there = read(self._file, known, columns)
        for some in batched(there, LINES_AT_ONCE, strict=False):
            for one in some:
                self._note(one, tally)
            lines = tuple(seen(one, one.key) for one in some if one.key)
            self._post(f"/runs/{run.id}/lines", LinesSeen.model_construct(lines=lines))
            tally["read"] += len(some)
            self._progress("Lecture", tally["read"], run.rows)
        told = AllSeen(
            unreadable=tally["unreadable"],
            keyless=tally["keyless"],
            troubles=tuple(self._troubles),
        )
        return Run.model_validate(self._post(f"/runs/{run.id}/comparison", told))

    def _note(self, one: Read, tally: Counter[str]) -> None:
        if one.trouble:
            tally["unreadable"] += 1
            tally["keyless"] += one.key is None
            if len(self._troubles) < MOST_TOLD:
                self._troubles.append(one.trouble)

    def _tell(self, run: Run, known: Examined, columns: dict[StaffColumn, str]) -> None:
        wanted = self._wanted(run)
        done = 0
        told_of = people(read(self._file, known, columns), wanted)
        for some in batched(told_of, PEOPLE_AT_ONCE, strict=False):
            said = PeopleTold.model_construct(people=some)
            told = Told.model_validate(self._post(f"/runs/{run.id}/people", said))
            self._troubles += told.refused[: MOST_TOLD - len(self._troubles)]
            done += len(some)
            self._progress("Personnes", done, len(wanted))

    def _wanted(self, run: Run) -> list[tuple[int, ...]]:
        """The lines of each person who is to be told."""
        found: list[tuple[int, ...]] = []
        after: int | None = 0
        while after is not None:
            path = f"/directory/runs/{run.id}/wanted"
            wanted = Wanted.model_validate(self._tandem.get(path, after=str(after)))
            found += wanted.people
            after = wanted.after
        return found

    def _ended(self, run: Run) -> Run:
        while run.state in APPLIES:
            run = Run.model_validate(self._post(f"/runs/{run.id}/end"))
            self._progress("Départs", run.counts.left, max(run.counts.left, run.counts.leaving))
        return run

    def _post(self, path: str, said: BaseModel | None = None) -> object:
        told = said.model_dump(mode="json", exclude_defaults=True) if said else {}
        answer = self._tandem.post(f"/directory{path}", told)
        return answer.json() if answer.content else None

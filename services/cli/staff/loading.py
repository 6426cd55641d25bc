"""A nightly file is told to the directory: seen whole, compared, and then only what changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from uuid import UUID

from pydantic import BaseModel

from contracts.directory import StaffColumn
from contracts.snapshots import (
    LINES_AT_ONCE,
    PEOPLE_AT_ONCE,
    Change,
    Changes,
    LineSeen,
    LinesSeen,
    PeopleTold,
    PersonTold,
    Run,
    RunAsked,
    RunState,
    StaffLine,
    Told,
    Trouble,
    Wanted,
)
from services.cli.running import Platform
from services.cli.staff.files import Examined, FileUnfit, StaffFile, examined
from services.cli.staff.lines import Read, counted, read

MOST_TOLD = 1_000  # troubles kept to be shown
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
            lines = tuple(_seen(one, one.key) for one in some if one.key)
            self._post(f"/runs/{run.id}/lines", LinesSeen.model_construct(lines=lines))
            tally["read"] += len(some)
            self._progress("Lecture", tally["read"], run.rows)
        said = {"unreadable": tally["unreadable"], "keyless": tally["keyless"]}
        answer = self._tandem.post(f"/directory/runs/{run.id}/comparison", said)
        return Run.model_validate_json(answer.content)

    def _note(self, one: Read, tally: Counter[str]) -> None:
        if one.trouble:
            tally["unreadable"] += 1
            tally["keyless"] += one.key is None
            if len(self._troubles) < MOST_TOLD:
                self._troubles.append(one.trouble)

    def _tell(self, run: Run, known: Examined, columns: dict[StaffColumn, str]) -> None:
        whose, sizes = self._wanted(run)
        done = 0
        people = _people(read(self._file, known, columns), whose, sizes)
        for some in batched(people, PEOPLE_AT_ONCE, strict=False):
            said = PeopleTold.model_construct(people=some)
            told = Told.model_validate(self._post(f"/runs/{run.id}/people", said))
            self._troubles += told.refused[: MOST_TOLD - len(self._troubles)]
            done += len(some)
            self._progress("Personnes", done, len(sizes))

    def _wanted(self, run: Run) -> tuple[dict[int, int], dict[int, int]]:
        """The first line of whoever a line is about, and how many lines those first ones begin."""
        whose: dict[int, int] = {}
        sizes: dict[int, int] = {}
        after: int | None = 0
        while after is not None:
            path = f"/directory/runs/{run.id}/wanted"
            wanted = Wanted.model_validate(self._tandem.get(path, after=str(after)))
            for lines in wanted.people:
                sizes[lines[0]] = len(lines)
                whose.update(dict.fromkeys(lines, lines[0]))
            after = wanted.after
        return whose, sizes

    def _ended(self, run: Run) -> Run:
        while run.state in APPLIES:
            run = Run.model_validate(self._post(f"/runs/{run.id}/end"))
            self._progress("Départs", run.counts.left, max(run.counts.left, run.counts.leaving))
        return run

    def _post(self, path: str, said: BaseModel | None = None) -> object:
        told = said.model_dump(mode="json", exclude_defaults=True) if said else {}
        answer = self._tandem.post(f"/directory{path}", told)
        return answer.json() if answer.content else None


def _seen(one: Read, key: str) -> LineSeen:
    digest = one.line.digest.hex() if one.line else None
    active = one.line.active if one.line else True
    return LineSeen.model_construct(line=one.number, key=key, digest=digest, active=active)


def _people(
    lines: Iterable[Read], whose: dict[int, int], sizes: dict[int, int]
) -> Iterator[PersonTold]:
    """Each person as soon as all their lines have been read."""
    waiting: dict[int, list[StaffLine]] = {}
    for one in lines:
        first = whose.get(one.number)
        if first is None or one.line is None:
            continue
        held = waiting.setdefault(first, [])
        held.append(one.line)
        if len(held) == sizes[first]:
            yield PersonTold.model_construct(line=first, lines=tuple(waiting.pop(first)))

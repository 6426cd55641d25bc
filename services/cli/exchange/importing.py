"""A register comes into Tandem: read, checked, sent, and told what became of each line."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from services.chassis.moments import HERE
from services.cli.exchange import remarks
from services.cli.exchange.alike import alike
from services.cli.exchange.office import Office
from services.cli.exchange.remarks import Remark
from services.cli.exchange.sending import Sent, send
from services.cli.exchange.stating import Key, Line, Statements
from services.cli.exchange.unfinished import to_complete
from services.cli.register.columns import Row
from services.cli.register.giving import give_back
from services.cli.register.layouts import Wishes
from services.cli.register.linking import digest
from services.cli.register.people import Partner
from services.cli.register.rows import Register, read_register
from services.cli.running import Refused

type Progress = Callable[[int, int], None]


@dataclass
class Report:
    """What became of a register."""

    opened: bool = False
    rows: int = 0
    added: int = 0
    already: int = 0
    refused: int = 0
    by_sheet: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    remarks: list[Remark] = field(default_factory=list)
    copies: list[Path] = field(default_factory=list)
    to_complete: dict[str, int] = field(default_factory=dict)
    seconds: float = 0.0
    sent: bool = False

    def told(self) -> dict[str, Any]:
        """For a program."""
        return {
            "opened": self.opened,
            "sent": self.sent,
            "rows": self.rows,
            "added": self.added,
            "already": self.already,
            "refused": self.refused,
            "sheets": {sheet: dict(counts) for sheet, counts in self.by_sheet.items()},
            "remarks": [remark.told() for remark in self.remarks],
            "copies": [str(copy) for copy in self.copies],
            "to_complete": self.to_complete,
            "seconds": round(self.seconds, 2),
        }


class Import:
    """One import. Nothing changes in a dry run, nor in a strict one that finds an error."""

    def __init__(
        self, office: Office, *, dry_run: bool = False, strict: bool = False,
        progress: Progress | None = None,
    ) -> None:  # fmt: skip
        self._office = office
        self._dry_run = dry_run
        self._strict = strict
        self._progress = progress
        self._report = Report()
        self._seal = b""
        self._contents: dict[int, str] = {}

    def run(self, paths: Sequence[Path], mapping: dict[str, Wishes] | None = None) -> Report:
        """Bring in these files. Raises NothingRead, Refused, Interrupted."""
        office, report = self._office, self._report
        report.opened = not office.is_open()
        self._seal = office.seal(None if self._dry_run else uuid4())
        register = read_register(paths, mapping, datetime.now(HERE).date(), self._seal)
        statements = Statements(register, {path.name: _digest(path) for path in paths})
        known = self._known(statements.wanted())
        ids = known | {key: uuid4() for key in statements.wanted() if key not in known}
        report.rows = register.refused + sum(map(len, register.rows.values()))
        report.refused = register.refused
        report.remarks += map(Remark.of, register.troubles)
        report.to_complete = to_complete(register)
        lines = self._lines(statements, ids)
        rows = [line.row for line in lines if line.row]
        self._contents = {
            id(row): content_of(row, statements.key_of(row).key, self._seal) for row in rows
        }
        changed = self._changed({id(row): statements.key_of(row) for row in rows}, known)
        if self._dry_run or (self._strict and report.refused):
            self._foretell(rows, statements, known, changed)
        else:
            self._alike(register, known, ids)
            self._open()
            self._state(
                ids,
                known,
                {
                    self._contents[id(row)]: ids[statements.key_of(row)]
                    for row in rows
                    if id(row) not in changed
                },
            )
            self._send(lines, changed)
            self._give_codes(paths, register)
        report.remarks = remarks.in_order(report.remarks)
        return report

    def _known(self, wanted: Iterable[Key]) -> dict[Key, UUID]:
        kinds: dict[str, list[str]] = defaultdict(list)
        for key in wanted:
            kinds[key.kind].append(key.key)
        return {
            Key(kind, key): one
            for kind, keys in kinds.items()
            for key, one in self._office.ids_of(kind, keys).items()
        }

    def _lines(self, statements: Statements, ids: Mapping[Key, UUID]) -> list[Line]:
        """What can be sent. A row whose line cannot go is refused, with those that need it."""
        lines: list[Line] = []
        lost: dict[UUID, int] = {}
        for row, stated in statements.stated(ids):
            line = stated
            if isinstance(line, Line) and (missed := line.rests_on & lost.keys()):
                line = remarks.rests_on_refused(line.place, lost[next(iter(missed))])
            if isinstance(line, Line):
                lines.append(line)
                continue
            self._refuse(line, row)
            if row:
                lost[ids[statements.key_of(row)]] = row.place.line
        return lines

    def _refuse(self, remark: Remark, row: Row | None) -> None:
        self._report.remarks.append(remark)
        if row:
            self._report.refused += 1
            self._report.by_sheet[row.titles[0]]["refused"] += 1

    def _changed(self, keys: Mapping[int, Key], known: Mapping[Key, UUID]) -> set[int]:
        """The rows whose key is known, and which say something else than before."""
        same = self._office.ids_of("content", self._contents.values())
        return {
            row for row, key in keys.items() if key in known and self._contents[row] not in same
        }

    def _foretell(
        self, rows: Iterable[Row], statements: Statements, known: Mapping[Key, UUID],
        changed: set[int],
    ) -> None:  # fmt: skip
        """What would happen, were it sent."""
        for row in rows:
            self._count(row, "already" if statements.key_of(row) in known else "added")
            if id(row) in changed:
                self._report.remarks.append(remarks.otherwise(row.place))

    def _alike(
        self, register: Register, known: Mapping[Key, UUID], ids: Mapping[Key, UUID]
    ) -> None:
        """Who is new here, and perhaps in Tandem already."""
        new = [row for row in register.of(Partner) if Key(row.sheet, row.key) not in known]
        named = {ids[Key(row.sheet, row.key)] for row in register.of(Partner)}
        self._report.remarks += alike(self._office, new, named)

    def _open(self) -> None:
        if self._report.opened:
            with suppress(Refused):  # somebody opened it meanwhile, and under its name
                self._office.open()

    def _state(
        self, ids: Mapping[Key, UUID], known: Mapping[Key, UUID], contents: dict[str, UUID]
    ) -> None:
        """Say what is about to come in: what it says first, then its keys."""
        self._office.state("content", contents)
        kinds: dict[str, dict[str, UUID]] = defaultdict(dict)
        for key in ids.keys() - known.keys():
            kinds[key.kind][key.key] = ids[key]
        for kind, keys in kinds.items():
            self._office.state(kind, keys)

    def _send(self, lines: Sequence[Line], changed: set[int]) -> None:
        begun, answered = time.monotonic(), 0

        def done(count: int) -> None:
            nonlocal answered
            answered += count
            if self._progress:
                self._progress(answered, len(lines))

        places = {line.id: line.place.line for line in lines}
        mended: dict[str, UUID] = {}
        for sent in send(self._office, lines, done):
            row = sent.line.row
            self._take(sent, changed, places)
            if sent.outcome == "added" and row and id(row) in changed:
                mended[self._contents[id(row)]] = sent.line.id  # it had been refused before
        self._office.state("content", mended)
        self._report.seconds = time.monotonic() - begun
        self._report.sent = True

    def _take(self, sent: Sent, changed: set[int], places: Mapping[UUID, int]) -> None:
        place, row = sent.line.place, sent.line.row
        if sent.rests_on:
            self._refuse(remarks.rests_on_refused(place, places[sent.rests_on]), row)
        elif sent.outcome == "refused":
            self._refuse(remarks.not_taken(place, "", sent.why), row)
        elif row:
            self._count(row, sent.outcome)
            if sent.outcome == "already" and id(row) in changed:
                self._report.remarks.append(remarks.otherwise(place))

    def _count(self, row: Row, outcome: str) -> None:
        self._report.by_sheet[row.titles[0]][outcome] += 1
        if outcome == "added":
            self._report.added += 1
        else:
            self._report.already += 1

    def _give_codes(self, paths: Sequence[Path], register: Register) -> None:
        """Beside each file that lacked codes, a copy that has them."""
        for path in paths:
            self._report.copies += give_back([path], register, path.parent)


def content_of(row: Row, key: str, seal: bytes) -> str:
    """A key that stands for all that a row says under its own key."""
    said = digest(type(row), row.says() | {"own": row.own}, seal).hex()
    return f"{row.sheet} {said} {key}"[:200]


def _digest(path: Path) -> str:
    return blake2b(path.read_bytes(), digest_size=8).hexdigest() if path.is_file() else "0" * 16

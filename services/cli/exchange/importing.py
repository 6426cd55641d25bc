"""A register comes into Tandem: read, checked, sent, and told what became of each line."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
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
from services.cli.exchange.failing import Interrupted
from services.cli.exchange.office import Office
from services.cli.exchange.planning import Plan
from services.cli.exchange.remarks import Remark
from services.cli.exchange.sending import Sent, send
from services.cli.exchange.unfinished import to_complete
from services.cli.register.columns import Row
from services.cli.register.giving import give_back
from services.cli.register.layouts import Wishes
from services.cli.register.rows import read_register
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
    destroyed: int = 0  # lines about people whose file was destroyed: they are left out
    by_sheet: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    remarks: list[Remark] = field(default_factory=list)
    copies: list[Path] = field(default_factory=list)
    to_complete: dict[str, int] = field(default_factory=dict)
    duplicates: int = 0  # pairs of files that wait until somebody says whether they are one person
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
            "destroyed": self.destroyed,
            "sheets": {sheet: dict(counts) for sheet, counts in self.by_sheet.items()},
            "remarks": [remark.told() for remark in self.remarks],
            "copies": [str(copy) for copy in self.copies],
            "to_complete": self.to_complete,
            "duplicates": self.duplicates,
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

    def run(self, paths: Sequence[Path], mapping: dict[str, Wishes] | None = None) -> Report:
        """Bring in these files. Raises NothingRead, Refused, Interrupted."""
        self._report.opened = not self._office.is_open()
        seal = self._office.seal(None if self._dry_run else uuid4())
        register = read_register(paths, mapping, datetime.now(HERE).date(), seal)
        plan = Plan.of(self._office, register, {path.name: _digest(path) for path in paths}, seal)
        self._begin(plan)
        if self._dry_run or (self._strict and self._report.refused):
            self._foretell(plan)
        else:
            self._bring_in(plan)
            for path in paths:  # beside each file that lacked codes, a copy that has them
                self._report.copies += give_back([path], register, path.parent)
        self._report.remarks = remarks.in_order(self._report.remarks)
        return self._report

    def _begin(self, plan: Plan) -> None:
        register, report = plan.register, self._report
        report.rows = register.refused + sum(map(len, register.rows.values()))
        report.refused = register.refused
        report.remarks += map(Remark.of, register.troubles)
        report.to_complete = to_complete(register)
        for remark, row in plan.refused:
            self._refuse(remark, row)
        for remark, row in plan.destroyed:
            report.remarks.append(remark)
            report.destroyed += row is not None

    def _refuse(self, remark: Remark, row: Row | None) -> None:
        self._report.remarks.append(remark)
        if row:
            self._report.refused += 1
            self._report.by_sheet[row.titles[0]]["refused"] += 1

    def _foretell(self, plan: Plan) -> None:
        """What would happen, were it sent."""
        for row in (line.row for line in plan.lines if line.row):
            self._count(plan, row, "already" if plan.is_known(row) else "added")

    def _bring_in(self, plan: Plan) -> None:
        like = [*alike(self._office, *plan.newcomers())]
        self._report.remarks += like
        if self._report.opened:
            with suppress(Refused):  # somebody opened it meanwhile, and under its name
                self._office.open()
        plan.state()
        begun = time.monotonic()
        self._send(plan)
        self._report.seconds = time.monotonic() - begun
        self._report.sent = True
        if like or plan.register.lookalikes:
            with suppress(Refused, Interrupted):  # the register is in: they may be sought later
                self._report.duplicates = self._office.seek_duplicates()

    def _send(self, plan: Plan) -> None:
        answered = 0

        def done(count: int) -> None:
            nonlocal answered
            answered += count
            if self._progress:
                self._progress(answered, len(plan.lines))

        places = {line.id: line.place.line for line in plan.lines}
        righted: dict[str, UUID] = {}
        for sent in send(self._office, plan.lines, done):
            self._take(plan, sent, places)
            row = sent.line.row
            if sent.outcome == "added" and row and plan.differs(row):
                righted[plan.contents[id(row)]] = sent.line.id  # it had been refused before
        self._office.state("content", righted)

    def _take(self, plan: Plan, sent: Sent, places: Mapping[UUID, int]) -> None:
        place, row = sent.line.place, sent.line.row
        if sent.rests_on:
            self._refuse(remarks.rests_on_refused(place, places[sent.rests_on]), row)
        elif sent.outcome == "refused":
            self._refuse(remarks.not_taken(place, "", sent.why), row)
        elif row:
            self._count(plan, row, sent.outcome)

    def _count(self, plan: Plan, row: Row, outcome: str) -> None:
        self._report.by_sheet[row.titles[0]][outcome] += 1
        if outcome == "added":
            self._report.added += 1
            return
        self._report.already += 1
        if plan.differs(row):
            self._report.remarks.append(remarks.otherwise(row.place))


def _digest(path: Path) -> str:
    return blake2b(path.read_bytes(), digest_size=8).hexdigest() if path.is_file() else "0" * 16

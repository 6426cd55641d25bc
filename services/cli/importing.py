"""`tandem import`: an office's register comes in, and every line is answered for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from services.cli.exchange.importing import Import, Report
from services.cli.exchange.importing import Progress as Hear
from services.cli.exchange.office import Office
from services.cli.exchange.remarks import Remark
from services.cli.exporting import written_at
from services.cli.register.layouts import Wishes
from services.cli.register.mapping import MappingRefused, read_mapping
from services.cli.register.proposing import propose_mapping
from services.cli.register.rows import NothingRead
from services.cli.register.troubles import Severity
from services.cli.register.writing import write_template
from services.cli.running import Platform

MOST_SHOWN = 200
DUPLICATES = "« Doublons proposés » (/partenaires/doublons)"
SEVERITY = {Severity.ERROR: "erreur", Severity.WARNING: "avis"}
TO_COMPLETE = {
    "consents_to_confirm": "consentements à confirmer",
    "mandates_not_known_to_be_signed": "mandats dont une signature n’est pas connue",
    "contacts_missing": "personnes sans le moyen de les joindre",
}


class Said:
    """How an import tells what it does: to a person, or to a program."""

    def __init__(self, out: Console, err: Console, as_json: bool) -> None:
        self._out, self._err, self._as_json = out, err, as_json

    @contextmanager
    def progress(self) -> Iterator[Hear | None]:
        """Show how far it is, on the side; a program hears nothing of it."""
        if self._as_json:
            yield None
            return
        columns = (
            TextColumn("Lignes"),
            BarColumn(),
            TextColumn("{task.completed:,}/{task.total:,}"),
        )
        with Progress(*columns, TimeRemainingColumn(), console=self._err) as bar:
            task = bar.add_task("", total=None, visible=False)
            yield lambda done, total: bar.update(task, completed=done, total=total, visible=True)

    def tell(self, report: Report, dry_run: bool, establishment: str) -> None:
        if self._as_json:
            self._tell_program(report.told())
            return
        if report.opened:
            verb = "serait ouvert" if dry_run or not report.sent else "a été ouvert"
            self._line(f"L’établissement « {establishment} » {verb} ; donnez-lui son nom.")
        self.remarks(report.remarks)
        self._sheets(report)
        for copy in report.copies:
            self._line(f"Codes faits pour les lignes qui n’en avaient pas : voyez « {copy} ».")
        for what, count in report.to_complete.items():
            if count:
                self._line(f"À compléter : {count} {TO_COMPLETE[what]}.")
        if report.duplicates:
            self._line(f"Fiches qui se ressemblent : {report.duplicates}. Voyez {DUPLICATES}.")
        if report.destroyed:
            self._line(f"Dossiers détruits : {report.destroyed} lignes non reprises.")
        if not report.sent:
            self._line("Rien n’a été envoyé." if not dry_run else "Essai : rien n’a été changé.")
        elif report.seconds:
            rate = round((report.added + report.already) / report.seconds)
            self._line(
                f"{report.added + report.already} lignes en {report.seconds:.1f} s : {rate}/s."
            )

    def remarks(self, remarks: Sequence[Remark]) -> None:
        """The errors first; where there are many, the rest is for --json."""
        table = Table("Feuille", "Ligne", "Colonne", "", "Quoi", "Que faire")
        ordered = sorted(remarks, key=lambda it: it.severity is not Severity.ERROR)
        for it in ordered[:MOST_SHOWN]:
            line = str(it.place.line or "")
            cells = (it.place.sheet or it.place.file, line, it.column, SEVERITY[it.severity])
            table.add_row(*map(escape, (*cells, it.what, it.to_do)))
        if remarks:
            self._out.print(table)
        if len(remarks) > MOST_SHOWN:
            self._line(f"… et {len(remarks) - MOST_SHOWN} autres remarques (toutes avec --json).")

    def nothing(self, remarks: Sequence[Remark]) -> None:
        """Nothing could be read."""
        if self._as_json:
            self._tell_program({"sent": False, "remarks": [one.told() for one in remarks]})
        else:
            self.remarks(remarks)
            self._line("Rien n’a pu être lu.")

    def _sheets(self, report: Report) -> None:
        table = Table("Feuille", "Nouvelles", "Déjà là", "Refusées")
        for sheet, counts in report.by_sheet.items():
            table.add_row(sheet, *(str(counts[what]) for what in ("added", "already", "refused")))
        table.add_section()
        table.add_row("En tout", str(report.added), str(report.already), str(report.refused))
        self._out.print(table)

    def _line(self, words: str) -> None:
        self._out.print(words, highlight=False, markup=False, soft_wrap=True)

    def _tell_program(self, told: object) -> None:
        print(json.dumps(told, ensure_ascii=False, indent=1))  # noqa: T201


def bring_in(
    tandem: Platform, files: Sequence[Path], establishment: str, said: Said, *,
    dry_run: bool, strict: bool, mapping: Path | None,
) -> int:  # fmt: skip
    """Import, tell, and give the code to end with: 0 all in, 2 some refused, 1 nothing read."""
    office = Office(tandem, establishment)
    try:
        wishes: dict[str, Wishes] | None = read_mapping(mapping) if mapping else None
        with said.progress() as hear:
            work = Import(office, dry_run=dry_run, strict=strict, progress=hear)
            report = work.run(files, wishes)
    except NothingRead as nothing:
        said.nothing([Remark.of(trouble) for trouble in nothing.troubles])
        return 1
    except MappingRefused as refusal:
        said.nothing([Remark.of(refusal.trouble)])
        return 1
    said.tell(report, dry_run, establishment)
    return 2 if report.refused or any(map(_unread, report.remarks)) else 0


def _unread(remark: Remark) -> bool:
    """A file that could not be read is lines that did not come in."""
    return remark.severity is Severity.ERROR and remark.place.line == 0


def give_template(path: Path) -> None:
    """Write the workbook an office fills. Raises NotWritten."""
    with written_at(path):
        write_template(path)


def propose(files: Sequence[Path], output: Path | None, said: Said) -> int:
    """Draft a mapping, to a file or to be read; what could not be read is said beside it.

    Raises NotWritten.
    """
    drafted, troubles = propose_mapping(files)
    if output:
        with written_at(output):
            output.write_text(drafted, encoding="utf-8")
    else:
        print(drafted)  # noqa: T201 - TOML for a file
    remarks = [Remark.of(trouble) for trouble in troubles]
    if remarks:
        said.remarks(remarks)
    return 0 if drafted.strip() else 1

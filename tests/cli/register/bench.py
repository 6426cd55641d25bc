"""Rows a second, for a large register: `python -m tests.cli.register.bench`."""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from services.cli.register.rows import read_register
from services.cli.register.writing import write_csv, write_workbook
from tests.cli.register.samples import TODAY, a_register


def measure(partners: int) -> None:
    """Print the seconds and the rows a second of each way, by the clock and of the processor."""
    rows = a_register(partners)
    count = sum(map(len, rows.values()))
    with TemporaryDirectory() as folder:
        book = Path(folder) / "register.xlsx"
        _say("write XLSX", count, lambda: write_workbook(book, rows))
        _say("read XLSX", count, lambda: read_register([book], today=TODAY))
        files: list[Path] = []
        _say("write CSV", count, lambda: files.extend(write_csv(Path(folder) / "csv", rows)))
        _say("read CSV", count, lambda: read_register(files, today=TODAY))


def _say(what: str, count: int, work: object) -> None:
    assert callable(work)
    start, begun = perf_counter(), process_time()
    work()
    spent, busy = perf_counter() - start, process_time() - begun
    sys.stdout.write(
        f"{what:<11} {count:>8} rows {spent:6.1f} s {count / spent:>8.0f} rows/s;"
        f" of processor {busy:6.1f} s {count / busy:>8.0f} rows/s\n"
    )


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 9_500)

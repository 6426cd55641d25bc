"""What was found at each size of a log, told: a line as it is found, and a page of all of them."""

from datetime import UTC, datetime
from pathlib import Path

from tests.bench.measure import tell
from tests.bench.peers.report import table

PAGE = Path(__file__).parent / "growth.md"


class Findings:
    """Figures by what they say and by how many facts there were."""

    def __init__(self, command: str, machine: str, load: float) -> None:
        self._date = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        self._command = command
        self._machine = machine
        self._load = load
        self._sizes: list[int] = []
        self._found: dict[tuple[str, str], dict[int, float]] = {}  # by words and unit

    def at(self, facts: int) -> None:
        """What is told from now on was found at this size."""
        if facts in self._sizes:
            self._sizes.remove(facts)
        self._sizes.append(facts)
        tell(f"== {facts:,} facts", "")

    def tell(self, what: str, figure: float, unit: str) -> None:
        self._found.setdefault((what, unit), {})[self._sizes[-1]] = figure
        tell(what, f"{shown(figure)} {unit}")

    def page(self, *, to_file: bool) -> str:
        """The whole of growth.md, as it is printed."""
        said = "\n\n".join(
            (
                "# As the log grows",
                f"Measured on {self._date} by `{self._command}`, in one run on one machine: "
                f"{self._machine}; load before it began {self._load:.1f}. This page is what the "
                "command printed. The last column is the figure at the largest size by that at the "
                "smallest: 1 is as good as it gets for a time, and for what is said of each fact.",
                self._table(),
            )
        )
        if to_file:
            PAGE.write_text(said + "\n")
        return said

    def _table(self) -> str:
        heads = ["", *(f"{size:,} facts" for size in sorted(self._sizes)), "times"]
        return table(heads, [self._row(*named) for named in self._found])

    def _row(self, what: str, unit: str) -> list[str]:
        figures = self._found[what, unit]
        sizes = sorted(self._sizes)
        first, last = (figures.get(sizes[place]) for place in (0, -1))
        grown = f"{last / first:.1f}" if first and last is not None else "–"
        each = (shown(figures[size]) if size in figures else "–" for size in sizes)
        return [f"{what} ({unit})", *each, grown]


def shown(figure: float) -> str:
    """To three digits or so: nothing here is known better than that."""
    if figure >= 100:
        return f"{figure:,.0f}"
    return f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}"

"""What was measured, told: a table for people, a file for programs, plots."""

import json
import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.bench.peers.driving import Said
from tests.bench.peers.plots import bars, lines

PLACE = Path(__file__).parents[1]
AS_IT_IS, SLOWER = "this disk", "2 ms more a sync"
PLOTS = {AS_IT_IS: "appends.svg", SLOWER: "appends-slower-sync.svg"}
OURS, COPY = "Tandem", "COPY alone"

type Appends = dict[str, dict[str, list[Said]]]  # by store, by callers: a figure each round
type Rates = dict[str, list[float]]


@dataclass
class Results:
    """One run."""

    date: str
    machine: str
    command: str
    load: float
    seconds: float
    rounds: int
    events: int
    postgresql: str = ""
    stores: dict[str, dict[str, str]] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    sync: dict[str, float] = field(default_factory=dict)
    appends: dict[str, Appends] = field(default_factory=dict)
    read: Rates = field(default_factory=dict)
    rebuilt: Rates = field(default_factory=dict)


def written(results: Results, *, to_files: bool) -> str:
    """The whole of README.md, as it is printed; with it the JSON and the plots."""
    results = Results(**rounded(asdict(results)))
    said = "\n\n".join(told(results)) + "\n"
    if to_files:
        (PLACE / "README.md").write_text(said)
        kept = json.dumps(asdict(results), indent=1, ensure_ascii=False)
        (PLACE / "results.json").write_text(kept + "\n")
        for name, drawn in drawings(results):
            (PLACE / name).write_text(drawn)
    return said


def rounded(value: Any) -> Any:
    """To three decimals: nothing here is known better than that."""
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, Mapping):
        return {name: rounded(one) for name, one in value.items()}
    return [rounded(one) for one in value] if isinstance(value, list) else value


def drawings(results: Results) -> Iterator[tuple[str, str]]:
    for disk, appends in results.appends.items():
        title = f"Appends a second by concurrent callers, {disk} (median)"
        each = {
            name: [(int(callers), median(rates(said))) for callers, said in its.items()]
            for name, its in appends.items()
        }
        yield PLOTS[disk], lines(title, each, OURS)
    if results.read:
        panels = {
            "Whole log read, events/s": {one: median(its) for one, its in results.read.items()},
            "Read model made anew, events/s": {
                one: median(its) for one, its in results.rebuilt.items()
            },
        }
        yield "reading.svg", bars("Reading and rebuilding (median)", panels, OURS)


def kept() -> Results:
    """What was measured last."""
    return Results(**json.loads((PLACE / "results.json").read_text()))


def told(results: Results) -> Iterator[str]:
    yield "# How fast, beside others"
    yield (
        f"Measured on {results.date} by `{results.command}`, in one run on one machine: "
        f"{results.machine}; load before it began {results.load:.1f}. "
        "This page is what the command printed; `results.json` holds every round. What happens as "
        "a log grows: [growth.md](growth.md)."
    )
    yield from conditions(results)
    for disk, appends in results.appends.items():
        yield f"## Appends a second, {disk} (8 kB are synced in {results.sync[disk]:.2f} ms)"
        yield appended(appends)
        yield reach(appends)
        yield f"![Appends a second by callers, {disk}]({PLOTS[disk]})"
    if results.read:
        yield f"## Reading a log of {results.events:,} events, events a second"
        yield table(["", "whole log", "read model made anew"], read(results))
        yield (
            "Read: every event, decoded, as the store’s own subscription, consumer or feed gives it"
            ". Made anew: a document for each ten events, kept in PostgreSQL with how far one has "
            "come, by Tandem’s rebuild, which waits for no sync since it can be done again, by "
            "`ProjectionRunner`, and by emmett’s consumer with batches of 1,000. COPY alone: the "
            "same bytes out of PostgreSQL, and finished documents into it; nothing that is kept "
            "there is read or rebuilt faster."
        )
        yield "![Reading and rebuilding](reading.svg)"


def conditions(results: Results) -> Iterator[str]:
    yield (
        f"One event of about 500 bytes of JSON an append, each to a new stream, made beforehand; "
        f"a caller asks again once it is answered, for {results.seconds:g} s after a warm-up. "
        f"Of {results.rounds} rounds in turn a figure is the median, in brackets the best. "
        f"PostgreSQL {results.postgresql} is the one that comes with Tandem, with its durable "
        "settings (`fsync`, `synchronous_commit`), a database a peer; each store runs in one "
        "process, with its own defaults. Nothing carries events on meanwhile."
    )
    yield table(
        ["", "version", "what it runs on", "bytes"],
        numbers=1,
        rows=[[name, one["version"] or "this one", one["how"], one["kept"]]
         for name, one in results.stores.items()],
    )  # fmt: skip
    for name, why in results.left_out.items():
        yield f"Left out: {name}, because {why}."


def appended(appends: Appends) -> str:
    callers = list(next(iter(appends.values())))
    heads = ["", *(f"{one} caller{'s' * (one != '1')}" for one in callers)]
    last = callers[-1]
    rows = [
        [name, *(shown(rates(its[one])) for one in callers), soon(its[last])]
        for name, its in appends.items()
    ]
    return table([*heads, f"p50, p99 at {last}"], rows)


def reach(appends: Appends) -> str:
    """How ours stands to each other store, by medians and by the best of each."""
    callers = list(appends[OURS])
    rows = [
        [name, *(ratio(appends[OURS][one], its[one]) for one in callers)]
        for name, its in appends.items()
        if name != OURS
    ]
    return table([f"{OURS}, times", *callers], rows)


def ratio(ours: Sequence[Said], theirs: Sequence[Said]) -> str:
    mine, its = rates(ours), rates(theirs)
    return f"{median(mine) / median(its):.1f} ({max(mine) / max(its):.1f})"


def read(results: Results) -> Iterator[list[str]]:
    for name in results.read:
        again = results.rebuilt.get(name)
        yield [name, shown(results.read[name]), shown(again) if again else "–"]


def shown(figures: Sequence[float]) -> str:
    return f"{median(figures):,.0f} ({max(figures):,.0f})"


def soon(said: Sequence[Said]) -> str:
    return (
        ", ".join(f"{median([one[part] for one in said]):.1f}" for part in ("p50", "p99")) + " ms"
    )


def rates(said: Sequence[Said]) -> list[float]:
    return [one["rate"] for one in said]


def median(figures: Sequence[float]) -> float:
    return statistics.median(figures)


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], numbers: int = 0) -> str:
    """In Markdown; so many of the last columns are numbers, or all but the first."""
    numbers = numbers or len(heads) - 1
    ruled = ["---"] * (len(heads) - numbers) + ["---:"] * numbers
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, ruled, *rows))

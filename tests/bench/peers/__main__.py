"""How fast are we beside others? `python -m tests.bench.peers` writes tests/bench/README.md.

With `--quick` it tries everything once, in a minute, and writes nothing. All stores live through
the whole run, each in a process of its own, and are asked in turn: what the machine does besides
falls on all of them.
"""

import argparse
import os
import platform
import signal
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import psutil

from services.chassis.settings import Installation
from tests.bench.peers.driving import Said
from tests.bench.peers.report import AS_IT_IS, COPY, SLOWER, Appends, Rates, Results, written
from tests.bench.peers.servers import (
    database_of,
    postgresql,
    settled,
    slower,
    sync_takes,
    version_of,
)
from tests.bench.peers.stores import OURS, PEERS, LeftOut, Running, Store

CALLERS = (1, 16, 64, 256)
SLOWER_BY = 2000  # microseconds
READ = ("eventsourcing", "eventsource-py", "emmett", "message-db", "umadb")
REBUILD = ("eventsourcing", "emmett")


class Pace(NamedTuple):
    """How long, how often, and with how much."""

    seconds: float = 1.5
    rounds: int = 3
    events: int = 50_000
    rebuilding: float = 4.0


QUICK = Pace(0.4, 1, 5_000, 1.0)


def tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)  # noqa: T201


def machine() -> str:
    info = Path("/proc/cpuinfo")
    named = [line for line in info.read_text().splitlines() if "model name" in line]
    model = named[0].partition(": ")[2] if named else platform.processor() or platform.machine()
    memory = psutil.virtual_memory().total / 1024**3
    system = f"{platform.system()} {platform.release().partition('-')[0]}"
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, {system}"


@contextmanager
def running(
    home: Path, preload: Path | None, results: Results
) -> Iterator[tuple[Installation, dict[str, Running]]]:
    """All that can be measured here, each open."""
    with postgresql(home, preload) as house, ExitStack() as ending:
        results.postgresql = version_of(house)
        started: dict[str, Running] = {}
        for store in (OURS, *PEERS):
            try:
                one = Running(store, home)
                ending.callback(one.end)
                kept = one.ask("open", **told(store, house, home, preload))
            except LeftOut as why:
                results.left_out[store.name] = str(why)
                tell(f"{store.name} is left out: {why}")
                continue
            results.stores[store.name] = {"version": store.version, "how": store.how, **kept}
            started[store.name] = one
        yield house, started


def told(store: Store, house: Installation, home: Path, preload: Path | None) -> dict[str, str]:
    if store is OURS:
        mine = {
            name: house.settings(name).database_url for name in ("intake", "ledger", "insights")
        }
        return mine | {"operator": house.operator_url("tandem")}
    if store.name == "umadb":
        return {"folder": str(home), "preload": str(preload or "")}
    return {"url": database_of(house, store.program.partition(".")[0])}


def appending(stores: dict[str, Running], pace: Pace) -> Appends:
    found: Appends = defaultdict(lambda: defaultdict(list))
    for turn in range(pace.rounds):
        for callers in CALLERS:
            for name in turned(list(stores), turn):
                said = stores[name].ask("append", callers=callers, seconds=pace.seconds)
                found[name][str(callers)].append(said)
                tell(f"append, {callers} callers: {name} {said['rate']:,.0f}/s")
    return found


def reading(stores: dict[str, Running], pace: Pace) -> tuple[Rates, Rates]:
    """A whole log, and a read model made anew from it."""
    read: Rates = defaultdict(list)
    rebuilt: Rates = defaultdict(list)

    def note(to: Rates, name: str, said: Said) -> None:
        to[name].append(said["rate"])
        tell(f"{'read' if to is read else 'rebuild'}: {name} {said['rate']:,.0f} events/s")

    for turn in range(pace.rounds):
        for name in turned([one for one in (OURS.name, *READ) if one in stores], turn):
            note(read, name, stores[name].ask("read"))
        note(read, COPY, stores[OURS.name].ask("copy_out"))
        for name in turned([one for one in (OURS.name, *REBUILD) if one in stores], turn):
            note(rebuilt, name, stores[name].ask("rebuild", seconds=pace.rebuilding))
        note(rebuilt, COPY, stores[OURS.name].ask("copy_through"))
    return read, rebuilt


def turned(names: Sequence[str], turn: int) -> Sequence[str]:
    """Nobody is always the first."""
    first = turn % len(names)
    return [*names[first:], *names[:first]]


def filled(house: Installation, stores: dict[str, Running], events: int) -> None:
    for name, one in stores.items():
        tell(f"{name} takes {events:,} events to read")
        one.ask("fill", events=events)
    programs = [stores[one.name].store.program for one in PEERS if one.name in stores]
    settled(house, "tandem", *(one.partition(".")[0] for one in programs if one != "with_umadb"))


def measure(pace: Pace) -> Results:
    results = Results(
        date=f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC", machine=machine(),
        command=f"python -m {__package__}{' --quick' if pace is QUICK else ''}",
        load=os.getloadavg()[0], seconds=pace.seconds, rounds=pace.rounds, events=pace.events,
    )  # fmt: skip
    for disk, microseconds in ((AS_IT_IS, 0), (SLOWER, SLOWER_BY)):
        with tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder:
            preload = slower(Path(folder), microseconds) if microseconds else None
            if microseconds and not preload:
                results.left_out[disk] = "there is no C compiler on this machine"
                continue
            home = Path(folder) / "home"
            with running(home, preload, results) as (house, stores):
                results.sync[disk] = sync_takes(home, preload)
                if disk == AS_IT_IS:
                    filled(house, stores, pace.events)
                    results.read, results.rebuilt = reading(stores, pace)
                results.appends[disk] = appending(stores, pace)
    return results


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog=f"python -m {__package__}")
    parser.add_argument("--quick", action="store_true", help="try everything, write nothing")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("asked to end"))  # and the servers with us
    quick = parser.parse_args().quick
    print(written(measure(QUICK if quick else Pace()), to_files=not quick))  # noqa: T201

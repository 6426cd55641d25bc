"""Figures for Prometheus, in its text format 0.0.4: counted as things happen, or asked at a look.

Every label has few values: services, route templates, kinds. No label names an establishment, a
person or a thing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from typing import NamedTuple

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Figure(NamedTuple):
    """What something is at this moment: the name of a gauge, its labels, its value."""

    name: str
    labels: dict[str, str]
    value: float


class Count:
    """What has happened so often: a counter."""

    def __init__(self, name: str, help: str, *labels: str) -> None:
        self.name, self.help, self.labels = name, help, labels
        self._counted: dict[tuple[str, ...], int] = {}

    def add(self, *labels: str) -> None:
        self._counted[labels] = self._counted.get(labels, 0) + 1

    def lines(self) -> Iterator[str]:
        yield from _head(self.name, self.help, "counter")
        for labels, count in self._counted.items():
            yield _line(self.name, dict(zip(self.labels, labels, strict=True)), count)


class Spread:
    """How large or long things were: a histogram with these upper bounds."""

    def __init__(self, name: str, help: str, bounds: tuple[float, ...], *labels: str) -> None:
        self.name, self.help, self.labels = name, help, labels
        self._bounds = bounds
        self._counted: dict[tuple[str, ...], list[int]] = {}
        self._sums: dict[tuple[str, ...], float] = {}

    def add(self, value: float, *labels: str) -> None:
        counted = self._counted.setdefault(labels, [0] * (len(self._bounds) + 1))
        counted[bisect_left(self._bounds, value)] += 1
        self._sums[labels] = self._sums.get(labels, 0.0) + value

    def lines(self) -> Iterator[str]:
        yield from _head(self.name, self.help, "histogram")
        for values, counted in self._counted.items():
            labels, until = dict(zip(self.labels, values, strict=True)), 0
            for bound, count in zip((*self._bounds, "+Inf"), counted, strict=True):
                until += count
                yield _line(f"{self.name}_bucket", labels | {"le": str(bound)}, until)
            yield _line(f"{self.name}_sum", labels, self._sums[values])
            yield _line(f"{self.name}_count", labels, until)


REQUESTS = Count(
    "tandem_http_requests_total", "Requests that were answered.",
    "service", "method", "route", "status",
)  # fmt: skip
SECONDS = Spread(
    "tandem_http_seconds", "How long answers took.",
    (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10), "service", "route",
)  # fmt: skip
GROUPS = Spread(
    "tandem_append_group", "Appends that shared one transaction.", (1, 2, 4, 8, 16, 32, 64, 128),
    "service",
)  # fmt: skip
RETRIES = Count(
    "tandem_listener_retries_total", "Times a listener had to try a fact again.",
    "service", "source",
)  # fmt: skip
COUNTED = REQUESTS, SECONDS, GROUPS, RETRIES

# What is asked at the moment of looking, and what each says.
GAUGES = {
    "tandem_up": "Whether this part could be asked: 1, or 0.",
    "tandem_store_position": "Facts that the service has decided.",
    "tandem_store_behind": "Whether others know facts that the store lacks: then it refuses.",
    "tandem_relay_position": "Facts that this process knows to be on the service's stream.",
    "tandem_quarantine": "Facts that lie aside, by listener.",
    "tandem_listener_position": "Facts of its source that a listener has done with.",
    "tandem_listener_tries": "How often the next fact has been tried: 0 while all goes well.",
    "tandem_pool_connections": "Connections to PostgreSQL, by whether they are at work.",
    "tandem_store_unsure": "Whether it waits to see that it has all that others heard.",
    "tandem_wal_stuck_seconds": "For how long PostgreSQL could not put its log aside: 0 if it can.",
    "tandem_wal_slots_idle": "Replication slots of that server that nobody reads.",
    "tandem_wal_held_bytes": "Log that it keeps for the slowest slot.",
    "tandem_ledger_position": "Facts of each service that the ledger has entered.",
    "tandem_ledger_head": "Facts of each service that the ledger knows to be on its stream.",
    "tandem_log_position": "Facts in the ledger's log.",
    "tandem_projection_position": "Where in the log a read model is.",
    "tandem_projection_parked": "Documents that could not be folded.",
    "tandem_projection_stopped": "Whether a read model waits for a later release.",
    "tandem_rebuild_position": "Where in the log a rebuild is.",
    "tandem_deliveries_waiting": "Messages to HR that are still to be delivered.",
    "tandem_deliveries_oldest_seconds": "For how long the oldest of them has waited.",
    "tandem_backup_age_seconds": "How long ago the oldest of the last backups was complete.",
    "process_resident_memory_bytes": "Memory of this process.",
    "process_cpu_seconds_total": "Time that this process has had of a processor.",
}


def exposition(figures: Iterable[Figure]) -> str:
    """All that was counted, and these. Raises KeyError for a gauge that nobody described."""
    lines = [line for counted in COUNTED for line in counted.lines()]
    by_name: dict[str, list[Figure]] = {}
    for figure in figures:
        by_name.setdefault(figure.name, []).append(figure)
    for name, those in by_name.items():
        kind = "counter" if name.endswith("_total") else "gauge"
        lines += _head(name, GAUGES[name], kind)
        lines += (_line(*figure) for figure in those)
    return "\n".join(lines) + "\n"


def _head(name: str, help: str, kind: str) -> tuple[str, str]:
    return f"# HELP {name} {help}", f"# TYPE {name} {kind}"


def _line(name: str, labels: dict[str, str], value: float) -> str:
    said = ",".join(f'{label}="{_escaped(one)}"' for label, one in labels.items())
    return f"{name}{{{said}}} {+value}" if said else f"{name} {+value}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")

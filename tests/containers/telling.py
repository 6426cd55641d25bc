"""What a rehearsal found, as tables."""

from __future__ import annotations

import json
from collections.abc import Iterable

from rich.table import Column, Table

from tests.containers.stack import Stack, heard
from tests.containers.undergoing import Undergone

SAMPLES = 5
LONGEST = 34  # letters of a fault on one line
COLUMNS = ("at (UTC)", "sent", "taken", "lost", "given up", "doubled", "gaps", "unseen",
           "unlike rebuilt", "aside", "unannounced", "unheard", "given again", "longest silence",
           "to recover", "until whole", "pages shown", "told why", "no answer")  # fmt: skip


def table(rows: Iterable[Undergone], title: str) -> Table:
    shown = Table(Column("fault", min_width=LONGEST), *COLUMNS, title=title)
    for row in rows:
        found = row.found
        shown.add_row(
            row.fault.name + row.fault.tells(),
            f"{row.struck:%H:%M:%S}", str(row.sent), str(row.acknowledged),
            str(found.lost), _given_up(row), str(found.doubled), str(found.missing),
            str(found.unseen), str(len(found.differing)), str(found.aside),
            str(found.unannounced), str(found.unheard), str(found.reused),
            f"{row.silence:.1f} s", f"{row.recovery:.1f} s", f"{row.whole:.0f} s",
            str(row.answered), str(row.told), str(row.silent),
        )  # fmt: skip
    return shown


def _given_up(row: Undergone) -> str:
    """How many, and of how many that had to be."""
    given_up = str(len(row.found.given_up))
    return f"{given_up} of {len(row.doomed)}" if row.fault.dooms else given_up


def figures(stack: Stack) -> Table:
    """Memory, and the share of one core, of each container while nobody asks for anything."""
    names = {one["ID"]: one["Service"] for one in stack.containers()}
    memory, cores = dict[str, str](), dict[str, list[float]]()
    for _ in range(SAMPLES):
        said = heard("docker", "stats", "--no-stream", "--format", "json", *names)
        for line in said.splitlines():
            one = json.loads(line)
            name = names[one["ID"]]
            memory[name] = one["MemUsage"].split(" ")[0]
            cores.setdefault(name, []).append(float(one["CPUPerc"].rstrip("%")))
    shown = Table("container", "memory", "idle CPU", title="At rest")
    for name in sorted(memory):
        shown.add_row(name, memory[name], f"{sum(cores[name]) / SAMPLES:.1f} %")
    return shown

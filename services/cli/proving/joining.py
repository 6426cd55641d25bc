"""What was read of each establishment, stretch by stretch, as one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from contracts.ledger import Promise
from services.chassis.tree import EMPTY, WIDTH, Tree, fold, full
from services.cli.proving.stretches import LENGTH, Checked, Finding


class Found(NamedTuple):
    """The whole of an establishment's entries, as they were read."""

    tiles: list[bytes]
    frontiers: dict[int, list[bytes]]  # at the sizes that were asked for
    findings: list[Finding]
    entries: int  # that there are

    def root(self, size: int) -> bytes:
        return fold(self.frontiers[size]) if size else EMPTY


def join(stretches: Iterable[Checked]) -> Found:
    """One establishment's, in order."""
    above, tiles, frontiers = Tree(), list[bytes](), dict[int, list[bytes]]()
    findings, entries, ends = list[Finding](), 0, 0
    for one in stretches:
        entries += one.entries
        findings += one.findings
        if one.begins and one.begins <= ends:
            why = "elle est venue avant la précédente"
            findings.append(Finding(Promise.IN_ORDER, one.first, one.first, why))
        ends = one.ends or ends
        before = list(above.frontier)
        if len(one.tiles) * WIDTH == LENGTH:
            above.append(full(one.tiles))
        for size, local in one.frontiers.items():
            frontiers[size] = before + local if size % LENGTH else list(above.frontier)
        tiles += one.tiles
    return Found(tiles, frontiers, findings, entries)

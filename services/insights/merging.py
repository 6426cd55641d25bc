"""Two files of one person: shown as one, and what they did adds up; undone, each stands alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from contracts.recruitment import DuplicateClosed, DuplicateReopened, MergeUndone, PartnersMerged
from services.chassis.folding import Entry
from services.chassis.reading import Shelf
from services.insights.partners import PARTNER, Merged, Partner, partners
from services.insights.pieces import noted, ref

KEPT, MERGED = "kept", "merged"
NAMING = ("partner", "candidate")  # what other lists call somebody in their filters

partners.one_thing(PartnersMerged, MergeUndone, kept=KEPT, other=MERGED)


@partners.on(PartnersMerged, of=KEPT)
def merged(it: Partner, entry: Entry) -> Partner:
    one = Merged(id=entry.data[MERGED], since=entry.when, reason=ref(entry.data, "reason"))
    return replace(it, merged=(*_without(it, entry), one))


@partners.on(MergeUndone, of=KEPT)
def parted(it: Partner, entry: Entry) -> Partner:
    notes = noted(it.notes, entry, "merge_undone", "reason")
    return replace(it, merged=_without(it, entry), notes=notes)


@partners.on(DuplicateClosed, DuplicateReopened, of=PARTNER)
def told(it: Partner, _: Entry) -> Partner:
    """It belongs to this person's story."""
    return it


def _without(it: Partner, entry: Entry) -> tuple[Merged, ...]:
    return tuple(one for one in it.merged if one.id != entry.data[MERGED])


async def facets_of(
    given: Iterable[tuple[str, str]], people: Shelf[Any], establishment: str
) -> tuple[list[str], list[str]]:
    """The facets that a record must have, and those of which one is enough.

    Who is asked for is asked for under every file they have.
    """
    such: list[str] = []
    either: list[str] = []
    for name, value in given:
        files = await people.others(establishment, value) if name in NAMING else []
        if files and not either:
            either = [f"{name}:{one}" for one in (value, *files)]
        else:
            such.append(f"{name}:{value}")
    return such, either

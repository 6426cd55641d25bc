"""A past reached from today: what nothing has touched since is as it is now."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import timedelta
from typing import Any, NamedTuple

from services.chassis.changes import Key
from services.chassis.correcting import is_correction
from services.chassis.documents import Documents
from services.chassis.entries import Entry, read
from services.chassis.folding import Document, ReadModel
from services.chassis.joining import Together
from services.chassis.library import Library
from services.chassis.log import EVER, Period
from services.chassis.reading import Shelf, Whole

MOST = 50_000  # facts since; with more it is read from the beginning
SHARE = 4  # of all there are, too
CLOCKS = timedelta(hours=1)
AT_ONCE = 500


class Nearby[D: Document](NamedTuple):
    """Where today stands in the establishment's log, its documents, and which are to fold again."""

    place: int
    documents: dict[str, D]
    together: Together
    touched: set[str]


async def nearby[D: Document](
    model: ReadModel[D], home: str, period: Period, head: int, library: Library
) -> Nearby[D] | None:
    """None where too much has happened, or become known, since then."""
    whole = await Shelf(model, library).whole(home)
    place = await library.log.sequence_at(home, whole.place)
    facts = await _since(model, home, period, place, library)
    if facts is None or len(facts) + head - place > _most(place):
        return None
    if period.known_until < EVER and any(_says_who(model, one) for one in facts):
        return None  # who was known to be whom is to be found from the beginning
    streams = {Key(home, one.subject) for one in facts if one.type in model.asking}
    fed = await fed_by(model, streams, library)
    touched = set(whole.parked)
    for one in facts:
        touched |= touched_by(model, one, fed.get(Key(home, one.subject), set()))
    together = {(home, other): kept for other, kept in whole.joined.items()}
    touched |= {together[home, one] for one in touched if (home, one) in together}
    return Nearby(place, await _read(model, whole, touched), together, touched)


async def _since(
    model: ReadModel[Any], home: str, period: Period, place: int, library: Library
) -> list[Entry] | None:
    """Those that happened later, and corrections that came later; those that were known later."""
    most = _most(place)
    corrections = [*filter(is_correction, model.types)]
    asked = [
        library.log.happened_after(home, period.until, place, model.types, most + 1),
        library.log.known_after(home, period.until - CLOCKS, place, corrections, most + 1),
        library.log.known_after(home, period.known_until, place, model.types, most + 1),
    ]
    found: list[Entry] = [read(body) for some in await asyncio.gather(*asked) for body in some]
    return found if len(found) <= most else None


def _most(place: int) -> int:
    return min(MOST, place // SHARE)


def _says_who(model: ReadModel[Any], entry: Entry) -> bool:
    return model.joining is not None and model.joining.said(entry) is not None


async def fed_by(
    model: ReadModel[Any], streams: Collection[Key], library: Library
) -> dict[Key, set[str]]:
    """Whom these streams feed, as the lists know it today."""
    documents = Documents(model.name, library)
    return await documents.feeds(await documents.live(), streams) if streams else {}


def touched_by(model: ReadModel[Any], entry: Entry, fed: set[str]) -> set[str]:
    """The documents that would be otherwise without this fact."""
    if is_correction(entry.type):
        return {*model.corrected(entry), *fed}
    keys, _ = model.routes(entry, fed)
    said = model.joining.said(entry) if model.joining else None
    return {*keys, said.kept, said.other} if said else set(keys)


async def _read[D: Document](
    model: ReadModel[D], whole: Whole, but: Collection[str]
) -> dict[str, D]:
    documents: dict[str, D] = {}
    for begin in range(0, len(whole.bodies), AT_ONCE):
        some = map(model.read, whole.bodies[begin : begin + AT_ONCE])
        documents |= {one.id: one for one in some if one.id not in but}
        await asyncio.sleep(0)
    return documents

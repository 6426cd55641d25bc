"""What happened with one person or thing, step by step, as of any day, as known on any day?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple

import msgspec

from contracts.accompaniment import MandateProposed
from contracts.recruitment import MatchAgreed
from services.chassis.correcting import is_correction
from services.chassis.entries import Counted, Entry, Written, counted
from services.chassis.folding import Document, ReadModel
from services.chassis.log import Told
from services.chassis.moments import HERE
from services.insights.glossary import Language
from services.insights.sentences import Titles, sentence


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One fact in plain words. `annulled` and `corrected` name the step that did it."""

    id: str
    type: str
    stream: str
    service: str
    sequence: int = 0
    version: int
    time: str
    precision: str | None
    recordedtime: str
    actor: str
    onbehalfof: str | None
    role: str | None
    channel: str | None
    sentence: str
    counts_as: str | None = None  # the sentence as corrected
    annulled: str | None = None
    corrected: str | None = None
    corrects: str | None = None
    cause: str | None = None
    imported: bool = False
    persons: list[str] = []  # whom it names; in a person's own story nobody else
    about: str = ""  # whose step it is: the partner's own, or of the request that found them


class Story(msgspec.Struct, frozen=True, kw_only=True):
    steps: list[Step]
    state: dict[str, Any] | None


MATCHED = (MatchAgreed.type, MandateProposed.type)


class Known(NamedTuple):
    """Facts with their places in the establishment's tree, as each counts, and as written."""

    sequences: list[int]
    pairs: list[Counted]
    bodies: list[bytes]

    def by(self, bound: datetime | None) -> Known:
        """Those that we knew by then, each as it counted then."""
        if bound is None:
            return self
        kept = [
            (sequence, body)
            for sequence, (entry, _), body in zip(*self, strict=True)
            if _instant(entry.recordedtime) <= bound
        ]
        bodies = [body for _, body in kept]
        return Known([sequence for sequence, _ in kept], counted(bodies), bodies)

    def beside(self, more: Known) -> Known:
        """With the facts of other streams, in their order."""
        rows = sorted((*zip(*self, strict=True), *zip(*more, strict=True)), key=itemgetter(0))
        return Known(*map(list, zip(*rows, strict=True))) if rows else self


def known(told: Iterable[Told], bound: datetime | None = None) -> Known:
    """The facts that we knew by then, each as it counted then."""
    rows = list(told)
    bodies = [one.body for one in rows]
    return Known([one.sequence for one in rows], counted(bodies), bodies).by(bound)


def found_by(model: ReadModel[Any], own: Iterable[Counted]) -> set[str]:
    """The requests that found this person: how these began is part of the story."""
    return {
        request
        for _, counts in own
        if counts and counts.type in MATCHED and model.name == "partners"
        if (request := counts.data.get("request"))
    }


def story(
    model: ReadModel[Any],
    id: str,
    known: Known,
    bound: datetime | None,
    titles: Titles,
    language: Language,
    most: int | None = None,
    own: Sequence[Counted] | None = None,
) -> Story:
    """The steps that belong to one document, in order, and the document as of then.

    `most`: the first so many steps, and the document as they alone leave it. `own`: the facts that
    belong to it, where somebody knows them already.
    """
    place = {
        entry.id: number for number, (entry, _) in zip(known.sequences, known.pairs, strict=True)
    }
    own = [*model.history(id, known.pairs)] if own is None else own
    around = _around(own, known.pairs, found_by(model, own))
    told = [(one, model.name[:-1]) for one in own] + [(one, "request") for one in around]
    told = [one for one in told if _by(one[0], bound)]
    told.sort(key=lambda one: (_local_day(one[0][1] or one[0][0]), place[one[0][0].id]))
    told = told[:most]
    corrections = {
        entry.data["fact"]: entry for entry, _ in known.pairs if is_correction(entry.type)
    }
    steps = [
        msgspec.structs.replace(
            as_step(entry, counts, corrections.get(entry.id), titles, language),
            sequence=place[entry.id],
            about=about,
            persons=[one for one in entry.persons.split() if model.name != "partners" or one == id],
        )
        for (entry, counts), about in told
    ]
    kept = {one[0][0].id for one in told} if most is not None else None
    happened = [
        one
        for one in known.pairs
        if is_correction(one[0].type) or (_by(one, bound) if kept is None else one[0].id in kept)
    ]
    # Who somebody is does not change: what was found to be theirs later was theirs then.
    document: Document | None = model.refold(id, happened, model.others(id, known.pairs))
    return Story(steps=steps, state=msgspec.structs.asdict(document) if document else None)


def _around(own: Sequence[Counted], pairs: Sequence[Counted], requests: set[str]) -> list[Counted]:
    """What these requests and their searches say without naming anybody."""
    mine = {entry.id for entry, _ in own}
    return [
        (entry, counts)
        for entry, counts in pairs
        if entry.id not in mine
        and not entry.persons
        and (entry.subject in requests or entry.data.get("request") in requests)
    ]


def _by(pair: Counted, bound: datetime | None) -> bool:
    entry, counts = pair
    return bound is None or _instant((counts or entry).time) <= bound


def as_step(
    entry: Written,
    counts: Written | None,
    correction: Written | None,
    titles: Titles,
    language: Language,
) -> Step:
    """A fact in words, with how it counts and what put it right."""
    changed = counts is not None and counts is not entry
    now = counts if counts is not None and changed else entry
    gone = counts is None and correction is not None
    return Step(
        id=entry.id,
        type=entry.type,
        stream=entry.subject,
        service=entry.source,
        version=entry.version,
        time=now.time,
        precision=now.precision,
        recordedtime=entry.recordedtime,
        actor=entry.actor,
        onbehalfof=entry.onbehalfof,
        role=entry.role,
        channel=entry.channel,
        sentence=sentence(entry, titles, language),
        counts_as=sentence(now, titles, language) if changed else None,
        annulled=correction.id if correction and gone else None,
        corrected=correction.id if correction and changed else None,
        corrects=entry.data["fact"] if is_correction(entry.type) else None,
        cause=entry.causationid,
        imported=entry.channel == "import",
    )


def titled(pairs: Iterable[Counted]) -> dict[str, set[str]]:
    """The requests and projects that these facts name."""
    found: dict[str, set[str]] = {"request": set(), "project": set()}
    for entry, counting in pairs:
        said = [entry.data]
        if counting is not entry:
            said += [entry.data.get("data") or {}, counting.data if counting else {}]
        for data in said:
            for field, ids in found.items():
                if isinstance(data.get(field), str):
                    ids.add(data[field])
    return found


def _instant(words: str) -> datetime:
    return datetime.fromisoformat(words)


def _local_day(entry: Entry) -> str:
    return _instant(entry.time).astimezone(HERE).date().isoformat()

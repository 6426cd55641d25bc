"""What corrections mean: which facts of a history count, and as what."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from contracts.envelope import KNOWN, Annulment, Correction, Envelope


def is_correction(type: str) -> bool:
    """Whether facts of this type speak about another fact rather than about the world."""
    return type.endswith((".FactAnnulled.v1", ".FactCorrected.v1"))


def effective(history: Sequence[Envelope]) -> list[Envelope | None]:
    """Each fact as it counts today, at its own place: corrected, or None where it does not count.

    Takes the facts of one stream, or of several, each in the order of its versions. A correction
    or annulment itself counts as None; one that was annulled in its turn has no effect.
    """
    annulled: set[UUID] = set()
    corrected: dict[UUID, Correction] = {}
    for envelope in reversed(history):
        if is_correction(envelope.type) and envelope.id not in annulled:
            match envelope.fact():
                case Annulment(fact=fact):
                    annulled.add(fact)
                case Correction(fact=fact) as correction:
                    corrected.setdefault(fact, correction)
    return [
        None
        if envelope.id in annulled or is_correction(envelope.type)
        else _as_corrected(envelope, corrected.get(envelope.id))
        for envelope in history
    ]


def _as_corrected(envelope: Envelope, correction: Correction | None) -> Envelope:
    if correction is None:
        return envelope
    when = {}
    if correction.time:
        when = {"time": correction.time, "precision": correction.precision}
    persons = KNOWN[envelope.type].model_validate(correction.data).persons()
    named = " ".join(sorted(map(str, persons)))
    return envelope.model_copy(update={"data": correction.data, "persons": named, **when})

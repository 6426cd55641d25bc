"""Whose story a fact belongs to: pure, and so the index can be made anew from the entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, NamedTuple
from uuid import UUID

# The field of a fact that says what it is part of, and how that is called.
PART_OF = {
    "request": "request",
    "search": "search",
    "involvement": "involvement",
    "match": "involvement",
    "project": "project",
    "plan": "plan",
}
# From here on the person's involvement reaches back to the beginning of the request, and of the
# search that found them.
MATCHED = "recruitment.MatchAgreed", "accompaniment.MandateProposed"
FOUND = MATCHED[:1]
# A department's story is what its teams asked and did; who works there is in no story of it.
OF_UNIT = "intake."
# Two files of one person: from then on the whole of the one is in the story of the other.
MERGED, UNDONE = "recruitment.PartnersMerged", "recruitment.MergeUndone"
# Each file tells of the other, and of nothing else that is not its own.
OF_BOTH = MERGED, UNDONE, "recruitment.DuplicateClosed", "recruitment.DuplicateReopened"
# After these, what goes on in that stream is no longer the person's.
PARTING = "intake.SeatVacated", "recruitment.InterestDeclined", "recruitment.CandidateNotRetained"


class Link(NamedTuple):
    """A stream belongs to the story of a subject: from a fact on, up to it, or that fact alone."""

    subject: UUID
    stream: UUID
    how: str
    from_beginning: bool = False
    ends: bool = False
    alone: bool = False


def links(fact: Mapping[str, Any]) -> Iterable[Link]:
    """What one envelope, as it is written, says about whose story it is part of."""
    stream, data = UUID(fact["subject"]), fact["data"]
    name = fact["type"].rpartition(".")[0]
    persons = list(_persons(fact))
    for person in persons:
        elsewhere = name in OF_BOTH and person != stream
        yield Link(person, stream, "named", ends=name in PARTING, alone=elsewhere)
        if name in MATCHED and (request := _id(data, "request")):
            yield Link(person, request, "match", from_beginning=True)
        if name in FOUND:
            yield Link(person, stream, "match", from_beginning=True)
    if name in (MERGED, UNDONE) and (kept := _id(data, "kept")) and (one := _id(data, "merged")):
        yield Link(kept, one, "merged", ends=name == UNDONE)
    # A stream is part of what its first fact names; but nobody's file is part of another story.
    whole = fact["version"] == 1 and stream not in persons
    for field in PART_OF.keys() & data.keys():
        if (whose := _id(data, field)) and whose != stream:
            yield Link(whose, stream, PART_OF[field], alone=not whole)
    if name.startswith(OF_UNIT) and (unit := _id(data, "department")) and unit != stream:
        yield Link(unit, stream, "department", alone=not whole)
    if cause := _id(fact, "causationid"):
        yield Link(cause, stream, "effect", alone=True)


def _persons(fact: Mapping[str, Any]) -> Iterator[UUID]:
    for person in fact.get("persons", "").split():
        with suppress(ValueError):  # who is not a reference has no story; the fact stays
            yield UUID(person)


def _id(data: Mapping[str, Any], field: str) -> UUID | None:
    try:
        return UUID(data[field])
    except (KeyError, ValueError, TypeError, AttributeError):
        return None

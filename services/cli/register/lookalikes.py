"""Perhaps the same person under two codes: proposed to the office, never decided."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from rapidfuzz import fuzz

from services.cli.register.columns import Phone
from services.cli.register.people import Partner
from services.cli.register.troubles import Severity, Trouble
from services.cli.register.words import folded

_SHARED = {
    "phone": ("téléphone", "phone"),
    "email": ("courriel", "email"),
    "postal_code": ("code postal", "postal code"),
}
_WINDOW = 8
_SAME_NAME = 92
_NEAR_NAME = 70
_SOUNDS = (("ph", "f"), ("qu", "k"), ("c", "k"), ("z", "s"), ("y", "i"), ("eau", "o"), ("au", "o"))
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"(?<=\w)[aeiouh]+")


class Lookalike(NamedTuple):
    """Two rows, how near their names are (0 to 100), and what else they share."""

    first: Partner
    second: Partner
    likeness: int
    shared: tuple[str, ...]

    def trouble(self) -> Trouble:
        """The remark that proposes it, at the later of the two rows."""
        why = tuple(
            ", ".join([f"{self.likeness} %", *(_SHARED[mark][side] for mark in self.shared)])
            for side in (0, 1)
        )
        return Trouble(
            place=self.second.place,
            kind="same_person",
            details={
                "value": self.first.code,
                "line": str(self.first.place.line),
                "why": (why[0], why[1]),
            },
            severity=Severity.WARNING,
        )


class _Person(NamedTuple):
    partner: Partner
    name: str
    joined: str
    sound: str
    phones: frozenset[str]
    email: str


def lookalikes(partners: Iterable[Partner]) -> list[Lookalike]:
    """Compare neighbours only: by sound of the name, by telephone, by address of mail."""
    people = [_person(partner) for partner in partners]
    found: dict[tuple[str, str], Lookalike] = {}
    for one, other in _neighbours(people):
        pair = one.partner.key, other.partner.key
        if pair not in found and (alike := _compared(one, other)):
            found[pair] = alike
    return list(found.values())


def _person(partner: Partner) -> _Person:
    words = folded(f"{partner.first_name} {partner.last_name}").split()
    name, joined = " ".join(sorted(words)), "".join(words)
    numbers = (
        phone.number for phone in (partner.phone, partner.phone_2) if isinstance(phone, Phone)
    )
    email = partner.email if isinstance(partner.email, str) else ""
    return _Person(partner, name, joined, _sound(name), frozenset(filter(None, numbers)), email)


def _sound(name: str) -> str:
    for written, heard in _SOUNDS:
        name = name.replace(written, heard)
    return _VOWELS.sub("", _DOUBLED.sub(r"\1", name))


def _neighbours(people: list[_Person]) -> Iterator[tuple[_Person, _Person]]:
    """Each with the few that stand next in order: never all with all."""
    order = {person.partner.key: place for place, person in enumerate(people)}
    rows = [sorted(people, key=lambda person: (person.sound, person.name)), *_sharing(people)]
    for row in rows:
        for place, person in enumerate(row):
            for other in islice(row, place + 1, place + 1 + _WINDOW):
                if order[person.partner.key] < order[other.partner.key]:
                    yield person, other
                else:
                    yield other, person


def _sharing(people: list[_Person]) -> Iterator[list[_Person]]:
    groups: dict[str, list[_Person]] = defaultdict(list)
    for person in people:
        for mark in (*person.phones, person.email):
            if mark:
                groups[mark].append(person)
    return (sorted(group, key=lambda p: p.name) for group in groups.values() if len(group) > 1)


def _compared(one: _Person, other: _Person) -> Lookalike | None:
    # « Haut-Bois » and « Hautbois », or first and last name taken one for the other.
    joined = fuzz.ratio(one.joined, other.joined, score_cutoff=_NEAR_NAME)
    likeness = round(max(joined, fuzz.ratio(one.name, other.name, score_cutoff=_NEAR_NAME)))
    if not likeness:
        return None
    shared = tuple(_shared(one, other))
    reached = {"phone", "email"} & set(shared)
    if reached or (likeness >= _SAME_NAME and not _contradicted(one, other)):
        return Lookalike(one.partner, other.partner, likeness, shared)
    return None


def _shared(one: _Person, other: _Person) -> Iterator[str]:
    if one.phones & other.phones:
        yield "phone"
    if one.email and one.email == other.email:
        yield "email"
    mine, theirs = one.partner.postal_code, other.partner.postal_code
    if isinstance(mine, str) and mine == theirs:
        yield "postal_code"


def _contradicted(one: _Person, other: _Person) -> bool:
    """Namesakes who are reached in different ways are two people until somebody says otherwise."""
    phones = bool(one.phones and other.phones and not one.phones & other.phones)
    emails = bool(one.email and other.email and one.email != other.email)
    return phones and emails

"""Who may be one person under two references: pure, and slow enough for a process of its own.

`python -m services.vault.likeness` reads people as JSON lines and writes pairs as JSON lines.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import combinations
from typing import NamedTuple

import orjson
from rapidfuzz import fuzz

_VOWELS, _REPEATED = re.compile("[aeiouyh]"), re.compile(r"(.)\1+")
ALIKE = 88  # of 100, for names alone
ALIKE_BESIDES = 70  # where a contact or the day of birth is the same
WORD_ALIKE = 70
CROWD = 60  # people under one sign: it says too little, and a longer one is looked at
COMPOUND = 3  # words in a name that few have: it counts even where all else differs
NAMESAKES = 4  # a name that more people have says nothing by itself


class Person(NamedTuple):
    """What is compared, as it is compared: names in plain letters, the rest exactly."""

    subject: str
    given: str
    family: str
    contacts: tuple[str, ...] = ()
    born: str | None = None

    @property
    def name(self) -> str:
        return " ".join(sorted(f"{self.given} {self.family}".split()))


class Pair(NamedTuple):
    one: str
    other: str
    score: int
    why: tuple[str, ...]


def pairs(people: Sequence[Person]) -> Iterator[Pair]:
    """Those who may be one person, once each. Only who has a sign in common is compared at all."""
    names = [person.name for person in people]
    common = {name for name, count in Counter(names).items() if count > NAMESAKES}
    found: set[tuple[int, int]] = set()
    for group in _groups(people, names):
        for one, other in combinations(group, 2):
            pair = _compared(people[one], people[other], names[one], names[other], common)
            if pair and (one, other) not in found:
                found.add((one, other))
                yield pair


def _compared(
    one: Person, other: Person, name: str, other_name: str, common: Set[str]
) -> Pair | None:
    # The words of both are in one order already: this is token_sort_ratio.
    score = fuzz.ratio(name, other_name, score_cutoff=ALIKE_BESIDES)
    if not score or not name:
        return None
    contacts = set(one.contacts) & set(other.contacts)
    born = bool(one.born) and one.born == other.born
    alone = not contacts and not born
    if alone and (score < ALIKE or _apart(one, other) or {name, other_name} <= common):
        return None
    if not _each_word_again(name.split(), other_name.split()):
        return None
    first, second = sorted((one.subject, other.subject))
    why = ["name", *sorted({contact.partition(" ")[0] for contact in contacts})]
    return Pair(first, second, round(score), (*why, *(["birth_date"] if born else [])))


def _apart(one: Person, other: Person) -> bool:
    """Nothing is the same but the name: then they are two, unless few can have such a name."""
    if one.born and other.born:
        return True
    return bool(one.contacts and other.contacts) and len(one.name.split()) < COMPOUND


def _each_word_again(words: Sequence[str], others: Sequence[str]) -> bool:
    """Brothers have a family name and a telephone in common; one person has the given name too."""
    fewer, more = sorted((words, others), key=len)
    return all(max(fuzz.ratio(word, one) for one in more) >= WORD_ALIKE for word in fewer)


def _groups(people: Sequence[Person], names: Sequence[str]) -> Iterator[list[int]]:
    """People with a sign in common; a crowd is divided by longer signs until it is none."""
    yield from _alike((sign, at) for at, one in enumerate(people) for sign in one.contacts)
    yield from _alike((one.born, at) for at, one in enumerate(people) if one.born)
    yield from _alike((_skeleton(name), at) for at, name in enumerate(names))
    everybody = list(range(len(people)))
    for length in (2, 3, 4, 6, 9):
        signs: defaultdict[str, list[int]] = defaultdict(list)
        for at in everybody:
            for sign in _signs(names[at], length):
                signs[sign].append(at)
        crowded: set[int] = set()
        for group in signs.values():
            if len(group) <= CROWD:
                yield group
            else:
                crowded.update(group)
        everybody = sorted(crowded)
    yield from _alike((names[at], at) for at in everybody)


def _alike(signs: Iterable[tuple[str, int]]) -> Iterator[list[int]]:
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for sign, at in signs:
        groups[sign].append(at)
    yield from (group for group in groups.values() if 1 < len(group) <= CROWD)


def _skeleton(name: str) -> str:
    """Its consonants, once each where they follow each other: vowels are what is misheard."""
    return _REPEATED.sub(r"\1", _VOWELS.sub("", name))


def _signs(name: str, length: int) -> set[str]:
    """Two of its words, each by its first letters: one may be misspelt further on."""
    words = name.split()
    if len(words) < 2:
        return {name[:length]}
    return {f"{a[:length]} {b[:length]}" for a, b in combinations(words, 2)}


def main() -> None:
    people = []
    for line in sys.stdin.buffer:
        subject, given, family, contacts, born = orjson.loads(line)
        people.append(Person(subject, given, family, tuple(contacts), born))
    for pair in pairs(people):
        sys.stdout.buffer.write(orjson.dumps(tuple(pair)) + b"\n")


if __name__ == "__main__":
    main()

"""Finding names by a few of their letters: accents, capitals and order aside."""

from __future__ import annotations

import re
from unicodedata import combining, normalize

_WORD = re.compile(r"[^\W_]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})


def is_name(field: str) -> bool:
    """`name`, `given_name`, `guardian.family_name` …"""
    return field.endswith("name")


def words_in(text: str) -> list[str]:
    """Its words as one would type them in a hurry."""
    plain = text.casefold()
    if not plain.isascii():
        decomposed = normalize("NFKD", plain.translate(_LIGATURES)).casefold()
        plain = "".join(letter for letter in decomposed if not combining(letter))
    return _WORD.findall(plain)


def grams_in(text: str) -> list[str]:
    """Every word's first letter, and every three characters of it and the space before it.

    The grams of a word's beginning are among those of the word.
    """
    return sorted({gram for word in words_in(text) for gram in _grams(f" {word}")})


def _grams(word: str) -> set[str]:
    return {word[:2], *(word[at : at + 3] for at in range(len(word) - 2))}


def begins_a_word(beginning: str, text: str) -> bool:
    return any(word.startswith(beginning) for word in words_in(text))

"""Finding and sorting names: by a few of their letters, and as French puts them in order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import combining, normalize

import phonenumbers

_WORD = re.compile(r"[^\W_]+")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "Œ": "OE", "Æ": "AE"})
_DIGITS = re.compile(r"\D+")
_EXTENSION = re.compile(r"(?:#|\b(?:poste|ext|x)\b).*", re.IGNORECASE | re.DOTALL)

SORTED = frozenset(
    ("given_name", "family_name", "name", "email", "phone", "phone2", "city", "postal_code",
     "birth_date", "age_group", "reach_by", "availability", "employee_number", "title")
)  # fmt: skip
CONTACTS = {"email": "email", "phone": "phone", "phone2": "phone"}
LONGEST = 120  # characters that are sorted by
END, NEXT = "\x01", "\x02"  # before all that is written, so that a shorter word comes first


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


def begins_a_word(beginning: str, words: Iterable[str]) -> bool:
    return any(word.startswith(beginning) for word in words)


def letters_of(text: str) -> str:
    """What is compared first: its words, one space between them."""
    return " ".join(words_in(text[:LONGEST]))


def sort_key(text: str) -> str:
    """Compared by code point, these keys put texts in the order of French as written in Canada.

    Letters first; where they are the same, accents, from the end of the text backwards (cote,
    côte, coté, côté: CAN/CSA Z243.4.1, CLDR fr_CA); then small letters before capitals.
    """
    letters = letters_of(text)
    if text == letters:
        return letters + END
    accents, capitals = _marks(text[:LONGEST].translate(_LIGATURES))
    return f"{letters}{END}{accents[::-1].rstrip('0')}{END}{capitals.rstrip('0')}"


def _marks(text: str) -> tuple[str, str]:
    """For each letter, its accents (`0`: none), and `1` where it is a capital."""
    if text.isascii():
        return "", "".join("1" if letter.isupper() else "0" for letter in text if letter.isalnum())
    accents: list[str] = []
    capitals: list[str] = []
    for letter in normalize("NFD", text):
        if combining(letter):
            if accents:
                accents[-1] = accents[-1].removesuffix("0") + letter
        elif letter.isalnum():
            accents.append("0")
            capitals.append("1" if letter.isupper() else "0")
    return "".join(accents), "".join(capitals)


def contact_of(field: str, value: str) -> str | None:
    """An address or a number as it is compared; None where the field is neither.

    Numbers in E.164, as dialled in Canada where they name no country.
    """
    match CONTACTS.get(field):
        case "email":
            return "email " + normalize("NFKC", value).strip().casefold()
        case "phone":
            return "phone " + _number(value)
    return None


def _number(value: str) -> str:
    try:
        number = phonenumbers.parse(_EXTENSION.sub("", value), "CA")
    except phonenumbers.NumberParseException:
        return _DIGITS.sub("", value) or value.strip().casefold()
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)

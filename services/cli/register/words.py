"""Words compared as people read them: without accents, case, punctuation, gender or number."""

import re
import unicodedata
from functools import lru_cache

_LETTERS = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "ø": "o", "ß": "ss", "’": "'"})
_SEPARATED = re.compile(r"[^a-z0-9+]+")
_BRACKETED = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_GENDER = re.compile(r"[(.·•]-?(?:e|ne|ère|euse|trice|ve)s?\)?(?=\s|$)", re.IGNORECASE)
_ENDING = re.compile(r"(?<=\w{3})[es]+$")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\ud800-\udfff]")


@lru_cache(maxsize=50_000)
def folded(text: str) -> str:
    """« N° d'Entrée * » and « n d entree » are the same words."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS).replace("°", " "))
    bare = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _SEPARATED.sub(" ", bare.casefold()).strip()


@lru_cache(maxsize=20_000)
def stemmed(text: str) -> str:
    """« Terminé(e)s » and « terminée » are the same value."""
    neutral = _GENDER.sub("", text.strip())
    return " ".join(_ENDING.sub("", word) for word in folded(neutral).split())


def unbracketed(text: str) -> str:
    """A header without its unit or hint: « Frais ($) » is « Frais »."""
    return _BRACKETED.sub(" ", text)


def shown(value: object) -> str:
    """A value as a message may quote it: short, on one line, without control characters."""
    text = " ".join(CONTROLS.sub("\N{REPLACEMENT CHARACTER}", str(value)[:200]).split())
    return text if len(text) <= 60 else text[:59] + "…"

"""How people are called and reached: names, telephones, addresses of mail, languages."""

from __future__ import annotations

import re
from functools import cache

import phonenumbers
from babel import Locale

from services.cli.register.columns import Phone
from services.cli.register.troubles import Unreadable
from services.cli.register.words import folded, shown

_EXTENSION = re.compile(r"[\s,;(]*(?:poste|post|ext|extension|p|x|#)[\s.:#]*(\d{1,8})\)?\s*$", re.I)
_DIALLED = re.compile(r"[\d\s().+/·•-]+")
_NORTH_AMERICAN = re.compile(r"1?([2-9]\d\d[2-9]\d{6})")
_EMAIL = re.compile(r"[^@\s,;:<>()\"\[\]]+@[^@\s,;:<>()\"\[\].]+(?:\.[^@\s,;:<>()\"\[\].]+)+")
_POSTAL_CODE = re.compile(r"([A-Z]\d[A-Z])[ -]?(\d[A-Z]\d)?")
# Sign languages are languages here, and CLDR does not name these.
_SIGNED = {
    "fcs": ("langue des signes québécoise", "Quebec Sign Language", "LSQ"),
    "ase": ("langue des signes américaine", "American Sign Language", "ASL"),
}


def email(text: str) -> str:
    found = text.removeprefix("mailto:").lower()
    if not _EMAIL.fullmatch(found) or len(found) > 254 or ".." in found:
        raise Unreadable("not_email", value=shown(text))
    return found


def phone(text: str) -> Phone | None:
    """The number as typed and as it can be dialled; None if it cannot be dialled."""
    extension = _EXTENSION.search(text)
    bare = text[: extension.start()] if extension else text
    number = _dialled(bare)
    return Phone(text, number, extension[1] if extension else "") if number else None


def postal_code(text: str) -> str:
    found = _POSTAL_CODE.fullmatch(" ".join(text.upper().split()))
    if not found:
        raise Unreadable("not_postal_code", value=shown(text))
    return f"{found[1]} {found[2]}" if found[2] else found[1]


def language(text: str) -> str:
    """The code of a language named in French or in English, or by its own code."""
    if found := _languages().get(folded(text)):
        return found
    raise Unreadable("not_language", value=shown(text))


@cache
def language_name(code: str, language: str) -> str:
    """The name that reads back as this code; the code itself where names are shared."""
    signed = _SIGNED.get(code)
    name = signed[language != "fr"] if signed else Locale(language).languages.get(code, code)
    return name if _languages().get(folded(name)) == code else code


def parted_name(full: str) -> tuple[str, str]:
    """First and last name of « Tremblay, Lise », « Lise Tremblay » or « TREMBLAY Lise »."""
    last, comma, first = full.partition(",")
    if comma:
        return first.strip(), last.strip()
    words = full.split()
    shouted = [word for word in words if len(word) > 1 and word.isupper()]
    if shouted and len(shouted) < len(words):
        return " ".join(word for word in words if word not in shouted), " ".join(shouted)
    return words[0] if words else "", " ".join(words[1:])


def _dialled(text: str) -> str:
    digits = "".join(letter for letter in text if letter in "0123456789")
    foreign = text.strip().startswith(("+", "011")) and not text.strip().startswith("+1")
    if _DIALLED.fullmatch(text) and not foreign and (found := _NORTH_AMERICAN.fullmatch(digits)):
        return "+1" + found[1]
    if not foreign or len(text) > 40:
        return ""
    try:
        parsed = phonenumbers.parse(text, "CA")
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(parsed):
        return ""
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


@cache
def _languages() -> dict[str, str]:
    names = {
        folded(name): code
        for language in ("en", "fr")
        for code, name in sorted(Locale(language).languages.items(), reverse=True)
        if "_" not in code and folded(name)
    }
    names |= {folded(code): code for code in names.values()}
    return names | {folded(name): code for code, known in _SIGNED.items() for name in known}

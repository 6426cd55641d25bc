"""What people call the codes of the published language, in French and in English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Literal

type Language = Literal["fr", "en"]

WORDS = Path(__file__).parent / "words"
LANGUAGES: dict[Language, int] = {"fr": 0, "en": 1}
GLOSSARY: dict[str, dict[str, tuple[str, str]]] = tomllib.loads(
    (WORDS / "glossary.toml").read_text()
)


def label(kind: type[StrEnum] | str, code: str, language: Language) -> str:
    """What people call a code; the code itself where an office made it up."""
    name = kind if isinstance(kind, str) else kind.__name__
    words = GLOSSARY.get(name, {}).get(code)
    return words[LANGUAGES[language]] if words else code


def labels(language: Language) -> Mapping[str, Mapping[str, str]]:
    """The whole glossary in one language, list by list."""
    number = LANGUAGES[language]
    return {
        name: {code: words[number] for code, words in codes.items()}
        for name, codes in GLOSSARY.items()
    }

"""The texts people consent on: versioned words, known by the digest of exactly what was shown."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Self
from uuid import NAMESPACE_OID, UUID, uuid5

from contracts.consent import ConsentTextPublished, ConsentTo
from contracts.envelope import Fact
from services.chassis.domain import Aggregate, NotFound, Refusal


class TextWasReplaced(Refusal):
    """This text was replaced since it was shown: read the new one, then decide."""

    french = "Ce texte a été remplacé depuis son affichage : lisez le nouveau, puis décidez."
    passing = True


class TextIsMissing(Refusal):
    """Say which text was shown or read, by its digest; only a paper kept elsewhere has none."""

    french = (
        "Indiquez quel texte a été montré ou lu ; "
        "seul un papier conservé ailleurs peut s’en passer."
    )


class NoSuchText(NotFound):
    """There is no such text in this language."""

    french = "Ce texte n’existe pas dans cette langue."


def digest(purpose: str, language: str, title: str, body: str, owed: str, script: str) -> str:
    """SHA-256, in hex, of these words as a JSON array in UTF-8, without spaces (RFC 8259).

    Fixed for ever: consents hold what this gave when they were given.
    """
    words = [purpose, language, title, body, owed, script]
    return sha256(json.dumps(words, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def text_of(words: ConsentTextPublished) -> str:
    """The digest that belongs to these words."""
    return digest(words.purpose, words.language, words.title, words.body, words.owed, words.script)


class ConsentText(Aggregate):
    """What one establishment says of one purpose in one language, from version to version."""

    begun_by = (ConsentTextPublished,)

    versions: tuple[ConsentTextPublished, ...] = ()

    @staticmethod
    def id_for(purpose: ConsentTo, language: str) -> UUID:
        return uuid5(NAMESPACE_OID, f"consent text {purpose} {language}")

    @classmethod
    def begin_with(cls, text: ConsentTextPublished) -> Self:
        return cls.begin(cls.id_for(text.purpose, text.language), text)

    @property
    def current(self) -> ConsentTextPublished:
        return self.versions[-1]

    def publish(self, text: ConsentTextPublished) -> None:
        if text.text_hash != self.current.text_hash:
            self.record(text)

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, ConsentTextPublished):
            self.versions += (fact,)

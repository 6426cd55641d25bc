"""Which words each purpose is asked in: the establishment's own, or those that come with Tandem."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from contracts.consent import ConsentTextPublished, ConsentTo
from services.chassis.deciding import Position, Provenance
from services.chassis.following import Following
from services.recruitment.domain.texts import (
    ConsentText,
    NoSuchText,
    TextIsMissing,
    TextWasReplaced,
    digest,
)

WORDS = Path(__file__).parent / "words"
LANGUAGES = ("fr", "en")


def _shipped() -> dict[tuple[ConsentTo, str], ConsentTextPublished]:
    found = {}
    for language in LANGUAGES:
        said = tomllib.loads((WORDS / f"consents.{language}.toml").read_text())
        version = said.pop("version")
        for name, words in said.items():
            purpose = ConsentTo(name)
            found[purpose, language] = text(purpose, language, version, words)
    return found


def text(
    purpose: ConsentTo, language: str, version: str, words: dict[str, Any]
) -> ConsentTextPublished:
    """A text with its digest, from its title, body, script and perhaps what is owed."""
    parts = {name: str(words.get(name, "")).strip() for name in ("title", "body", "owed", "script")}
    return ConsentTextPublished(
        purpose=purpose, language=language, version=version,
        text_hash=digest(purpose, language, **parts), **parts,
    )  # fmt: skip


SHIPPED = _shipped()


class Texts(Following):
    """The registry of an establishment's texts."""

    kinds = (ConsentText,)

    async def current(
        self, purpose: ConsentTo, language: str, by: Provenance
    ) -> ConsentTextPublished:
        """Raises NoSuchText."""
        it = await self.find(ConsentText, ConsentText.id_for(purpose, language), by)
        if it is None and (purpose, language) not in SHIPPED:
            raise NoSuchText
        return it.current if it else SHIPPED[purpose, language]

    async def all(self, language: str, by: Provenance) -> list[ConsentTextPublished]:
        """One a purpose, in the order they are asked in. Raises NoSuchText."""
        return [await self.current(purpose, language, by) for purpose in ConsentTo]

    async def known_as(self, text_hash: str, by: Provenance) -> ConsentTextPublished:
        """The very text with this digest, of whatever time. Raises NoSuchText."""
        every = [
            ConsentText.id_for(purpose, language) for purpose in ConsentTo for language in LANGUAGES
        ]
        own = [text for it in await self.standing(ConsentText, every, by) for text in it.versions]
        for one in (*own, *SHIPPED.values()):
            if one.text_hash == text_hash:
                return one
        raise NoSuchText

    async def publish(self, said: ConsentTextPublished, by: Provenance) -> Position:
        """From now on this is asked; what was consented on before keeps its own digest."""
        stream = ConsentText.id_for(said.purpose, said.language)

        async def decide_and_save() -> Position:
            it = await self.find(ConsentText, stream, by)
            if it is None:
                return await self.save(by, ConsentText.begin_with(said))
            it.publish(said)
            return await self.save(by, it)

        return await self._try(by, stream, decide_and_save)

    async def require_shown(
        self, purpose: ConsentTo, language: str, shown: str | None, by: Provenance
    ) -> None:
        """Raises TextIsMissing, TextWasReplaced where another text counts by now."""
        if shown is None:
            raise TextIsMissing
        if shown != (await self.current(purpose, language, by)).text_hash:
            raise TextWasReplaced

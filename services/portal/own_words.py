"""What the establishment whose page this is calls things itself."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar

_OWN: ContextVar[Mapping[str, str]] = ContextVar("own words", default={})  # noqa: B039 - read only


def speak_as(words: Mapping[str, str]) -> None:
    """From here on, in this request."""
    _OWN.set(words)


def own(code: str) -> str | None:
    """Their word for a code; none where they have no other than everybody."""
    return _OWN.get().get(code)

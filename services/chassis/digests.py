"""Keyed digests: the same words always have the same, and nobody without the key can tell which."""

from __future__ import annotations

import hmac


def keyed(key: str | bytes, *words: str | bytes) -> bytes:
    """32 bytes: HMAC-SHA-256 (RFC 2104) of these words, a line each.

    None but the last may hold a line break, so that no two lists of words are told alike. The
    first says what it is for, wherever one key serves several ends.
    """
    return hmac.digest(_bytes(key), b"\n".join(map(_bytes, words)), "sha256")


def _bytes(words: str | bytes) -> bytes:
    return words.encode() if isinstance(words, str) else words

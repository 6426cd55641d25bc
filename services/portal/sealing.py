"""Secrets of a browser: what it holds, what we keep of it, and what only it can open."""

from __future__ import annotations

from hashlib import sha256
from secrets import token_bytes, token_urlsafe

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

BITS = 256
NONCE = 12  # bytes, NIST SP 800-38D


def new_token() -> str:
    """256 random bits, as a cookie or an address can carry them."""
    return token_urlsafe(BITS // 8)


def digest(token: str) -> bytes:
    """What is kept of a token. It needs no salt: nobody guesses 256 bits."""
    return sha256(token.encode()).digest()


def seal(token: str, words: bytes) -> bytes:
    """AES-256-GCM under a key that only this token gives (HKDF, RFC 5869)."""
    nonce = token_bytes(NONCE)
    return nonce + AESGCM(_key(token)).encrypt(nonce, words, None)


def unseal(token: str, sealed: bytes) -> bytes | None:
    """None where it was sealed with another token."""
    try:
        return AESGCM(_key(token)).decrypt(sealed[:NONCE], sealed[NONCE:], None)
    except InvalidTag:
        return None


def _key(token: str) -> bytes:
    return HKDF(SHA256(), BITS // 8, salt=None, info=b"tandem portal").derive(token.encode())

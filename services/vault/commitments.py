"""What is said in public of a value that stays in the vault."""

from __future__ import annotations

from hashlib import sha256
from secrets import token_bytes

SALT = 16  # bytes


def new_salt() -> bytes:
    return token_bytes(SALT)


def commitment(salt: bytes, field: str, value: str) -> str:
    """SHA-256, in hex, over salt, field and value in UTF-8, each after its length in four bytes.

    The lengths stand big-endian. Fixed for ever: facts hold what this gave when they were written.
    """
    parts = (salt, field.encode(), value.encode())
    return sha256(b"".join(len(part).to_bytes(4) + part for part in parts)).hexdigest()

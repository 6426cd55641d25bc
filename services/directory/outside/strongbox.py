"""What only this service may read of its own tables: addresses and secrets, sealed at rest."""

from __future__ import annotations

import os
from base64 import b64encode
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE = 12  # bytes, as NIST SP 800-38D recommends
SECRET = 32  # bytes: Standard Webhooks asks for 24 to 64


class Strongbox:
    """Keys derived from the service's own secret (HKDF, RFC 5869); AES-256-GCM."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        self._box = AESGCM(self._derived(b"tandem sealed at rest, 1"))

    def close(self, about: UUID, words: bytes) -> bytes:
        """Readable only as being about this very thing."""
        nonce = os.urandom(NONCE)
        return nonce + self._box.encrypt(nonce, words, about.bytes)

    def open(self, about: UUID, sealed: bytes) -> bytes:
        """Raises cryptography's InvalidTag where it was sealed otherwise, or about another."""
        return self._box.decrypt(sealed[:NONCE], sealed[NONCE:], about.bytes)

    def secret_for(self, command: UUID) -> str:
        """A secret of Standard Webhooks, `whsec_…`, that nobody else can tell.

        The same command gives the same, so that a request made twice is answered alike.
        """
        derived = self._derived(b"tandem webhook secret, 1 " + command.bytes)
        return "whsec_" + b64encode(derived).decode()

    def _derived(self, purpose: bytes) -> bytes:
        return HKDF(SHA256(), SECRET, salt=None, info=purpose).derive(self._secret)

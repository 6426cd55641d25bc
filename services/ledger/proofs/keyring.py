"""The keys that sign for the ledger: sealed at rest, and each introduced by the one before it."""

from __future__ import annotations

import logging
import os
from base64 import b64encode
from datetime import UTC, datetime
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from services.chassis.database import Connection
from services.chassis.notes import Signer, signed
from services.ledger.book import Book

log = logging.getLogger(__name__)

SEALED_AS = b"tandem ledger keys, 1"
NONCE = 12  # bytes, as NIST SP 800-38D recommends
KEYS = "select number, public, sealed, since, statement from signing_keys order by number"
ADD = """
insert into signing_keys (number, public, sealed, statement) values ($1, $2, $3, $4)
on conflict do nothing
"""


class Key(NamedTuple):
    """One key, and the statement that introduced it."""

    number: int
    public: bytes
    sealed: bytes
    since: datetime
    statement: str


class Keyring:
    """`name` is what the installation calls itself in what it signs."""

    def __init__(self, book: Book, secret: SecretStr, name: str) -> None:
        words = secret.get_secret_value().encode()
        self._box = AESGCM(HKDF(SHA256(), 32, salt=None, info=SEALED_AS).derive(words))
        self._book = book
        self.name = name

    async def all(self) -> list[Key]:
        """The first first."""
        async with self._book.pool.acquire() as connection:
            return await _read(connection)

    async def current(self) -> tuple[int, Ed25519PrivateKey]:
        """The number of the key in use, and the key; the first is made when it is asked for."""
        keys = await self.all()
        private = self._opened(keys[-1]) if keys else None
        if private is None:
            return await self.rotate()
        return keys[-1].number, private

    async def rotate(self) -> tuple[int, Ed25519PrivateKey]:
        """From now on another key signs; the one before says so, where it can still be opened."""
        keys = await self.all()
        before = self._opened(keys[-1]) if keys else None
        if keys and before is None:
            log.error("the ledger's key %s cannot be opened: another begins", keys[-1].number)
        number, new = len(keys) + 1, Ed25519PrivateKey.generate()
        public = new.public_key().public_bytes_raw()
        said = f"{self.name}/keys\n{number}\n{b64encode(public).decode()}\n{_now()}\n"
        signers = [Signer(f"{self.name}/keys", one) for one in (new, before) if one]
        sealed, statement = self._closed(number, new), str(signed(said, *signers))
        await self._book.pool.execute(ADD, number, public, sealed, statement)
        return await self.current()  # another process may have been faster

    def _closed(self, number: int, key: Ed25519PrivateKey) -> bytes:
        nonce = os.urandom(NONCE)
        return nonce + self._box.encrypt(nonce, key.private_bytes_raw(), number.to_bytes(8))

    def _opened(self, key: Key) -> Ed25519PrivateKey | None:
        nonce, sealed = key.sealed[:NONCE], key.sealed[NONCE:]
        try:
            words = self._box.decrypt(nonce, sealed, key.number.to_bytes(8))
        except InvalidTag:
            return None
        return Ed25519PrivateKey.from_private_bytes(words)


async def _read(connection: Connection) -> list[Key]:
    return [Key(*row) for row in await connection.fetch(KEYS)]


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")

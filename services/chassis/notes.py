"""Signed notes and checkpoints: C2SP signed-note, tlog-checkpoint and tlog-cosignature."""

from __future__ import annotations

import time
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

DASH = "\u2014"
LONGEST = 64 * 1024  # characters of a note
SIGNED = 1  # Ed25519 over the text
COSIGNED = 4  # Ed25519 over the text and a time: tlog-cosignature, `cosignature/v1`


class NotANote(ValueError):
    """These words are no signed note, no checkpoint or no key as C2SP has them."""


class Signature(NamedTuple):
    """One line under a note: whose, and the bytes that follow the key's id."""

    name: str
    id: bytes
    bytes: bytes

    def line(self) -> str:
        return f"{DASH} {self.name} {b64encode(self.id + self.bytes).decode()}\n"

    @property
    def time(self) -> int:
        """When a cosignature was made, in seconds since 1970."""
        return int.from_bytes(self.bytes[:8])


@dataclass(frozen=True)
class Verifier:
    """A key as it is handed to others: its name, its kind, and 32 bytes of Ed25519."""

    name: str
    public: bytes
    kind: int = SIGNED

    @classmethod
    def read(cls, vkey: str) -> Self:
        """From `name+id+key`. Raises NotANote."""
        try:
            name, digest, key = vkey.strip().split("+", 2)
            known = b64decode(key, validate=True)
            one = cls(name, known[1:], known[0])
            if len(known) != 33 or one.kind not in (SIGNED, COSIGNED) or one.id.hex() != digest:
                raise NotANote
        except (ValueError, NotBase64, IndexError) as error:
            raise NotANote from error
        return one

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + self._key).digest()[:4]

    @property
    def _key(self) -> bytes:
        return bytes([self.kind]) + self.public

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(self._key).decode()}"

    def made(self, signature: Signature, text: str) -> bool:
        """Whether this key made that signature over this text."""
        if (signature.name, signature.id) != (self.name, self.id):
            return False
        message, made = text.encode(), signature.bytes
        if self.kind == COSIGNED:
            message, made = _timed(signature.time, text), signature.bytes[8:]
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(made, message)
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """A private key under a name."""

    name: str
    key: Ed25519PrivateKey
    kind: int = SIGNED

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, self.key.public_key().public_bytes_raw(), self.kind)

    def sign(self, text: str) -> Signature:
        if self.kind == COSIGNED:
            now = int(time.time())
            made = now.to_bytes(8) + self.key.sign(_timed(now, text))
        else:
            made = self.key.sign(text.encode())
        return Signature(self.name, self.verifier.id, made)


def _timed(when: int, text: str) -> bytes:
    return f"cosignature/v1\ntime {when}\n{text}".encode()


@dataclass(frozen=True)
class Note:
    """A text that ends with its line, and who signed it."""

    text: str
    signatures: tuple[Signature, ...]

    @classmethod
    def read(cls, words: str) -> Self:
        """Raises NotANote. Nothing is verified yet."""
        text, gap, signatures = words.rpartition("\n\n")
        lines = signatures.splitlines()
        if not gap or not lines or len(words) > LONGEST or not words.endswith("\n"):
            raise NotANote
        return cls(text + "\n", tuple(_signatures(lines)))

    def __str__(self) -> str:
        return self.text + "\n" + "".join(one.line() for one in self.signatures)

    def signed_by(self, verifier: Verifier) -> bool:
        return any(verifier.made(one, self.text) for one in self.signatures)

    def by(self, verifiers: Iterable[Verifier]) -> list[Verifier]:
        """Those of these that signed it."""
        return [one for one in verifiers if self.signed_by(one)]


def _signatures(lines: Iterable[str]) -> Iterator[Signature]:
    for line in lines:
        dash, _, rest = line.partition(" ")
        name, _, words = rest.partition(" ")
        try:
            made = b64decode(words, validate=True)
        except (ValueError, NotBase64) as error:
            raise NotANote from error
        if dash != DASH or not name or len(made) < 5:
            raise NotANote
        yield Signature(name, made[:4], made[4:])


def signed(text: str, *signers: Signer) -> Note:
    """The text with a signature of each."""
    return Note(text, tuple(signer.sign(text) for signer in signers))


class Checkpoint(NamedTuple):
    """How large a log was, and the root of its tree then."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def read(cls, text: str) -> Self:
        """From the text of a note; what follows the root is passed over. Raises NotANote."""
        try:
            origin, size, root, *_ = text.split("\n")
            one = cls(origin, int(size), b64decode(root, validate=True))
        except (ValueError, NotBase64) as error:
            raise NotANote from error
        if not origin or str(one.size) != size or one.size < 0 or len(one.root) != 32:
            raise NotANote
        return one

    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


def proof_lines(proof: Sequence[bytes]) -> list[str]:
    return [b64encode(one).decode() for one in proof]

"""A witness for the logs of other operators, as C2SP tlog-witness and tlog-cosignature have it."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NotBase64

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from contracts.ledger import WitnessedLog
from services.chassis.database import Connection
from services.chassis.notes import COSIGNED, SIGNED, Checkpoint, NotANote, Note, Signer, Verifier
from services.chassis.tree import is_consistent
from services.ledger.book import Book
from services.ledger.proofs.witnesses import NotAWitness

LONGEST_PROOF = 63  # hashes
TRUST = """
insert into witnessed (origin, key) values ($1, $2)
on conflict (origin) do update set key = excluded.key
"""
KNOWN = "select key, size, root from witnessed where origin = $1 for update"
SEEN = """
update witnessed set size = $2, root = $3, note = $4, at = clock_timestamp() where origin = $1
"""
LIST = "select origin, key, size, note, at from witnessed order by origin"


class Refused(Exception):
    """Not signed: the status that the protocol has for it, and what is said."""

    def __init__(self, status: int, said: str = "") -> None:
        super().__init__(said)
        self.status = status
        self.said = said


class Cosigning:
    """Signs only what goes on from what it signed before."""

    def __init__(self, book: Book, secret: SecretStr, name: str) -> None:
        words = secret.get_secret_value().encode()
        seed = HKDF(SHA256(), 32, salt=None, info=b"tandem ledger cosigner, 1").derive(words)
        key = Ed25519PrivateKey.from_private_bytes(seed)
        self._book = book
        self.signer = Signer(f"{name}/witness", key, COSIGNED)

    async def trust(self, key: str) -> str:
        """From now on the log of this key is signed; its name is the origin. Raises NotAWitness."""
        try:
            verifier = Verifier.read(key)
        except NotANote as error:
            raise NotAWitness from error
        if verifier.kind != SIGNED:
            raise NotAWitness
        await self._book.pool.execute(TRUST, verifier.name, str(verifier))
        return verifier.name

    async def logs(self) -> list[WitnessedLog]:
        rows = await self._book.pool.fetch(LIST)
        names = "origin", "key", "size", "note", "at"
        return [WitnessedLog(**dict(zip(names, row, strict=True))) for row in rows]

    async def sign(self, said: bytes) -> str:
        """The signature's line, once what is signed is kept. Raises Refused."""
        old, proof, note = _read(said)
        try:
            checkpoint = Checkpoint.read(note.text)
        except NotANote as error:
            raise Refused(400) from error
        async with self._book.pool.acquire() as connection, connection.transaction():
            await self._require_the_next(connection, old, proof, note, checkpoint)
            origin, size, root = checkpoint
            line = self.signer.sign(note.text).line()
            await connection.execute(SEEN, origin, size, root, str(note))
        return line

    async def _require_the_next(
        self, connection: Connection, old: int, proof: list[bytes], note: Note, told: Checkpoint
    ) -> None:
        found = await connection.fetchrow(KNOWN, told.origin)
        if found is None:
            raise Refused(404)
        key, size, root = found
        if not note.signed_by(Verifier.read(key)):
            raise Refused(403)
        if old > told.size:
            raise Refused(400)
        if old != size or (size == told.size and size and root != told.root):
            raise Refused(409, f"{size}\n")
        if not is_consistent(old, told.size, root or b"", told.root, proof) and old != told.size:
            raise Refused(422)


def _read(said: bytes) -> tuple[int, list[bytes], Note]:
    try:
        head, _, note = said.decode().partition("\n\n")
        first, *lines = head.split("\n")
        word, _, number = first.partition(" ")
        proof = [b64decode(line, validate=True) for line in lines]
        if word != "old" or not number.isdigit() or len(proof) > LONGEST_PROOF:
            raise Refused(400)
        return int(number), proof, Note.read(note)
    except (ValueError, NotBase64) as error:
        raise Refused(400) from error

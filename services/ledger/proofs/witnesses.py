"""Who is shown the checkpoints, out of reach of whoever could rewrite them here."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from pydantic import SecretStr

from contracts.ledger import WitnessKind, WitnessShown
from services.chassis.domain import NotFound, Refusal
from services.chassis.notes import COSIGNED, NotANote, Verifier
from services.chassis.outgoing import host_of
from services.chassis.settings import Told
from services.ledger.book import Book

ADD = "insert into witnesses (id, establishment, kind, sealed, key) values ($1, $2, $3, $4, $5)"
END = """
update witnesses set ended = coalesce(ended, clock_timestamp())
where establishment = $1 and id = $2 returning id
"""
LIST = """
select id, kind, sealed, key, since, ended, size, shown, trouble from witnesses
where establishment = $1 order by since, id
"""


class WitnessSettings(Told):
    """What the surroundings say of ways out of here."""

    witness_folder: str = ""  # write-once storage, where the operator rewrites nothing
    smtp_url: SecretStr | None = None  # smtp://user:password@host:587, for witnesses by mail
    smtp_from: str = "Tandem <tandem@localhost>"  # whose letters those are


class NoWayOut(Refusal):
    """This installation has no write-once folder, or no way to send mail."""

    french = "Cette installation n’a pas de dossier à écriture unique, ou ne peut pas écrire."
    passing = True


class NotAWitness(Refusal):
    """Give the witness's key as C2SP has it: name+id+key, of a cosigner."""

    french = "Donnez la clé du témoin comme C2SP l’écrit : nom+empreinte+clé, d’un cosignataire."


class Box:
    """Addresses are sealed at rest: some are somebody's own."""

    def __init__(self, secret: SecretStr) -> None:
        words = secret.get_secret_value().encode()
        derived = HKDF(SHA256(), 32, salt=None, info=b"tandem ledger witnesses, 1").derive(words)
        self._box = AESGCM(derived)

    def close(self, about: UUID, words: str) -> bytes:
        """A key is used with each nonce once: the nonce is of the id, which is used once."""
        nonce = about.bytes[:12]
        return nonce + self._box.encrypt(nonce, words.encode(), about.bytes)

    def open(self, about: UUID, sealed: bytes) -> str:
        return self._box.decrypt(sealed[:12], sealed[12:], about.bytes).decode()


class Named(NamedTuple):
    """What is said of a new witness."""

    kind: WitnessKind
    address: str = ""
    key: str | None = None


class Witnesses:
    """Those of each establishment."""

    def __init__(self, book: Book, box: Box, out: WitnessSettings, *, plain: bool) -> None:
        self._book = book
        self._box = box
        self._out = out
        self._plain = plain

    async def add(self, establishment: str, named: Named) -> UUID:
        """From now on it is shown the checkpoints. Raises NotAnAddress, NotAWitness, NoWayOut."""
        self._require_a_way(named)
        key = str(_cosigner(named.key)) if named.kind is WitnessKind.TANDEM else None
        one = uuid4()
        sealed = self._box.close(one, named.address)
        await self._book.pool.execute(ADD, one, establishment, named.kind, sealed, key)
        return one

    async def end(self, establishment: str, one: UUID) -> None:
        """It is shown nothing more. Raises NotFound."""
        if await self._book.pool.fetchval(END, establishment, one) is None:
            raise NotFound

    async def all(self, establishment: str) -> list[WitnessShown]:
        rows = await self._book.pool.fetch(LIST, establishment)
        return [
            WitnessShown(
                id=one, kind=kind, to=self._host(one, kind, sealed), key=key, since=since,
                ended=ended, size=size, shown=shown, trouble=trouble,
            )
            for one, kind, sealed, key, since, ended, size, shown, trouble in rows
        ]  # fmt: skip

    def _require_a_way(self, named: Named) -> None:
        match named.kind:
            case WitnessKind.FOLDER:
                if not self._out.witness_folder:
                    raise NoWayOut
            case WitnessKind.MAIL:
                if not self._out.smtp_url:
                    raise NoWayOut
            case _:
                host_of(named.address, self._plain)

    def _host(self, one: UUID, kind: str, sealed: bytes) -> str:
        if kind not in (WitnessKind.WEBHOOK, WitnessKind.TANDEM):
            return ""
        return urlsplit(self._box.open(one, sealed)).hostname or ""


def _cosigner(key: str | None) -> Verifier:
    try:
        verifier = Verifier.read(key or "")
    except NotANote as error:
        raise NotAWitness from error
    if verifier.kind != COSIGNED:
        raise NotAWitness
    return verifier

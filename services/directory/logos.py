"""The logos of establishments: their bytes, under the digest that the facts name."""

from __future__ import annotations

from hashlib import sha256

from services.chassis.domain import NotFound, Refusal
from services.chassis.store import Store

# A drawing that could carry a script is not taken: a logo is shown to everybody.
KINDS: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"RIFF", "image/webp"),
)
LARGEST = 200 * 1024  # bytes

KEEP = "insert into logos values ($1, $2, $3, $4) on conflict do nothing"
READ = "select kind, body from logos where establishment = $1 and sha256 = $2"
FORGET = "delete from logos where establishment = $1"


class NotALogo(Refusal):
    """A logo is a PNG, JPEG or WebP image of 200 KB at most."""

    french = "Un logo est une image PNG, JPEG ou WebP d’au plus 200 Ko."


class Logos:
    """The directory's own, an establishment at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def keep(self, establishment: str, body: bytes) -> str:
        """Give the digest. Raises NotALogo."""
        kind = next((kind for begins, kind in KINDS if body.startswith(begins)), None)
        if kind is None or len(body) > LARGEST:
            raise NotALogo
        digest = sha256(body).hexdigest()
        await self._store.pool.execute(KEEP, establishment, digest, kind, body)
        return digest

    async def read(self, establishment: str, digest: str) -> tuple[str, bytes]:
        """Its kind and bytes. Raises NotFound."""
        found = await self._store.pool.fetchrow(READ, establishment, digest)
        if found is None:
            raise NotFound
        return found["kind"], found["body"]

    async def require(self, establishment: str, digest: str | None) -> None:
        """Raises NotFound where the settings name a logo that is not here."""
        if digest:
            await self.read(establishment, digest)

    async def forget(self, establishment: str) -> None:
        await self._store.pool.execute(FORGET, establishment)

"""Digests that say nothing to whoever reads the tables: their key is the vault's."""

from __future__ import annotations

from uuid import UUID

from services.chassis.deciding import Provenance
from services.chassis.digests import keyed
from services.chassis.personal import Vault


class Seal:
    """The secret of one establishment for one of its sources."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def over(self, *words: str | bytes) -> bytes:
        """The same for the same words, and for nobody else to make."""
        return keyed(self._secret, *words)


class Seals:
    """The seals of every establishment; whoever needs one first makes it."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._known: dict[str, bytes] = {}

    async def of(self, source: UUID, by: Provenance) -> Seal:
        """Raises VaultIsAway."""
        if by.establishment not in self._known:
            ids = await self._vault.ids_of(by, "seal", ["directory"])
            self._known[by.establishment] = ids["directory"].bytes
        return Seal(self._known[by.establishment] + source.bytes)

"""Use cases whose commands carry free words: the vault keeps them, then it is decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from contracts.envelope import Fact
from contracts.terms import Personal
from contracts.vault import Purpose
from services.chassis.correcting import effective
from services.chassis.deciding import Position, Provenance, is_for
from services.chassis.domain import Aggregate, NotFound
from services.chassis.personal import Vault
from services.chassis.righting import Righting
from services.chassis.store import Store

type Told = Mapping[str, str | None]


class Telling(Righting):
    """Load, keep the words, decide, save. A command that was answered keeps nothing again."""

    def __init__(self, store: Store, vault: Vault) -> None:
        super().__init__(store)
        self._vault = vault

    async def begin_with(
        self, by: Provenance, id: UUID, about: UUID, purpose: Purpose, words: Told,
        begin: Callable[[Personal], Aggregate],
    ) -> Position:  # fmt: skip
        """Begin a stream with a fact that refers to these words. Raises VaultIsAway.

        `about` is whom or what the words are about; they are erased together.
        """

        async def keep_and_save() -> Position:
            kept = await self._vault.keep(by, about, purpose, words, by.claim_on(id))
            return await self.save(by, begin(kept))

        return await self.once(by, keep_and_save)

    async def change_with[A: Aggregate](
        self, kind: type[A], id: UUID, by: Provenance, about: UUID, purpose: Purpose, words: Told,
        decide: Callable[[A, Personal], None],
    ) -> Position:  # fmt: skip
        """Like `change`, with words. Raises NotFound, VaultIsAway, or what `decide` refuses."""

        async def keep_and_save() -> Position:
            history = await self._store.read_stream(by.establishment, id)
            aggregate = kind.replay(history)
            if aggregate is None or not is_for(by, aggregate):
                raise NotFound
            self._require_seen(by, history)
            kept = await self._vault.keep(by, about, purpose, words, by.claim_on(id))
            decide(aggregate, kept)
            return await self.save(by, aggregate)

        return await self._try(by, id, keep_and_save)

    async def take_back(self, id: UUID, fact: type[Fact], by: Provenance, **said: object) -> None:
        """Annul the last fact of this kind that says so in its data, where there is one.

        Raises NotTheLast where others rest on it.
        """
        told = {name: str(value) for name, value in said.items()}
        history = await self._store.read_stream(by.establishment, id)
        for one in reversed(effective(history)):
            if one and one.type == fact.type and told.items() <= one.data.items():
                await self.annul(one.subject, one.id, by)
                return

"""Saying of an earlier fact that it did not happen, or happened otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from pydantic import ValidationError

from contracts.envelope import KNOWN, Annulment, PersonalRef
from services.chassis.deciding import Position, Provenance, UseCases
from services.chassis.domain import Refusal
from services.chassis.moments import Moment


class NotLikeThat(Refusal):
    """What was corrected would no longer be a fact of its kind."""

    french = "Ainsi corrigé, ceci ne serait plus lisible : vérifiez les champs."


class Righting(UseCases):
    """Use cases whose facts may be annulled and corrected, by facts that point at them."""

    async def annul(
        self, id: UUID, fact: UUID, by: Provenance, reason: PersonalRef | None = None
    ) -> Position:
        """Record that a fact of this stream did not happen. Raises NotFound, NotTheLast."""

        async def annul_and_save() -> Position:
            history, kind = await self._history(id, by)
            if any(isinstance(one := e.fact(), Annulment) and one.fact == fact for e in history):
                return await self.save(by)  # it no longer counts: nothing to do
            target = kind.require_annullable(history, fact)
            aggregate = kind.replay(history)
            assert aggregate is not None
            annulment = KNOWN[f"{self._store.service}.FactAnnulled.v1"]
            words = {"fact": fact, "of": target.type, "data": target.data, "reason": reason}
            aggregate.record(annulment.model_validate(words))
            return await self.save(by, aggregate)

        return await self._try(by, id, annul_and_save)

    async def correct(
        self,
        id: UUID,
        fact: UUID,
        changes: Mapping[str, Any],
        by: Provenance,
        when: Moment | None = None,
        reason: PersonalRef | None = None,
    ) -> Position:
        """Record that a fact of this stream happened otherwise: other data, or another time.

        Raises NotFound, and NotLikeThat where the changes do not fit the kind of fact.
        """

        async def correct_and_save() -> Position:
            history, kind = await self._history(id, by)
            target = kind.counting(history, fact)
            try:
                data = KNOWN[target.type].model_validate({**target.data, **changes})
            except ValidationError as error:
                raise NotLikeThat from error
            words = {
                "fact": fact,
                "of": target.type,
                "was": target.data,
                "data": data.model_dump(mode="json"),
                "time": when.time if when else None,
                "precision": when.precision if when else None,
                "reason": reason,
            }
            aggregate = kind.replay(history)
            assert aggregate is not None
            correction = KNOWN[f"{self._store.service}.FactCorrected.v1"]
            aggregate.record(correction.model_validate(words))
            return await self.save(by, aggregate)

        return await self._try(by, id, correct_and_save)

    async def whom_it_is_about(self, stream: UUID, fact: UUID, by: Provenance) -> UUID:
        """The person a fact names, else its stream. Raises NotFound where it does not count."""
        history, kind = await self._history(stream, by)
        named = kind.counting(history, fact).persons.split()
        return UUID(named[0]) if named else stream

    async def with_words(
        self, stream: UUID, fact: UUID, kept: Mapping[str, PersonalRef], by: Provenance
    ) -> dict[str, Any]:
        """References to new words, at the places where this fact holds its words."""
        history, kind = await self._history(stream, by)
        was = kind.counting(history, fact).data
        refs = {name: ref.model_dump(mode="json") for name, ref in kept.items()}
        placed = {name: ref for name, ref in refs.items() if name in was}
        others = {name: ref for name, ref in refs.items() if name not in was}
        return placed | ({"personal": {**was.get("personal", {}), **others}} if others else {})

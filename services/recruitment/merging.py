"""What may be asked about two files of one person: merging them, and undoing it."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from contracts.envelope import PersonRef, StaffRef
from contracts.recruitment import MergeUndone, PartnersMerged
from contracts.terms import Personal
from contracts.vault import Purpose
from services.chassis.deciding import Position, Provenance
from services.chassis.telling import Telling
from services.recruitment.domain.merging import FileDestroyed
from services.recruitment.domain.partner import Partner


class Merging(Telling):
    """Decided in both files at once, or in neither. The vault and the views follow the fact."""

    kinds = (Partner,)

    async def merge(self, kept: UUID, merged: UUID, reason: str | None, by: Provenance) -> Position:
        """Raises NotFound, FileDestroyed, and what a file refuses."""

        def decide(it: Partner, other: Partner, words: Personal) -> None:
            it.merge(other, PartnersMerged(**_said(it, other, by), **words))

        return await self._in_both(kept, merged, reason, by, decide)

    async def undo(self, kept: UUID, merged: UUID, reason: str | None, by: Provenance) -> Position:
        """Raises NotFound, FileDestroyed."""

        def decide(it: Partner, other: Partner, words: Personal) -> None:
            it.part(other, MergeUndone(**_said(it, other, by), **words))

        return await self._in_both(kept, merged, reason, by, decide)

    async def _in_both(
        self, kept: UUID, merged: UUID, reason: str | None, by: Provenance,
        decide: Callable[[Partner, Partner, Personal], None],
    ) -> Position:  # fmt: skip
        async def keep_and_save() -> Position:
            it = await self.load(Partner, kept, by.establishment)
            other = await self.load(Partner, merged, by.establishment)
            if await self._vault.erased_among(by, [kept, merged]):
                raise FileDestroyed
            words = await self._vault.keep(
                by, kept, Purpose.RECRUITMENT, {"reason": reason}, by.claim_on(kept)
            )
            decide(it, other, words)
            return await self.save(by, it, other)

        return await self._try(by, kept, keep_and_save)


def _said(it: Partner, other: Partner, by: Provenance) -> dict[str, PersonRef | StaffRef | None]:
    staff = StaffRef(by.staff) if by.staff else None
    return {"kept": it.person, "merged": other.person, "decided_by": staff}

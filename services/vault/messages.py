"""What the vault hears from the other services."""

from __future__ import annotations

from uuid import UUID

from contracts.envelope import StaffRef
from contracts.recruitment import MergeUndone, PartnersMerged
from services.chassis.deciding import Provenance
from services.chassis.hearing import Listener
from services.vault.merging import Aliases


def listen(listener: Listener, aliases: Aliases) -> Listener:
    @listener.hear(PartnersMerged)
    async def join(said: PartnersMerged, _: UUID, by: Provenance) -> None:
        await aliases.join(by, said.kept.root, said.merged.root, _who(said.decided_by, by))

    @listener.hear(MergeUndone)
    async def part(said: MergeUndone, _: UUID, by: Provenance) -> None:
        await aliases.part(by, said.kept.root, said.merged.root, _who(said.decided_by, by))

    return listener


def _who(staff: StaffRef | None, by: Provenance) -> str:
    return f"staff:{staff}" if staff else by.actor

"""Who may speak for whom, and what establishments ask of the young, as the other services said."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from contracts.accompaniment import Stop
from contracts.capacity import REACHING_MANDATES
from contracts.consent import (
    ConsentTo,
    RepresentativeAppointed,
    RepresentativeEnded,
    RepresentativeKind,
)
from contracts.directory import MinorsSigningDecided
from services.accompaniment.domain.signing import Holding
from services.accompaniment.files import Files
from services.chassis.ages import ages_of
from services.chassis.deciding import Provenance
from services.chassis.moments import last_instant
from services.chassis.personal import Vault
from services.chassis.store import Store

PARENT_SIGNS_TOO = True  # unless the establishment decides otherwise: see decision 19
GUARDIANS = (RepresentativeKind.PARENT, RepresentativeKind.GUARDIAN)
FOR_ADULTS = (RepresentativeKind.TUTOR, RepresentativeKind.MANDATARY)

SAY = """
insert into speaking (fact, establishment, partner, representative, kind, limits, until)
values ($1, $2, $3, $4, $5, $6, $7) on conflict (fact) do update
set kind = excluded.kind, limits = excluded.limits, until = excluded.until
"""
OF = """
select partner, representative, kind, limits, until from (
    select distinct on (partner, representative) * from speaking
    where establishment = $1 and partner = any($2)
    order by partner, representative, place desc
) as last where kind is not null
"""
DECIDE = """
insert into minors_signing (fact, establishment, parent_too) values ($1, $2, $3)
on conflict (fact) do update set parent_too = excluded.parent_too
"""
DECIDED = """
select parent_too from minors_signing where establishment = $1 order by place desc limit 1
"""


class Speaking:
    """What is known here of who speaks for whom; the age is asked anew every time."""

    def __init__(self, store: Store, vault: Vault, files: Files) -> None:
        self._store = store
        self._vault = vault
        self._files = files

    async def appointed(
        self, said: RepresentativeAppointed, fact: UUID | None, by: Provenance
    ) -> None:
        """`fact`: the one that was said, or corrected."""
        pair = said.partner.root, said.representative.root
        limits = list(map(str, said.limits))
        await self._store.pool.execute(
            SAY, fact, by.establishment, *pair, said.kind, limits, said.until
        )

    async def ended(self, said: RepresentativeEnded, by: Provenance) -> None:
        pair = said.partner.root, said.representative.root
        await self._store.pool.execute(SAY, by.causation, by.establishment, *pair, None, [], None)

    async def decided(self, said: MinorsSigningDecided, fact: UUID | None, by: Provenance) -> None:
        values = fact, by.establishment, said.parent_signs_too
        await self._store.pool.execute(DECIDE, *values)

    async def unsaid(self, by: Provenance) -> None:
        """What was said did not happen."""
        for table in ("speaking", "minors_signing"):
            await self._store.pool.execute(f"delete from {table} where fact = $1", by.undoes)

    async def _parent_signs_too(self, establishment: str) -> bool:
        said = await self._store.pool.fetchval(DECIDED, establishment)
        return PARENT_SIGNS_TOO if said is None else bool(said)

    async def holdings(self, partners: Collection[UUID], by: Provenance) -> dict[UUID, Holding]:
        """What holds of each of them at this moment. Raises VaultIsAway."""
        ages = await ages_of(self._vault, self._store.service, partners, by)
        too = await self._parent_signs_too(by.establishment)
        files = await self._files.of(by.establishment, partners)
        every = [file for some in files.values() for file in some]
        rows = await self._store.pool.fetch(OF, by.establishment, every)
        now = datetime.now(UTC)
        standing = [row for row in rows if not (row["until"] and last_instant(row["until"]) < now)]
        return {
            one: Holding(
                ages.get(one),
                _able(standing, files[one], GUARDIANS),
                _able(standing, files[one], FOR_ADULTS),
                too,
            )
            for one in partners
        }


def _able(
    standing: Iterable[Any],
    files: Collection[UUID],
    kinds: Collection[RepresentativeKind],
) -> frozenset[UUID]:
    """Who of these kinds may sign for the person of these files."""
    return frozenset(
        row["representative"]
        for row in standing
        if row["partner"] in files and row["kind"] in kinds and _covers(row["limits"])
    )


def _covers(limits: Collection[str]) -> bool:
    return not limits or bool(REACHING_MANDATES & set(map(ConsentTo, limits)))


# Which consents an involvement rests on: without them nothing of it goes on.
RESTS_ON = {
    ConsentTo.POOL: Stop.POOL,
    ConsentTo.CONFIDENTIALITY: Stop.CONFIDENTIALITY,
    ConsentTo.CHARTER: Stop.CHARTER,
}

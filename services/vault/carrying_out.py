"""Carries out a destruction that was ordered, however often it is interrupted, and certifies it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pydantic_settings import BaseSettings, SettingsConfigDict

from contracts.envelope import Envelope, PersonRef
from contracts.rights import ErasureOrdered
from services.chassis.appending import Alarm
from services.chassis.deciding import Position, Provenance
from services.chassis.domain import NotFound
from services.chassis.moments import HERE
from services.chassis.store import Store
from services.vault.application import Rights
from services.vault.asking import Others
from services.vault.belonging import belongings
from services.vault.certificate import Certificate, certify
from services.vault.domain.disposition import Disposition
from services.vault.erasing import DESTROY, Shredder
from services.vault.safe import Safe

KEEP = """
insert into certificates (establishment, disposition, digest, gone_by, pdf)
values ($1, $2, $3, $4, $5) on conflict do nothing
"""
KEPT = """
select pdf, digest, gone_by from certificates where establishment = $1 and disposition = $2
"""


class Copies(BaseSettings):
    """For how long copies outlive a destruction, as the operator has set up the servers."""

    model_config = SettingsConfigDict(env_prefix="TANDEM_", frozen=True)

    wal_kept: timedelta = timedelta(days=7)  # write-ahead logs, archived for recovery
    backups_kept: timedelta = timedelta(days=35)  # copies; certificates of destruction say so

    def gone_by(self, destroyed: datetime) -> str:
        """A backup of the day before lives its time, and can be rolled on by its logs."""
        longest = self.backups_kept + self.wal_kept
        return (destroyed.astimezone(HERE) + longest).date().isoformat()


def when_ordered(fact: Envelope) -> Iterable[Alarm]:
    """What was ordered is carried out at once, and again until it is done."""
    if fact.type == ErasureOrdered.type:
        yield Alarm(fact.time, fact.subject, DESTROY)


class CarryingOut:
    """Each step finds what was done before it, and goes on."""

    def __init__(
        self, store: Store, rights: Rights, safe: Safe, shredder: Shredder, others: Others,
        copies: Copies | None = None,
    ) -> None:  # fmt: skip
        self._store = store
        self._rights = rights
        self._safe = safe
        self._shredder = shredder
        self._others = others
        self._copies = copies or Copies()

    async def carry_out(self, id: UUID, _: datetime, by: Provenance) -> None:
        """Destroy what is left of a disposition, and certify it. Raises OthersAreAway."""
        disposition = await self._rights.load(Disposition, id, by.establishment)
        for person in disposition.left:
            await self._erase(id, person, by)
        await self._shredder.rewrite()
        certificate = await self._certificate(id, by)
        await self._rights.change(
            Disposition, id, lambda it: it.certify(certificate.digest, certificate.gone_by),
            replace(by, command=by.id_for("certified")),
        )  # fmt: skip

    async def _erase(self, id: UUID, person: PersonRef, by: Provenance) -> Position:
        history = await self._others.history_of(by, person.root)
        theirs = belongings(person.root, history)
        erased = await self._shredder.destroy(by, person, theirs, id)
        once = replace(by, command=by.id_for(str(person)))
        return await self._rights.change(Disposition, id, lambda it: it.erase(erased), once)

    async def certificate_of(self, by: Provenance, id: UUID) -> Certificate:
        """Raises NotFound while there is none."""
        async with self._safe.opened(by) as connection:
            found = await connection.fetchrow(KEPT, by.establishment, id)
        if found is None:
            raise NotFound
        return Certificate(*found)

    async def _certificate(self, id: UUID, by: Provenance) -> Certificate:
        """The one that was printed, if this was interrupted after that."""
        now = datetime.now(UTC)
        history = await self._store.read_stream(by.establishment, id)
        tree = await self._others.tree(by)
        new = await certify(history, self._copies.gone_by(now), now, tree)
        async with self._safe.opened(by) as connection:
            said = (new.digest, new.gone_by, new.pdf)
            await connection.execute(KEEP, by.establishment, id, *said)
        return await self.certificate_of(by, id)

"""The one command path for whatever HR says: each door states, and here it is decided."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from datetime import date
from itertools import batched
from uuid import UUID

import msgspec
from pydantic import SecretStr

from services.chassis.appending import Conflict
from services.chassis.deciding import TRIES, Provenance
from services.chassis.domain import NotFound, Refusal
from services.chassis.following import local_day
from services.chassis.personal import Vault
from services.chassis.store import Store
from services.directory.cases import Case
from services.directory.domain.staff import Staff
from services.directory.finding import Finding, apart, as_ourselves
from services.directory.remembering import Holding, Memory, Remembered
from services.directory.statement import (
    Absence,
    Assignment,
    Did,
    NotAField,
    NotASource,
    Outcome,
    Statement,
    tidied,
)
from services.directory.units import Units

__all__ = ("Absence", "Assignment", "Did", "NotAField", "NotASource", "Outcome", "Statement",
           "Stating", "kind_of")  # fmt: skip

LOOKED_AT_ONCE = 5_000
CHANGED_AT_ONCE = 1_000  # of nine fields each: no more than the vault takes in one request


def kind_of(source: str) -> str:
    """The kind under which the vault has a source's own ids of its people."""
    return f"staff.{source.replace('-', '_')}"


class Stating(Finding):
    """Statements in, facts out. Saying it again changes nothing, and costs nearly nothing."""

    def __init__(self, store: Store, vault: Vault, secret: SecretStr) -> None:
        super().__init__(store, vault)
        self.memory = Memory(store, secret)
        self._units = Units(store, vault)

    async def state(self, by: Provenance, statement: Statement) -> Outcome:
        """Raises VaultIsAway, Conflict, NotAField, NotASource, Unfit, NoLongerHere."""
        [outcome] = await self.state_many(by, [statement])
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def state_many(
        self, by: Provenance, statements: Iterable[Statement]
    ) -> list[Outcome | Exception]:
        """One outcome each, in order; what is refused is told in its place, and goes no further.

        Of a key that is said twice, what was said last counts. Raises VaultIsAway, NoLongerHere.
        """
        await self.require_here(by)
        outcomes: list[Outcome | Exception] = []
        for some in batched(statements, LOOKED_AT_ONCE, strict=False):
            cases = [self._case(by, one) for one in some]
            await self._settle(by, [one for one in cases if isinstance(one, Case)])
            outcomes += [one.outcome if isinstance(one, Case) else one for one in cases]
        return outcomes

    async def gone(self, by: Provenance, source: str, key: str, on: date | None = None) -> Outcome:
        """The source no longer knows this person. Raises NotFound where it never did."""
        known = await self.staff_of(by, source, [key])
        if key not in known:
            raise NotFound
        [outcome] = await self.gone_many(by, source, [known[key]], on)
        return outcome

    async def gone_many(
        self, by: Provenance, source: str, staff: Sequence[UUID], on: date | None = None
    ) -> list[Outcome]:
        """Like `gone`, for those that `unsaid` gave. They leave with the last source they have."""
        outcomes: list[Outcome] = []
        for some in batched(staff, CHANGED_AT_ONCE, strict=False):
            records = await self.memory.records_of(by.establishment, source, some)
            async with self.memory.holding(by.establishment, source, records) as held:
                outcomes += await asyncio.gather(
                    *(self._let_go(by, source, one, on) for one in some)
                )
                await held.remember([it._replace(said=None, at_work=False)
                                     for it in held.known.values()])  # fmt: skip
        return outcomes

    async def unsaid(self, by: Provenance, source: str, keys: Collection[str]) -> Sequence[UUID]:
        """Those at work whom this source has stated before, and who are not among these keys."""
        said = {self.memory.record_of(by.establishment, source, key) for key in keys}
        known = await self.memory.at_work(by.establishment, source)
        return [staff for record, staff in known.items() if record not in said]

    async def staff_of(self, by: Provenance, source: str, keys: Collection[str]) -> dict[str, UUID]:
        """Who each of these keys stands for; those never stated are left out."""
        records = {self.memory.record_of(by.establishment, source, key): key for key in keys}
        found = await self.memory.look(by.establishment, source, list(records))
        return {records[one.record]: one.staff for one in found.values() if one.staff}

    def _case(self, by: Provenance, statement: Statement) -> Case | Refusal:
        try:
            said = tidied(statement)
        except Refusal as refusal:
            return refusal
        whole = msgspec.json.encode(said, order="deterministic").decode()
        return Case(
            said=said,
            record=self.memory.record_of(by.establishment, said.source, said.key),
            digest=self.memory.digest("said", whole),
            today=local_day(by),
        )

    async def _settle(self, by: Provenance, cases: Sequence[Case]) -> None:
        for source in {case.said.source for case in cases}:
            last = {case.record: case for case in cases if case.said.source == source}
            known = await self.memory.look(by.establishment, source, list(last))
            news = [case for case in last.values() if not case.is_known(known.get(case.record))]
            for some in batched(news, CHANGED_AT_ONCE, strict=False):
                records = [case.record for case in some]
                async with self.memory.holding(by.establishment, source, records) as held:
                    await self._take_up(by, source, some, held)
            for case in cases:
                if case.said.source == source:
                    case.outcome = last[case.record].outcome

    async def _take_up(
        self, by: Provenance, source: str, cases: Sequence[Case], held: Holding
    ) -> None:
        news = [case for case in cases if not case.is_known(held.known[case.record])]
        if not news:
            return
        await self._read_keys(by, source, news)
        waiting = news
        for _ in range(TRIES):
            waiting = await self._attempt(by, waiting)
        done = [case for case in news if isinstance(case.outcome, Outcome)]
        await held.remember([self._as_remembered(case) for case in done])

    async def _read_keys(self, by: Provenance, source: str, cases: Sequence[Case]) -> None:
        keys = {case.said.key for case in cases}
        keys |= {case.said.manager_key for case in cases if case.said.manager_key}
        ids = await self._vault.ids_of(as_ourselves(by), kind_of(source), keys)
        codes = {one.unit_code for case in cases for one in case.places or ()}
        units = await self._units.known_by(by, codes)
        for case in cases:
            case.read(ids, units)

    async def _attempt(self, by: Provenance, cases: Sequence[Case]) -> list[Case]:
        """Decide about all of them; those that somebody else changed meanwhile are given back."""
        if not cases:
            return []
        found = await asyncio.gather(*(self.look_up(one.id, by) for one in cases))
        news = []
        for case, (staff, history) in zip(cases, found, strict=True):
            case.digests = self._digests(case)
            if not case.was_told(staff, history):
                case.weigh(staff, by)
                news.append(case)
        asked = [one for case in news for one in case.reservations()]
        refs = iter(await self._vault.reserve(by, asked))
        for case in news:
            case.decide(refs)
        await asyncio.gather(*map(self._save, news))
        return [case for case in news if isinstance(case.outcome, Conflict)]

    async def _save(self, case: Case) -> None:
        """What cannot be saved is told of this one alone."""
        try:
            if changed := case.changed_staff():
                await self.save(case.command, *changed)
        except Refusal as refusal:
            case.outcome = refusal

    async def _let_go(self, by: Provenance, source: str, staff: UUID, on: date | None) -> Outcome:
        today = local_day(by)
        before = await self.require_staff(staff, by)

        def decide(it: Staff) -> None:
            if on and on >= today:
                it.expect_departure(on, source)
            else:
                it.let_go(source, on or today)

        await self.change(Staff, before.id, decide, apart(by, before.id, before.version))
        after = await self.require_staff(before.id, by)
        left = after.left and not before.left
        did = Did.LEFT if left else Did.CHANGED if after.version > before.version else Did.NOTHING
        return Outcome(staff=before.id, did=did)

    def _digests(self, case: Case) -> dict[str, str]:
        whose = case.record.hex()
        return {
            name: self.memory.short(whose, name, value) for name, value in case.said.fields.items()
        }

    @staticmethod
    def _as_remembered(case: Case) -> Remembered:
        assert isinstance(case.outcome, Outcome)
        fields = {**case.before.fields, **(case.digests if case.here else {})}
        return Remembered(case.record, case.outcome.staff, case.digest, fields, case.here)

"""For what personal values are kept and read, by whom, which, and for how long: as data."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from contracts.access import AccessRole
from contracts.schedule import PurposeTerms, RetentionRule, Schedule
from contracts.trust import EVERY_KIND, READS
from contracts.vault import Purpose
from services.chassis.deciding import Provenance
from services.chassis.domain import NotFound
from services.chassis.gate import NotAllowed
from services.vault.safe import Safe

BEGIN_WITH = Path(__file__).parent / "schedule.toml"
FRESH = 30.0  # seconds: what another process decided is known here after that

DECIDED = """
select distinct on (kind, code) kind, said from schedule where establishment = $1
order by kind, code, number desc
"""
DECIDE = """
insert into schedule (establishment, kind, code, said, decided_by) values ($1, $2, $3, $4, $5)
"""


def _default() -> Schedule:
    return Schedule.model_validate(tomllib.loads(BEGIN_WITH.read_text()))


class NotForThisPurpose(NotAllowed):
    """This purpose does not allow you to read what you asked for."""

    french = "Cette finalité ne permet pas de lire ce que vous demandez."


class Terms(NamedTuple):
    """An establishment's own: what it decided, and for the rest what all begin with."""

    purposes: Mapping[Purpose, PurposeTerms]
    rules: Mapping[str, RetentionRule]

    def covers(self, purpose: Purpose, field: str) -> bool:
        """Whether values of this field may be read for this purpose."""
        covered = False
        for pattern in self.purposes[purpose].fields:
            if fnmatchcase(field, pattern.removeprefix("!")):
                covered = not pattern.startswith("!")
        return covered

    def require(self, by: Provenance, purpose: Purpose, fields: Collection[str] = ()) -> None:
        """Raises NotForThisPurpose."""
        recipients, kinds = self.purposes[purpose].recipients, _kinds(by)
        if by.role and by.role not in recipients:
            raise NotForThisPurpose
        if kinds is not None and purpose not in kinds:
            raise NotForThisPurpose
        if not all(self.covers(purpose, field) for field in fields):
            raise NotForThisPurpose


def sees(by: Provenance, subject: UUID, kept_for: str) -> bool:
    """Whether this role reads values of this kind; who may read only their own, only those."""
    if by.own and subject != by.who and kept_for != Purpose.STAFF:
        return False
    kinds = _kinds(by)
    return kinds is None or kept_for in kinds


def _kinds(by: Provenance) -> tuple[Purpose, ...] | None:
    """Of which kinds this role reads values; none: of all."""
    if by.role is None or by.role in EVERY_KIND:
        return None
    return READS.get(AccessRole(by.role), ())


class Schedules:
    """Every establishment's. What was decided before stays on record, with who and when."""

    def __init__(self, safe: Safe) -> None:
        self._safe = safe
        self._known: dict[str, tuple[Terms, float]] = {}

    async def of(self, establishment: str) -> Terms:
        terms, until = self._known.get(establishment, (None, 0.0))
        if terms is None or until < time.monotonic():
            terms = await self._read(establishment)
            self._known[establishment] = terms, time.monotonic() + FRESH
        return terms

    async def _read(self, establishment: str) -> Terms:
        purposes = {one.code: one for one in DEFAULT.purposes}
        rules = {one.number: one for one in DEFAULT.rules}
        async with self._safe.opened_for(establishment) as connection:
            decided = await connection.fetch(DECIDED, establishment)
        for kind, said in decided:
            if kind == "purpose":
                purpose = PurposeTerms.model_validate_json(said)
                purposes[purpose.code] = purpose
            else:
                rule = RetentionRule.model_validate_json(said)
                rules[rule.number] = rule
        return Terms(purposes, rules)

    async def decide(self, by: Provenance, what: PurposeTerms | RetentionRule) -> None:
        """From now on this holds here. Raises NotFound where a purpose names an unknown rule."""
        terms = await self.of(by.establishment)
        if isinstance(what, PurposeTerms):
            kind, code = "purpose", str(what.code)
            if what.rule not in terms.rules:
                raise NotFound
        else:
            kind, code = "rule", what.number
        async with self._safe.opened(by) as connection:
            await connection.execute(
                DECIDE, by.establishment, kind, code, what.model_dump_json(), by.actor
            )
        self._known.pop(by.establishment, None)


DEFAULT = _default()

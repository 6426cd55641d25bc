"""How old somebody is at this moment: asked of the vault, and kept nowhere."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from contracts.vault import Purpose
from services.chassis.deciding import Provenance
from services.chassis.moments import HERE, NotADate, last_instant
from services.chassis.personal import Vault

BIRTH = "birth_date"


async def ages_of(
    vault: Vault, service: str, persons: Collection[UUID], by: Provenance
) -> dict[UUID, int]:
    """In whole years; who has no birth date that can be read is left out. Raises VaultIsAway.

    Of a date known in part the last day counts: nobody is taken for older than they are.
    """
    known = await vault.know(itself(service, by), Purpose.RECRUITMENT, persons, BIRTH)
    today, ages = datetime.now(HERE).date(), {}
    for person, said in known.items():
        try:
            ages[person] = age(last_instant(said[BIRTH]).date(), today)
        except (KeyError, NotADate):
            continue
    return ages


def age(born: date, today: date) -> int:
    """In whole years; who was born on 29 February is a year older on 1 March."""
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def itself(service: str, by: Provenance) -> Provenance:
    """The service itself asks: who is at the door need not be told what it asks."""
    whom = by.onbehalfof or by.actor
    return replace(
        by, actor=f"service:{service}", onbehalfof=whom, role=None, person=None, staff=None,
        own=False,
    )  # fmt: skip
